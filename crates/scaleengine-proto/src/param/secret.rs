//! Passwords among the parameters.

use alloc::string::String;
use core::fmt;

use serde::{Serialize, Serializer};

use super::{Kind, Nullable, Param, ParamError};
use crate::value::Value;

/// A password or a key, sent as text. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Param for Secret {
    const KIND: Kind = Kind::one("secret", "").secret();

    fn parse(text: &str) -> Result<Self, ParamError> {
        Ok(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Nullable<Secret> {
    fn from(text: &str) -> Self {
        Nullable::Value(text.into())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl From<Secret> for Value {
    fn from(secret: Secret) -> Self {
        secret.0.into()
    }
}
