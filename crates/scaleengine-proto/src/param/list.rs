//! Lists of values of one type.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Param, ParamError};
use crate::refuse_values;
use crate::value::Value;

/// An ordered list of values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List<T>(Vec<T>);

impl<T, U: Into<T>, const COUNT: usize> From<[U; COUNT]> for List<T> {
    fn from(values: [U; COUNT]) -> Self {
        values.into_iter().collect()
    }
}

impl<T, U: Into<T>> From<Vec<U>> for List<T> {
    fn from(values: Vec<U>) -> Self {
        values.into_iter().collect()
    }
}

impl<T, U: Into<T>> FromIterator<U> for List<T> {
    fn from_iter<I: IntoIterator<Item = U>>(values: I) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Param> Param for List<T> {
    const KIND: Kind = T::KIND.many();

    fn parse(text: &str) -> Result<Self, ParamError> {
        Self::parse_all(&[text])
    }

    fn parse_all(texts: &[&str]) -> Result<Self, ParamError> {
        texts.iter().map(|text| T::parse(text)).collect::<Result<Vec<T>, _>>().map(Self)
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Items(PhantomData))
    }
}

struct Items<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(List(list))
    }

    // The items may be secrets.
    refuse_values!(EXPECTED);
}

const EXPECTED: &str = "a list";

/// Creates a list of one value.
impl<'a, T: From<&'a str>> From<&'a str> for List<T> {
    fn from(value: &'a str) -> Self {
        Self(Vec::from([value.into()]))
    }
}

impl<T: Into<Value>> From<List<T>> for Value {
    fn from(list: List<T>) -> Self {
        list.0.into()
    }
}
