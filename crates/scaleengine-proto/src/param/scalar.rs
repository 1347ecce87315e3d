//! Strings, integers and booleans, including booleans that are sent as 0 or 1.

use alloc::string::{String, ToString as _};
use core::fmt;

use serde::{Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::value::Value;

impl Param for String {
    const KIND: Kind = Kind::one("text", "");

    fn parse(text: &str) -> Result<Self, ParamError> {
        Ok(text.into())
    }
}

impl Param for i64 {
    const KIND: Kind = Kind::one("integer", "");

    fn parse(text: &str) -> Result<Self, ParamError> {
        text.parse().map_err(|_| ParamError::new("an integer"))
    }
}

impl Param for bool {
    const KIND: Kind = Kind::one("boolean", "true or false");

    fn parse(text: &str) -> Result<Self, ParamError> {
        match text {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(ParamError::new("true or false")),
        }
    }
}

/// On or off, sent as the number 1 or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Switch(pub bool);

impl Param for Switch {
    const KIND: Kind = bool::KIND;

    fn parse(text: &str) -> Result<Self, ParamError> {
        bool::parse(text).map(Self)
    }
}

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(i64::from(self.0))
    }
}

text_form!(Switch, TextInt);

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TextInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        Self(on)
    }
}

impl From<Switch> for Value {
    fn from(switch: Switch) -> Self {
        Value::Int(i64::from(switch.0))
    }
}

/// An integer that is sent as a string, as in some examples of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextInt(pub i64);

impl Param for TextInt {
    const KIND: Kind = i64::KIND;

    fn parse(text: &str) -> Result<Self, ParamError> {
        i64::parse(text).map(Self)
    }
}

impl Serialize for TextInt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl From<i64> for TextInt {
    fn from(int: i64) -> Self {
        Self(int)
    }
}

impl From<TextInt> for Value {
    fn from(int: TextInt) -> Self {
        int.0.to_string().into()
    }
}
