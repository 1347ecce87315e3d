//! Accepts the name of a map's member from serde, which must be a string.

use serde::ser::{self, Serialize};

use crate::error::{Refusal, SignError};

type Result<T = (), E = SignError> = core::result::Result<T, E>;

/// A serializer that passes a name to a closure.
pub(crate) struct NameWriter<F>(pub(crate) F);

fn not_a_text<T>() -> Result<T> {
    Err(SignError::new(Refusal::NameNotText))
}

macro_rules! not_a_name {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        fn $method(self, _: $type) -> Result {
            not_a_text()
        }
    )*};
}

impl<F: FnOnce(&str) -> Result> ser::Serializer for NameWriter<F> {
    type Ok = ();
    type Error = SignError;
    type SerializeSeq = ser::Impossible<(), SignError>;
    type SerializeTuple = ser::Impossible<(), SignError>;
    type SerializeTupleStruct = ser::Impossible<(), SignError>;
    type SerializeTupleVariant = ser::Impossible<(), SignError>;
    type SerializeMap = ser::Impossible<(), SignError>;
    type SerializeStruct = ser::Impossible<(), SignError>;
    type SerializeStructVariant = ser::Impossible<(), SignError>;

    #[inline]
    fn serialize_str(self, name: &str) -> Result {
        (self.0)(name)
    }
    fn serialize_char(self, name: char) -> Result {
        (self.0)(name.encode_utf8(&mut [0; 4]))
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        (self.0)(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, name: &T) -> Result {
        name.serialize(self)
    }
    not_a_name! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }
    fn serialize_none(self) -> Result {
        not_a_text()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result {
        not_a_text()
    }
    fn serialize_unit(self) -> Result {
        not_a_text()
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result {
        not_a_text()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        not_a_text()
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeSeq> {
        not_a_text()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeSeq> {
        not_a_text()
    }
    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self::SerializeSeq> {
        not_a_text()
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        not_a_text()
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeMap> {
        not_a_text()
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeMap> {
        not_a_text()
    }
}
