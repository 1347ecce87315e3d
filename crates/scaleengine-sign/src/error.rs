//! Errors of signing, with the path of the value.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

/// A command cannot be signed. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    path: String,
    refusal: Refusal,
}

/// The reason that a value cannot be signed. Usually PHP's decoding and encoding would change it,
/// so it might not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A float, including `-0`.
    #[error(
        "a number with a fraction or an exponent cannot be signed, because the server may write it differently; send an integer or a string"
    )]
    Float,
    /// An integer outside the range of `i64`.
    #[error("integers outside the signed 64-bit range cannot be signed: PHP turns them into floats; send a string")]
    Integer,
    /// `{}`.
    #[error("an empty map cannot be signed: PHP turns it into an empty list; omit it")]
    EmptyMap,
    /// A map with exactly the keys 0 to n-1 in order.
    #[error("a map with exactly the keys 0, 1, … in order cannot be signed: PHP turns it into a list; send a list")]
    ListLikeMap,
    /// A name that occurs twice in one map.
    #[error("this name occurs twice in one map; use it once")]
    RepeatedName,
    /// An empty name.
    #[error("an empty name cannot be signed: PHP before 7.1 renames it; use another name")]
    EmptyName,
    /// A name that begins with U+0000.
    #[error("a name that begins with U+0000 cannot be signed: PHP cannot decode it to an object; use another name")]
    NulName,
    /// A name in a map that is not a string.
    #[error("a name in a map must be a string")]
    NameNotText,
    /// `command`, `api_key`, `timestamp`, `cdn` or `signature` among the parameters.
    #[error("this name is reserved: every request contains it; use another name")]
    ReservedName,
    /// A private name that `serde_json` uses for a number or for raw JSON.
    #[error("this value uses a private type of serde_json; convert it to `scaleengine_proto::Value`")]
    PrivateName,
    /// Nesting beyond [`crate::MAX_DEPTH`].
    #[error("nested deeper than 64 levels; reduce the nesting")]
    TooDeep,
    /// JSON longer than [`crate::MAX_JSON`], or a body longer than [`crate::MAX_POST`].
    #[error("the request would exceed 8 MiB, PHP's limit for a POST; send less in one command")]
    TooLarge,
    /// Parameters that are not a map.
    #[error("the parameters of a command must be a map or a struct")]
    NotAMap,
    /// The account has no API key. A client with a credentials provider has none until a call runs.
    #[error("the account has no API key; a credentials provider supplies it only during a call")]
    NoApiKey,
    /// An error of the command's own `Serialize` implementation.
    #[error("{0}")]
    Other(String),
}

impl SignError {
    /// Creates an error for the entire command.
    #[must_use]
    pub fn new(refusal: Refusal) -> Self {
        Self(Box::new(Inner { path: String::new(), refusal }))
    }

    /// Returns the path of the value, such as `videos[2].start`, with names escaped as in JSON.
    /// Empty for the entire command.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns the reason.
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
            path => write!(f, "`{path}`: {}", self.0.refusal),
        }
    }
}

impl core::error::Error for SignError {}

impl serde::ser::Error for SignError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Refusal::Other(message.to_string()))
    }
}
