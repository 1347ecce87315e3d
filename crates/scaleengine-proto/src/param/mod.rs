//! The types of parameters. Quirks of the wire stay on the wire: here a date is a date, and a switch is on or off.
//!
//! Types with a single value convert from and to text (`FromStr`, `Display`), as they are written on a command line, and all can be serialized
//! (as they are sent) and deserialized. A [`Secret`] has no `Display`.

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
/// There is none for floats: how the server would write one back while checking a signature is unknown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a parameter",
    note = "a parameter is a `String`, an `i64`, a `bool` or a type of the module `param`, such as `DateTime` or `List<String>`"
)]
pub trait Param: Serialize + Into<Value> + Clone {
    /// How the specification describes this type.
    const KIND: Kind;

    /// Reads a parameter as it is written on a command line.
    ///
    /// # Errors
    ///
    /// The text is no value of this type; the error says what is expected.
    fn parse(text: &str) -> Result<Self, ParamError>;

    /// Reads a parameter that was written once or several times. Types that hold many values put them together.
    ///
    /// # Errors
    ///
    /// As [`Param::parse`]; or a type of one value was given several.
    fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
        match texts {
            [text] => Self::parse(text),
            _ => Err(ParamError::new("one value")),
        }
    }
}

/// What a specification says of a parameter's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Kind {
    /// The word that help pages use for a value.
    pub word: &'static str,
    /// How a value is written, where the word does not say it.
    pub written: &'static str,
    /// The parameter can be given several times.
    pub many: bool,
    /// It is a password: not for command lines, logs or debug output.
    pub secret: bool,
}

impl Kind {
    /// A type of one value that anybody may see.
    pub(crate) const fn one(word: &'static str, written: &'static str) -> Self {
        Self { word, written, many: false, secret: false }
    }

    /// The same type, given several times.
    pub(crate) const fn many(self) -> Self {
        Self { many: true, ..self }
    }

    /// The same type, to be kept secret.
    pub(crate) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

/// A text that is no value of a parameter's type. It says what is expected and does not repeat the text.
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
