//! Ids. The examples of the documentation contain numbers for some commands and strings for others.
//! Both types accept both, and send the JSON type of the example.

use alloc::string::{String, ToString};
use core::fmt;

use serde::{Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::value::Value;

/// An id, sent as a number if possible, otherwise as a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Id {
    /// A number.
    Number(i64),
    /// Any other id.
    Text(String),
}

/// An id, sent as a string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextId(String);

impl Param for Id {
    const KIND: Kind = Kind::one("id", "");

    fn parse(text: &str) -> Result<Self, ParamError> {
        Ok(text.into())
    }
}

impl Param for TextId {
    const KIND: Kind = Id::KIND;

    fn parse(text: &str) -> Result<Self, ParamError> {
        Ok(text.into())
    }
}

impl From<i64> for Id {
    fn from(id: i64) -> Self {
        Id::Number(id)
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        // Use a number only if it converts back to the same string: `007` is not 7.
        match id.parse::<i64>() {
            Ok(number) if number.to_string() == id => Id::Number(number),
            _ => Id::Text(id.into()),
        }
    }
}

impl From<String> for Id {
    fn from(id: String) -> Self {
        id.as_str().into()
    }
}

impl From<i64> for TextId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl From<&str> for TextId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for TextId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<Id> for TextId {
    fn from(id: Id) -> Self {
        match id {
            Id::Number(number) => number.into(),
            Id::Text(text) => Self(text),
        }
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Id::Number(number) => serializer.serialize_i64(*number),
            Id::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl Serialize for TextId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

text_form!(Id, TextId);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Number(number) => number.fmt(f),
            Id::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for TextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Self {
        match id {
            Id::Number(number) => number.into(),
            Id::Text(text) => text.into(),
        }
    }
}

impl From<TextId> for Value {
    fn from(id: TextId) -> Self {
        id.0.into()
    }
}
