//! The types of parameters. They hide quirks of the wire format: a date is a date, and a switch is
//! on or off.
//!
//! Types with a single value convert from and to strings (`FromStr`, `Display`) in the syntax of
//! the command line, except that a [`Secret`] has no `Display`. All types serialize to their wire
//! values, and can be deserialized.

mod acl;
mod app;
mod id;
mod ip;
mod list;
mod map;
mod nullable;
mod patterns;
mod playlist;
mod scalar;
mod secret;
pub(crate) mod text_form;
mod time;

use alloc::string::{String, ToString};

use serde::Serialize;

use crate::value::Value;

pub use acl::Acl;
pub use app::{AppInst, Apps};
pub use id::{Id, TextId};
pub use ip::IpRule;
pub use list::List;
pub use map::TextMap;
pub use nullable::Nullable;
pub use patterns::{Pattern, Patterns};
pub use playlist::{Item, Length, Repeat};
pub use scalar::{Switch, TextInt};
pub use secret::Secret;
pub use time::{Date, DateOrTime, DateTime};

/// A type that can be a parameter.
///
/// Floats are not supported: it is unknown how the server writes them when it checks a signature.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a parameter",
    note = "a parameter is a `String`, an `i64`, a `bool` or a type of the module `param`, such as `DateTime` or `List<String>`"
)]
pub trait Param: Serialize + Into<Value> + Clone {
    /// The description of the type in a [`Field`](crate::Field).
    const KIND: Kind;

    /// Parses a parameter in the syntax of the command line.
    ///
    /// # Errors
    ///
    /// Returns an error that describes the expected syntax if the string is not a value of this
    /// type.
    fn parse(text: &str) -> Result<Self, ParamError>;

    /// Parses a parameter that was given once or several times. Types with several values combine
    /// them.
    ///
    /// # Errors
    ///
    /// Fails like [`Param::parse`], or if a type with a single value was given several.
    fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
        match texts {
            [text] => Self::parse(text),
            _ => Err(ParamError::new("one value")),
        }
    }
}

/// A description of a parameter's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Kind {
    /// The placeholder for a value in help pages.
    pub word: &'static str,
    /// The syntax of a value; empty if it is evident from `word`.
    pub written: &'static str,
    /// Whether the parameter can be given several times.
    pub many: bool,
    /// Whether the value is a password, which must not appear in arguments, logs or debug output.
    pub secret: bool,
}

impl Kind {
    /// Describes a type with a single value that is not secret.
    pub(crate) const fn one(word: &'static str, written: &'static str) -> Self {
        Self { word, written, many: false, secret: false }
    }

    /// Marks the type as one that can be given several times.
    pub(crate) const fn many(self) -> Self {
        Self { many: true, ..self }
    }

    /// Marks the type as secret.
    pub(crate) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

/// An error for a string that is not a value of a parameter's type. It contains the expected
/// syntax, but not the string.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct ParamError {
    expected: String,
}

impl ParamError {
    pub(crate) fn new(expected: &str) -> Self {
        Self { expected: expected.to_string() }
    }
}
