//! Conversion of parameters from strings, with the same syntax on a command line, in a
//! configuration file and in a log.

use core::fmt;
use core::marker::PhantomData;

use alloc::string::ToString as _;
use serde::de::{Deserializer, Error, Visitor};

use super::Param;

/// Implements `FromStr` and `Deserialize` with [`Param::parse`]. `Deserialize` also accepts numbers
/// and booleans.
macro_rules! text_form {
    ($($type:ty),* $(,)?) => {$(
        impl core::str::FromStr for $type {
            type Err = $crate::param::ParamError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::param::Param>::parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::param::text_form::deserialize(deserializer)
            }
        }
    )*};
}

pub(crate) use text_form;

/// Deserializes a parameter from a string, a number or a boolean.
pub(crate) fn deserialize<'de, T: Param, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Text(PhantomData))
}

struct Text<T>(PhantomData<fn() -> T>);

impl<T: Param> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if T::KIND.written.is_empty() { T::KIND.word } else { T::KIND.written })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::parse(text).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        self.visit_str(if value { "true" } else { "false" })
    }
}
