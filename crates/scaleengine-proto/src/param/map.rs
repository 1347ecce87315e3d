//! Maps of strings: metadata and filters.

use alloc::string::String;
use core::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Param, ParamError};
use crate::value::{Fields, Value};

/// An ordered map of strings. An empty map cannot be signed; omit the parameter instead.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextMap(Fields);

impl TextMap {
    /// Appends a string.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.0.push(name, text.into());
        self
    }
}

impl<N: Into<String>, T: Into<String>, const COUNT: usize> From<[(N, T); COUNT]> for TextMap {
    fn from(texts: [(N, T); COUNT]) -> Self {
        texts.into_iter().fold(Self::default(), |map, (name, text)| map.with(name, text))
    }
}

impl Param for TextMap {
    const KIND: Kind = Kind::one("key=value", "a name, =, and a string").many();

    fn parse(text: &str) -> Result<Self, ParamError> {
        Self::parse_all(&[text])
    }

    fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
        texts.iter().try_fold(Self::default(), |map, text| match text.split_once('=') {
            Some((name, text)) if !name.is_empty() => Ok(map.with(name, text)),
            _ => Err(ParamError::new(Self::KIND.written)),
        })
    }
}

impl Serialize for TextMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TextMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Texts)
    }
}

/// Keeps the order of the input.
struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = TextMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<TextMap, A::Error> {
        let mut map = TextMap::default();
        while let Some((name, text)) = members.next_entry::<String, String>()? {
            map = map.with(name, text);
        }
        Ok(map)
    }
}

impl From<TextMap> for Value {
    fn from(map: TextMap) -> Self {
        map.0.into()
    }
}
