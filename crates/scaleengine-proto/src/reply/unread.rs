//! A shortcut for reply types that read no data.
//!
//! A reply is parsed twice: for the envelope, and for the type of the command's data. If that type
//! is `()`, a unit struct or ignores its input, it is built here without parsing. Every method that
//! needs input fails with [`Wanted`], and the reply is then parsed as usual. The shortcut saves
//! time and never changes a result.

use core::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A deserializer for ignored values, `()` and unit structs.
pub(super) struct Unread;

/// An error that means that the type needs input.
#[derive(Debug)]
pub(super) struct Wanted;

impl<'de> Deserializer<'de> for Unread {
    type Error = Wanted;

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wanted> {
        visitor.visit_unit()
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wanted> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wanted> {
        visitor.visit_unit()
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Wanted> {
        Err(Wanted)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option newtype_struct
        seq tuple tuple_struct map struct enum identifier
    }
}

impl de::Error for Wanted {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl core::error::Error for Wanted {}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the type reads the reply")
    }
}
