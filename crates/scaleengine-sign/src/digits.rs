//! A string or an integer in a configuration. Its errors do not repeat the value, which may be a
//! secret in the wrong place.

use alloc::string::{String, ToString as _};
use core::fmt;

use scaleengine_proto::refuse_values;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A string, or an integer as its digits.
pub(crate) struct Text(pub(crate) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyText)
    }
}

struct AnyText;

impl Visitor<'_> for AnyText {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    refuse_values!("a string" => visit_i64 i64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_bool bool);
}
