//! Passwords among the parameters.

use alloc::string::String;
use core::fmt;

use serde::{Serialize, Serializer};

use super::{Kind, Nullable, Param, ParamError};
use crate::value::Value;

/// A password or a key, sent as text. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// 32 letters and digits that nobody takes for each other, and that stand in an address as they are.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Secret {
    /// How many random bytes a password is made of.
    pub const RANDOM_BYTES: usize = 20;

    /// A password of 20 letters and digits (100 bits), made of bytes that have to be random.
    #[must_use]
    pub fn from_random(bytes: [u8; Self::RANDOM_BYTES]) -> Self {
        let letter = |byte: u8| ALPHABET.get(usize::from(byte & 31)).copied().map_or('0', char::from);
        Self(bytes.into_iter().map(letter).collect())
    }

    /// The password, for whoever has to be told.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

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

impl From<String> for Nullable<Secret> {
    fn from(text: String) -> Self {
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
