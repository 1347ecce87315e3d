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

    /// A secret as it was read from the environment, a file or standard input: a byte order mark before it and one line end after
    /// it are dropped. Everything else is part of the secret; a probable mistake is reported.
    #[must_use]
    pub fn from_input(input: impl Into<String>) -> (Self, Option<SecretWarning>) {
        let mut secret = Zeroizing::new(input.into());
        scaleengine_proto::strip_around_value(&mut secret);
        let warning = if scaleengine_proto::is_quoted(&secret) {
            Some(SecretWarning::Quoted)
        } else if let Some(found) = scaleengine_proto::find_invisible(&secret) {
            Some(SecretWarning::Invisible(found))
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

    /// Whether there is nothing but blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Whether this key and an API key look swapped, or the secret stands in the place of both: API keys have 32 capital letters and digits,
    /// secret keys 64 hex digits (**assumed**, from the keys that are known).
    #[must_use]
    pub fn looks_swapped_with(&self, api_key: &str) -> bool {
        let is_secret = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_api_key = |text: &str| {
            text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        is_secret(api_key) || is_api_key(&self.0) && !is_api_key(api_key)
    }

    /// A text without the secret, in whatever form it stands there; see [`redact`](crate::redact).
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        crate::redact(text, &self.0)
    }

    /// Whether a text contains most of the secret, after the secret is changed as the text was; see [`reveals`](crate::reveals).
    #[must_use]
    pub fn is_in(&self, text: &str, change: impl FnOnce(&str) -> String) -> bool {
        crate::reveals(text, &Zeroizing::new(change(&self.0)))
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

/// A probable mistake in a secret, which is used as it is all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretWarning {
    /// It is wrapped in quotes.
    Quoted,
    /// It begins or ends with a blank.
    Blanks,
    /// It holds a character that does not show.
    Invisible(scaleengine_proto::Invisible),
}

impl fmt::Display for SecretWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretWarning::Quoted => f.write_str("the secret key is wrapped in quotes, which are used as part of it"),
            SecretWarning::Blanks => {
                f.write_str("the secret key begins or ends with a blank, which is used as part of it")
            }
            SecretWarning::Invisible(found) => {
                write!(f, "the secret key holds an invisible character, which is used as part of it: {found}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_loses_a_mark_and_one_line_end_and_nothing_else() {
        let invisible = |text| scaleengine_proto::find_invisible(text).map(SecretWarning::Invisible);
        for (input, secret, warning) in [
            ("s\n", "s", None),
            ("s\r\n", "s", None),
            ("s\n\n", "s\n", invisible("s\n")),
            ("s", "s", None),
            ("s\r", "s", None),
            ("\u{feff}s\r\n", "s", None),
            ("s\u{200b}", "s\u{200b}", invisible("s\u{200b}")),
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
