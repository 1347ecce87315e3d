//! The secret key. Only this type holds it.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

/// The secret half of an account ("API private key"). Used as a string: not decoded, even if it
/// looks like hex.
///
/// Wiped from memory on drop. Cannot be displayed, compared or serialized.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Creates a secret key from a string, unchanged.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// Creates a secret key from input such as the environment, a file or standard input. Strips a
    /// byte order mark before it and one line ending after it. Everything else is part of the
    /// secret; a probable mistake is returned as a warning.
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

    /// Returns whether the secret is the empty string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the secret is empty or only whitespace.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Returns whether this key and an API key look swapped, or the secret was given as both. API
    /// keys have 32 capital letters and digits, secret keys 64 hex digits (**assumed**, from known
    /// keys).
    #[must_use]
    pub fn looks_swapped_with(&self, api_key: &str) -> bool {
        let is_secret = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_api_key = |text: &str| {
            text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        is_secret(api_key) || is_api_key(&self.0) && !is_api_key(api_key)
    }

    /// Removes the secret from a string, in each likely encoding; see [`redact`](crate::redact).
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        crate::redact(text, &self.0)
    }

    /// Returns whether a string contains most of the secret; see [`reveals`](crate::reveals).
    /// `change` is applied to the secret first, to match how the string was transformed.
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

/// A probable mistake in a secret key, which is used unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretWarning {
    /// The secret is wrapped in quotes.
    Quoted,
    /// The secret begins or ends with a space.
    Blanks,
    /// The secret contains an invisible character.
    Invisible(scaleengine_proto::Invisible),
}

impl fmt::Display for SecretWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretWarning::Quoted => f.write_str("the secret key is wrapped in quotes, which are used as part of it"),
            SecretWarning::Blanks => {
                f.write_str("the secret key begins or ends with a space, which is used as part of it")
            }
            SecretWarning::Invisible(found) => {
                write!(f, "the secret key contains an invisible character, which is used as part of it: {found}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_input_strips_only_a_byte_order_mark_and_one_line_ending() {
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
