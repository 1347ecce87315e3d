//! Values for which null has a meaning. An absent value never becomes null.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Param, ParamError};
use crate::value::Value;

/// A value, or null, which is sent and has its own meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nullable<T> {
    /// Sent as `null`.
    Null,
    /// Sent as the value.
    Value(T),
}

/// Null has no string syntax; on a command line it has its own flag.
impl<T: Param> Param for Nullable<T> {
    const KIND: Kind = T::KIND;

    fn parse(text: &str) -> Result<Self, ParamError> {
        T::parse(text).map(Nullable::Value)
    }
}

impl From<&str> for Nullable<alloc::string::String> {
    fn from(text: &str) -> Self {
        Nullable::Value(text.into())
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Nullable::Value(value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Nullable::Null => serializer.serialize_unit(),
            Nullable::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl<T: Into<Value>> From<Nullable<T>> for Value {
    fn from(nullable: Nullable<T>) -> Self {
        match nullable {
            Nullable::Null => Value::Null,
            Nullable::Value(value) => value.into(),
        }
    }
}
