//! A shortcut for replies of which nothing is read.
//!
//! A reply is parsed twice: once for the envelope, and once for the type of the command's own data. Many commands have no data of
//! interest: their type is `()`, a unit struct or ignores its input. Such a type is built here from nothing. Every method that would
//! need input fails with [`Wanted`], and the reply is then parsed for it after all. So the shortcut saves time and never changes a
//! result.

use core::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// A deserializer of ignored values, of `()` and of unit structs.
pub(super) struct Unread;

/// The type wants to see something.
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
        f.write_str("the type looks at the answer")
    }
}
