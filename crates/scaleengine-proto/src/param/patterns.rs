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
    "contains `*` or `|`, which make a name a pattern: use the constructor `matching` if that is intended";

/// Declares a type of names and patterns. `$special` are the characters that make a name a pattern, `$expected` is the
/// words for a name without them, and `$param` reads a command line.
macro_rules! names_and_patterns {
    ($(#[$doc:meta])* $type:ident, $special:expr, $expected:literal, $param:item) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $type {
            text: String,
            /// A string was taken for a name and is a pattern.
            refused: bool,
        }

        impl $type {
            /// Any name.
            #[must_use]
            pub fn any() -> Self {
                Self::matching("*")
            }

            /// One name.
            ///
            /// # Errors
            ///
            /// It contains a character that has a meaning in patterns and cannot be escaped.
            pub fn exact(name: impl Into<String>) -> Result<Self, ParamError> {
                let name = Self::from(name.into());
                if name.refused { Err(ParamError::new($expected)) } else { Ok(name) }
            }

            /// All names that match a pattern. Do not pass text of a user.
            #[must_use]
            pub fn matching(pattern: impl Into<String>) -> Self {
                Self { text: pattern.into(), refused: false }
            }

            /// Returns it as it is sent.
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

        /// From a name, as by `exact`: input of a user must not become a pattern unnoticed.
        impl core::str::FromStr for $type {
            type Err = ParamError;

            fn from_str(name: &str) -> Result<Self, ParamError> {
                Self::exact(name)
            }
        }

        /// From a name, as by `exact`: input of a user must not become a pattern unnoticed.
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                Self::exact(String::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

names_and_patterns! {
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
    Patterns,
    ['*', '|'],
    "a name without `*` and `|`",
    /// On a command line a value is a pattern.
    impl Param for Patterns {
        const KIND: Kind =
            Kind::one("pattern", "a name, * standing for any text; several times, or with | between").many();

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
    /// A name, or a pattern in which `*` stands for any text.
    ///
    /// A string is an exact name, so that a `*` from a user does not mean everything: signing refuses a name that contains `*`.
    /// [`Pattern::matching`] takes a pattern.
    Pattern,
    '*',
    "a name without `*`",
    /// On a command line a value is a pattern.
    impl Param for Pattern {
        const KIND: Kind = String::KIND;

        fn parse(text: &str) -> Result<Self, ParamError> {
            Ok(Self::matching(text))
        }
    }
}
