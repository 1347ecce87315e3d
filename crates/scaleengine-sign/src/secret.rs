//! The secret key: the one place that holds it.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

/// The secret half of an account ("API private key"), used as the text that it is: not decoded, however much it looks
/// like hex.
///
/// It is wiped from memory when dropped, and cannot be shown, compared or serialized.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// A secret, as it is.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// A secret as it was read from the environment, a file or standard input: one line end is taken off. Everything else
    /// is part of the secret; what is probably a mistake is reported.
    #[must_use]
    pub fn from_input(input: impl Into<String>) -> (Self, Option<SecretWarning>) {
        let mut secret = Zeroizing::new(input.into());
        scaleengine_proto::strip_line_end(&mut secret);
        let quoted = |quote| secret.len() >= 2 && secret.starts_with(quote) && secret.ends_with(quote);
        let warning = if quoted('"') || quoted('\'') {
            Some(SecretWarning::Quoted)
        } else if secret.trim() != secret.as_str() {
            Some(SecretWarning::Blanks)
        } else {
            None
        };
        (Self(secret), warning)
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// What looks like a mistake in a secret, and is used as it is all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretWarning {
    /// It is wrapped in quotes.
    Quoted,
    /// It begins or ends with a blank.
    Blanks,
}

impl fmt::Display for SecretWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SecretWarning::Quoted => "the secret key is wrapped in quotes, which are used as part of it",
            SecretWarning::Blanks => "the secret key begins or ends with a blank, which is used as part of it",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_loses_one_line_end_and_nothing_else() {
        for (input, secret, warning) in [
            ("s\n", "s", None),
            ("s\r\n", "s", None),
            ("s\n\n", "s\n", Some(SecretWarning::Blanks)),
            ("s", "s", None),
            ("s\r", "s\r", Some(SecretWarning::Blanks)),
            (" s ", " s ", Some(SecretWarning::Blanks)),
            ("\"s\"\n", "\"s\"", Some(SecretWarning::Quoted)),
            ("'s'", "'s'", Some(SecretWarning::Quoted)),
            ("s\"s", "s\"s", None),
            ("\"", "\"", None),
        ] {
            let (key, found) = SecretKey::from_input(input);
            assert_eq!((key.0.as_str(), found), (secret, warning), "{input:?}");
        }
    }
}
