//! What cannot be signed, and where it is.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

/// A command that cannot be signed. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    path: String,
    refusal: Refusal,
}

/// Why a value cannot be signed: its text would not survive PHP's decoding and encoding, so it might not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A float; `-0` is one.
    #[error("floats cannot be signed: how the server writes one back is unknown; send a whole number or a text")]
    Float,
    /// A whole number beyond 64 bits with a sign.
    #[error("whole numbers beyond 64 bits with a sign cannot be signed: PHP turns them into floats; send a text")]
    Integer,
    /// `{}`.
    #[error("an empty map cannot be signed: PHP turns it into an empty list; leave it out")]
    EmptyMap,
    /// A map with exactly the keys 0 to n-1 in order.
    #[error("a map with just the keys 0, 1, … in order cannot be signed: PHP turns it into a list; send a list")]
    ListLikeMap,
    /// A name that stands twice in one map.
    #[error("this name stands twice")]
    RepeatedName,
    /// An empty name.
    #[error("an empty name cannot be signed: older PHP renames it")]
    EmptyName,
    /// A name that begins with U+0000.
    #[error("a name that begins with U+0000 cannot be signed: PHP does not read it")]
    NulName,
    /// A name in a map that is no text.
    #[error("a name has to be a text")]
    NameNotText,
    /// `command`, `api_key`, `timestamp`, `cdn` or `signature` among the parameters.
    #[error("this name is reserved: every request holds it already")]
    ReservedName,
    /// A name under which `serde_json` hides a number or a raw text.
    #[error("values of serde_json cannot be signed with its features on; convert them into `Value`")]
    PrivateName,
    /// Nesting beyond [`crate::MAX_DEPTH`].
    #[error("nested deeper than 64 levels")]
    TooDeep,
    /// A JSON text beyond [`crate::MAX_JSON`], or a form beyond [`crate::MAX_POST`].
    #[error("the request would be over 8 MiB, which is PHP's limit for a POST")]
    TooLarge,
    /// Parameters that are no map.
    #[error("a command's parameters have to be a map or a struct")]
    NotAMap,
    /// The account has no API key. A client with a credentials provider has none until a call runs.
    #[error("the account has no API key; with a credentials provider it is known once the call runs")]
    NoApiKey,
    /// The command's own refusal.
    #[error("{0}")]
    Other(String),
}

impl SignError {
    /// A refusal of the whole.
    #[must_use]
    pub fn new(refusal: Refusal) -> Self {
        Self(Box::new(Inner { path: String::new(), refusal }))
    }

    /// Where the value is, such as `videos[2].start`; names as they stand in the JSON text, empty for the whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0.refusal
    }

    #[cold]
    pub(crate) fn under(mut self, segment: impl fmt::Display) -> Self {
        let path = &self.0.path;
        let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        self.0.path = format!("{segment}{dot}{path}");
        self
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.path.as_str() {
            "" => self.0.refusal.fmt(f),
            path => write!(f, "{path}: {}", self.0.refusal),
        }
    }
}

impl core::error::Error for SignError {}

impl serde::ser::Error for SignError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Refusal::Other(message.to_string()))
    }
}
