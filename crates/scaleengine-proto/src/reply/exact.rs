//! Serialization of a reply as received.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;
use core::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON value in its received form. `serde_json` writes its numbers with the digits as received;
/// other formats get a 64-bit number, or a string if the number does not fit.
pub(super) struct Exact<'a> {
    value: &'a RawValue,
    /// The number of enclosing lists and objects.
    depth: usize,
}

/// The maximum nesting, equal to the limit of `serde_json`.
const MAX_DEPTH: usize = 128;

impl Exact<'_> {
    /// Serializes the body of a reply.
    pub(super) fn serialize_body<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let text = String::from_utf8_lossy(body);
        let value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(S::Error::custom)?;
        Exact { value, depth: 0 }.serialize(serializer)
    }
}

impl Serialize for Exact<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.value.get();
        let within = |value| Exact { value, depth: self.depth + 1 };
        if self.depth > MAX_DEPTH {
            return Err(S::Error::custom(format_args!("the reply is nested deeper than {MAX_DEPTH} levels")));
        }
        match text.as_bytes() {
            [b'{', ..] => {
                let Members(members) = serde_json::from_str(text).map_err(S::Error::custom)?;
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(&name, &within(value))?;
                }
                map.end()
            }
            [b'[', ..] => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(S::Error::custom)?;
                serializer.collect_seq(items.into_iter().map(within))
            }
            [b'-' | b'0'..=b'9', ..] => self.serialize_number(serializer),
            _ => serde_json::from_str::<serde_json::Value>(text).map_err(S::Error::custom)?.serialize(serializer),
        }
    }
}

impl Exact<'_> {
    fn serialize_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Only the serializers of `serde_json` write a raw value as a number, and only their type
        // names identify them.
        if type_name::<S>().contains("serde_json::") {
            return self.value.serialize(serializer);
        }
        let text = self.value.get();
        if let Ok(integer) = text.parse() {
            return serializer.serialize_i64(integer);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && text.contains(['.', 'e', 'E']) => serializer.serialize_f64(number),
            _ => serializer.serialize_str(text),
        }
    }
}

/// The members of an object in order.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = members.next_entry()? {
            all.push(member);
        }
        Ok(Members(all))
    }
}
