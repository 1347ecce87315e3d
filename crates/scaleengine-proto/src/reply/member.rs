//! A member of an envelope, of any JSON type. Almost all are strings, which are borrowed from the
//! body.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use core::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::code::Code;
use crate::lenient;

/// A string, or any other value.
pub(super) enum Member<'a> {
    Text(Cow<'a, str>),
    Other(Value),
}

impl Member<'_> {
    /// Converts it into a string. Null becomes an empty string, and any other value its JSON.
    pub(super) fn into_text(self) -> String {
        match self {
            Member::Text(text) => text.into_owned(),
            Member::Other(value) => lenient::text(value),
        }
    }

    /// Reads a code from a string (`"0003"`) or a number (`3`).
    pub(super) fn code(&self) -> Option<Code> {
        match self {
            Member::Text(text) => Some(&**text).filter(|text| !text.is_empty()).map(Code::new),
            Member::Other(Value::Number(number)) => Some(Code::new(&number.to_string())),
            // Null, or PHP's empty array.
            Member::Other(_) => None,
        }
    }

    /// Reads seconds from `0.3795` (the documentation's table) or `"0.3795 seconds"` (its sample).
    /// Anything else is `None`, because this value must not cause a reply to be lost.
    pub(super) fn seconds(&self) -> Option<f64> {
        match self {
            Member::Text(text) => lenient::finite(text.split_ascii_whitespace().next()?),
            Member::Other(value) => lenient::number(value),
        }
    }
}

impl Default for Member<'_> {
    fn default() -> Self {
        Self::Other(Value::Null)
    }
}

impl<'de> Deserialize<'de> for Member<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Kinds)
    }
}

struct Kinds;

impl<'de> Visitor<'de> for Kinds {
    type Value = Member<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Member<'de>, E> {
        Ok(Member::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Member<'de>, E> {
        Ok(Member::Text(Cow::Owned(text.into())))
    }

    fn visit_unit<E>(self) -> Result<Member<'de>, E> {
        Ok(Member::default())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Member<'de>, E> {
        Ok(Member::Other(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Member<'de>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items)).map(Member::Other)
    }

    // With `arbitrary_precision`, serde_json represents a number as a map.
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Member<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(members)).map(Member::Other)
    }
}
