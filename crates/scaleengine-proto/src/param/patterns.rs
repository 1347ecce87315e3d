//! Names and patterns of applications, streams and files.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::text_form;
use super::{Kind, Param, ParamError};
use crate::value::Value;

/// Names or patterns; several are sent with `|` between them. In a pattern `*` stands for any text.
///
/// A string is an exact name, so that a `*` from a user cannot open everything: signing refuses a name that contains `*` or `|`.
/// [`Patterns::matching`] takes a pattern.
///
/// ```
/// use scaleengine_proto::param::Patterns;
///
/// let patterns = Patterns::matching("foo*").or("sestore1/jb/movie.mp4");
/// assert_eq!(patterns.to_string(), "foo*|sestore1/jb/movie.mp4");
/// assert!(Patterns::exact("*").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Patterns {
    text: String,
    /// A string was taken for a name and is a pattern.
    refused: bool,
}

/// The reason why a string is not a name.
const NOT_A_NAME: &str =
    "contains `*` or `|`, which make a name a pattern: use `Patterns::matching` if that is intended";

impl Patterns {
    /// Any name.
    #[must_use]
    pub fn any() -> Self {
        Self::matching("*")
    }

    /// One name.
    ///
    /// # Errors
    ///
    /// It contains `*` or `|`, which have a meaning in patterns and cannot be escaped.
    pub fn exact(name: impl Into<String>) -> Result<Self, ParamError> {
        let name = Self::from(name.into());
        if name.refused { Err(ParamError::new("a name without `*` and `|`")) } else { Ok(name) }
    }

    /// All names that match a pattern, in which `*` stands for any text and `|` separates alternatives. Do not pass text of a user.
    #[must_use]
    pub fn matching(pattern: impl Into<String>) -> Self {
        Self { text: pattern.into(), refused: false }
    }

    /// Adds another name or pattern.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self { text: format!("{}|{}", self.text, other.text), refused: self.refused || other.refused }
    }

    /// Returns the names and patterns as they are sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// On a command line a value is a pattern.
impl Param for Patterns {
    const KIND: Kind = Kind::one("pattern", "a name, * standing for any text; several times, or with | between").many();

    fn parse(text: &str) -> Result<Self, ParamError> {
        if text.is_empty() { Err(ParamError::new(Self::KIND.written)) } else { Ok(Self::matching(text)) }
    }

    fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
        let patterns = texts.iter().map(|text| Self::parse(text)).reduce(|all, next| Ok(all?.or(next?)));
        patterns.unwrap_or_else(|| Err(ParamError::new(Self::KIND.written)))
    }
}

impl From<&str> for Patterns {
    fn from(name: &str) -> Self {
        String::from(name).into()
    }
}

impl From<String> for Patterns {
    fn from(name: String) -> Self {
        let refused = name.contains(['*', '|']);
        Self { text: name, refused }
    }
}

/// From a name, as [`Patterns::exact`].
impl core::str::FromStr for Patterns {
    type Err = ParamError;

    fn from_str(name: &str) -> Result<Self, ParamError> {
        Self::exact(name)
    }
}

/// From the form that is sent, patterns included: a configuration is trusted to mean what it contains.
impl<'de> serde::Deserialize<'de> for Patterns {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_form::deserialize(deserializer)
    }
}

impl fmt::Display for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Patterns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.refused { Err(S::Error::custom(NOT_A_NAME)) } else { serializer.serialize_str(&self.text) }
    }
}

impl From<Patterns> for Value {
    fn from(patterns: Patterns) -> Self {
        if patterns.refused { Value::Refused(NOT_A_NAME) } else { patterns.text.into() }
    }
}
