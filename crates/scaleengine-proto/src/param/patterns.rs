//! Names and patterns of applications, streams and files.

use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::{Kind, Param, ParamError};
use crate::value::Value;

/// The reason why a string is not a name.
const NOT_A_NAME: &str =
    "contains `*` or `|`, so it is a pattern and not a name: use the constructor `matching` if that is intended";

/// Declares a type of names and patterns. `$special` are the characters that make a name a pattern,
/// `$expected` describes a name without them, and `$param` implements [`Param`].
macro_rules! names_and_patterns {
    ($(#[$doc:meta])* $type:ident, $special:expr, $expected:literal, $param:item) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $type {
            text: String,
            /// Whether a pattern was given where a name is required.
            refused: bool,
        }

        impl $type {
            /// Matches any name.
            #[must_use]
            pub fn any() -> Self {
                Self::matching("*")
            }

            /// Matches exactly one name.
            ///
            /// # Errors
            ///
            /// Returns an error if the name contains a special character of patterns, because these
            /// cannot be escaped.
            pub fn exact(name: impl Into<String>) -> Result<Self, ParamError> {
                let name = Self::from(name.into());
                if name.refused { Err(ParamError::new($expected)) } else { Ok(name) }
            }

            /// Matches all names that fit a pattern. Do not pass user input.
            #[must_use]
            pub fn matching(pattern: impl Into<String>) -> Self {
                Self { text: pattern.into(), refused: false }
            }

            /// Returns the wire value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        $param

        impl From<&str> for $type {
            fn from(name: &str) -> Self {
                String::from(name).into()
            }
        }

        impl From<String> for $type {
            fn from(name: String) -> Self {
                let refused = name.contains($special);
                Self { text: name, refused }
            }
        }

        impl From<&String> for $type {
            fn from(name: &String) -> Self {
                name.clone().into()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if self.refused { Err(S::Error::custom(NOT_A_NAME)) } else { serializer.serialize_str(&self.text) }
            }
        }

        impl From<$type> for Value {
            fn from(own: $type) -> Self {
                if own.refused { Value::Refused(NOT_A_NAME) } else { own.text.into() }
            }
        }

        /// Accepts only exact names, so that user input does not become a pattern by accident.
        impl core::str::FromStr for $type {
            type Err = ParamError;

            fn from_str(name: &str) -> Result<Self, ParamError> {
                Self::exact(name)
            }
        }

        /// Accepts only exact names, so that user input does not become a pattern by accident.
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                Self::exact(String::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

names_and_patterns! {
    /// One or several names or patterns, separated by `|` on the wire. In a pattern, `*` matches
    /// any text.
    ///
    /// A string becomes an exact name. If it contains `*` or `|`, signing fails and nothing is
    /// sent, so that a `*` in user input cannot match everything; [`Patterns::exact`] finds that at
    /// once. Use [`Patterns::matching`] for a pattern.
    ///
    /// ```
    /// use scaleengine_proto::param::Patterns;
    ///
    /// let patterns = Patterns::matching("foo*").or("sestore1/jb/movie.mp4");
    /// assert_eq!(patterns.to_string(), "foo*|sestore1/jb/movie.mp4");
    /// assert!(Patterns::exact("*").is_err());
    /// ```
    Patterns,
    ['*', '|'],
    "a name without `*` and `|`",
    /// On a command line, a value is a pattern.
    impl Param for Patterns {
        const KIND: Kind =
            Kind::one("pattern", "a name, * matches any text; for several, repeat the flag or write | between").many();

        fn parse(text: &str) -> Result<Self, ParamError> {
            if text.is_empty() { Err(ParamError::new(Self::KIND.written)) } else { Ok(Self::matching(text)) }
        }

        fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
            let patterns = texts.iter().map(|text| Self::parse(text)).reduce(|all, next| Ok(all?.or(next?)));
            patterns.unwrap_or_else(|| Err(ParamError::new(Self::KIND.written)))
        }
    }
}

impl Patterns {
    /// Adds another name or pattern.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        let other = other.into();
        Self { text: format!("{}|{}", self.text, other.text), refused: self.refused || other.refused }
    }
}

names_and_patterns! {
    /// A name, or a pattern in which `*` matches any text.
    ///
    /// A string becomes an exact name. If it contains `*`, signing fails and nothing is sent, so
    /// that a `*` in user input cannot match everything; [`Pattern::exact`] finds that at once. Use
    /// [`Pattern::matching`] for a pattern.
    Pattern,
    '*',
    "a name without `*`",
    /// On a command line, a value is a pattern.
    impl Param for Pattern {
        const KIND: Kind = String::KIND;

        fn parse(text: &str) -> Result<Self, ParamError> {
            Ok(Self::matching(text))
        }
    }
}
