//! Canonical JSON: a serde serializer that writes JSON as PHP's `json_encode` does, and refuses
//! values that PHP's decoding and encoding would change.

use alloc::string::String;
use core::fmt::{self, Write as _};

use scaleengine_proto::RESERVED;
use serde::ser::{self, Serialize};

use crate::error::{Refusal, SignError};
use crate::escape::{self, Escaped, Escaping};
use crate::name::NameWriter;
use crate::unique::Names;
use crate::{MAX_DEPTH, MAX_JSON};

type Result<T = (), E = SignError> = core::result::Result<T, E>;

/// Appends the parameters of a command, each with a comma before it, to an open object.
pub(crate) fn push_params<C: Serialize + ?Sized>(out: &mut String, params: &C) -> Result {
    let start = out.len();
    params.serialize(Writer { out, depth: 0 })?;
    // At depth 0, only a map begins with a comma; without members it writes nothing.
    match out.as_bytes().get(start) {
        None | Some(b',') => Ok(()),
        Some(_) => Err(SignError::new(Refusal::NotAMap)),
    }
}

/// Writes one value. At depth 0 it is the command itself, whose object the signer opens and closes.
struct Writer<'a> {
    out: &'a mut String,
    depth: usize,
}

impl<'a> Writer<'a> {
    #[inline]
    #[expect(clippy::unnecessary_wraps, reason = "every method of the serializer ends in a result")]
    fn raw(self, text: &str) -> Result {
        self.out.push_str(text);
        Ok(())
    }

    #[inline]
    fn int(self, int: impl itoa::Integer) -> Result {
        self.raw(itoa::Buffer::new().format(int))
    }

    fn enter(&self) -> Result<usize> {
        if self.depth >= MAX_DEPTH {
            return Err(SignError::new(Refusal::TooDeep));
        }
        Ok(self.depth + 1)
    }

    #[inline]
    fn list(self) -> Result<List<'a>> {
        let depth = self.enter()?;
        self.out.push('[');
        Ok(List { out: self.out, depth, count: 0, variant: None })
    }

    #[inline]
    fn map(self) -> Result<Map<'a>> {
        let depth = self.enter()?;
        let top = self.depth == 0;
        if !top {
            self.out.push('{');
        }
        Ok(Map { start: self.out.len(), out: self.out, depth, names: Names::default(), name: 0..0, variant: None })
    }

    /// Begins a map of one member, `{"Variant":`. The caller writes the value and the end.
    fn variant(self, name: &'static str) -> Result<Writer<'a>> {
        if self.depth == 0 {
            return Err(SignError::new(Refusal::NotAMap));
        }
        let mut map = self.map()?;
        map.push_name(name)?;
        map.names.finish().map_err(SignError::new)?;
        Ok(Writer { out: map.out, depth: map.depth })
    }
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = SignError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Map<'a>;
    type SerializeStruct = Map<'a>;
    type SerializeStructVariant = Map<'a>;

    fn serialize_bool(self, v: bool) -> Result {
        self.raw(if v { "true" } else { "false" })
    }
    fn serialize_i8(self, v: i8) -> Result {
        self.int(v)
    }
    fn serialize_i16(self, v: i16) -> Result {
        self.int(v)
    }
    fn serialize_i32(self, v: i32) -> Result {
        self.int(v)
    }
    #[inline]
    fn serialize_i64(self, v: i64) -> Result {
        self.int(v)
    }
    fn serialize_i128(self, v: i128) -> Result {
        i64::try_from(v).map_err(|_| SignError::new(Refusal::Integer)).and_then(|v| self.int(v))
    }
    fn serialize_u8(self, v: u8) -> Result {
        self.int(v)
    }
    fn serialize_u16(self, v: u16) -> Result {
        self.int(v)
    }
    fn serialize_u32(self, v: u32) -> Result {
        self.int(v)
    }
    fn serialize_u64(self, v: u64) -> Result {
        i64::try_from(v).map_err(|_| SignError::new(Refusal::Integer)).and_then(|v| self.int(v))
    }
    fn serialize_u128(self, v: u128) -> Result {
        i64::try_from(v).map_err(|_| SignError::new(Refusal::Integer)).and_then(|v| self.int(v))
    }
    fn serialize_f32(self, _: f32) -> Result {
        Err(SignError::new(Refusal::Float))
    }
    fn serialize_f64(self, _: f64) -> Result {
        Err(SignError::new(Refusal::Float))
    }
    fn serialize_char(self, v: char) -> Result {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }
    #[inline]
    fn serialize_str(self, v: &str) -> Result {
        escape::push_text(self.out, v);
        Ok(())
    }
    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result {
        self.out.push('"');
        write!(Escaping(self.out), "{value}").map_err(ser::Error::custom)?;
        self.out.push('"');
        Ok(())
    }
    fn serialize_bytes(self, v: &[u8]) -> Result {
        self.collect_seq(v)
    }
    fn serialize_none(self) -> Result {
        self.raw("null")
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result {
        self.raw("null")
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result {
        // A command without parameters may be a unit struct.
        if self.depth == 0 { Ok(()) } else { self.raw("null") }
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        let Writer { out, depth } = self.variant(variant)?;
        value.serialize(Writer { out, depth }).map_err(|error| error.under(Escaped(variant)))?;
        out.push('}');
        Ok(())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>> {
        self.list()
    }
    fn serialize_tuple(self, _: usize) -> Result<List<'a>> {
        self.list()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>> {
        self.list()
    }
    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<List<'a>> {
        Ok(List { variant: Some(variant), ..self.variant(variant)?.list()? })
    }
    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Map<'a>> {
        self.map()
    }
    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Map<'a>> {
        refuse_private(name)?;
        self.map()
    }
    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Map<'a>> {
        Ok(Map { variant: Some(variant), ..self.variant(variant)?.map()? })
    }
}

#[inline]
fn refuse_private(name: &str) -> Result {
    if name.starts_with("$serde_json::private::") { Err(SignError::new(Refusal::PrivateName)) } else { Ok(()) }
}

/// Refuses the value that exceeds the limit, before an endless value fills the memory.
#[inline]
fn bounded(out: &str) -> Result {
    if out.len() > MAX_JSON { Err(SignError::new(Refusal::TooLarge)) } else { Ok(()) }
}

/// Adds the name of an enum's variant to the path.
#[cold]
fn within(error: SignError, variant: Option<&'static str>) -> SignError {
    match variant {
        Some(variant) => error.under(Escaped(variant)),
        None => error,
    }
}

struct List<'a> {
    out: &'a mut String,
    depth: usize,
    count: usize,
    variant: Option<&'static str>,
}

impl List<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        if self.count > 0 {
            self.out.push(',');
        }
        let written = value.serialize(Writer { out: self.out, depth: self.depth }).and_then(|()| bounded(self.out));
        written.map_err(|error| within(error.under(format_args!("[{}]", self.count)), self.variant))?;
        self.count += 1;
        Ok(())
    }

    fn close(self) {
        self.out.push_str(if self.variant.is_some() { "]}" } else { "]" });
    }
}

/// A map that is being written; at depth 1, the object of the command.
struct Map<'a> {
    out: &'a mut String,
    depth: usize,
    /// The offset at which its members begin.
    start: usize,
    names: Names,
    /// The range of the last name, for the path of a refusal.
    name: core::ops::Range<usize>,
    variant: Option<&'static str>,
}

impl Map<'_> {
    #[inline]
    fn is_command(&self) -> bool {
        self.depth == 1
    }

    #[expect(
        clippy::inline_always,
        reason = "the names of declared commands are constants: inlined, they are checked at compile time"
    )]
    #[inline(always)]
    fn push_name(&mut self, name: &str) -> Result {
        let members = self.out.len();
        if self.is_command() || members > self.start {
            self.out.push(',');
        }
        self.out.push('"');
        let from = self.out.len();
        escape::push_escaped(self.out, name);
        self.name = from..self.out.len();
        self.check_name(name, members).map_err(|refusal| SignError::new(refusal).under(self.last_name()))?;
        self.out.push_str("\":");
        Ok(())
    }

    #[expect(
        clippy::inline_always,
        reason = "the names of declared commands are constants: inlined, they are checked at compile time"
    )]
    #[inline(always)]
    fn check_name(&mut self, name: &str, members: usize) -> Result<(), Refusal> {
        match name.as_bytes().first() {
            None => return Err(Refusal::EmptyName),
            Some(0) => return Err(Refusal::NulName),
            Some(b'$') => refuse_private(name).map_err(|_| Refusal::PrivateName)?,
            Some(_) => {}
        }
        if self.is_command() && RESERVED.contains(&name) {
            return Err(Refusal::ReservedName);
        }
        if self.names.add(name) {
            return Ok(());
        }
        let written = self.out.get(self.start..members).unwrap_or_default();
        let escaped = self.out.get(self.name.clone()).unwrap_or_default();
        self.names.compare(escaped, written)
    }

    fn last_name(&self) -> &str {
        self.out.get(self.name.clone()).unwrap_or_default()
    }

    #[inline]
    fn push_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let written = value.serialize(Writer { out: self.out, depth: self.depth }).and_then(|()| bounded(self.out));
        written.map_err(|error| within(error.under(self.last_name()), self.variant))
    }

    #[inline]
    fn close(self) -> Result {
        if self.is_command() {
            return Ok(());
        }
        self.names.finish().map_err(|refusal| within(SignError::new(refusal), self.variant))?;
        self.out.push_str(if self.variant.is_some() { "}}" } else { "}" });
        Ok(())
    }
}

impl ser::SerializeMap for Map<'_> {
    type Ok = ();
    type Error = SignError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        key.serialize(NameWriter(|name: &str| self.push_name(name)))
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.push_value(value)
    }
    fn end(self) -> Result {
        self.close()
    }
}

macro_rules! compound {
    ($trait:ident, $target:ident, $method:ident($($name:ident)?)) => {
        impl ser::$trait for $target<'_> {
            type Ok = ();
            type Error = SignError;

            // Inlined, so that constant names are checked at compile time.
            #[inline(always)]
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result {
                compound!(@body self $($name)? value)
            }
            #[inline]
            fn end(self) -> Result {
                compound!(@end self $($name)?)
            }
        }
    };
    (@body $self:ident $name:ident $value:ident) => {{ $self.push_name($name)?; $self.push_value($value) }};
    (@body $self:ident $value:ident) => { $self.element($value) };
    (@end $self:ident $name:ident) => { $self.close() };
    (@end $self:ident) => {{ $self.close(); Ok(()) }};
}

compound!(SerializeSeq, List, serialize_element());
compound!(SerializeTuple, List, serialize_element());
compound!(SerializeTupleStruct, List, serialize_field());
compound!(SerializeTupleVariant, List, serialize_field());
compound!(SerializeStruct, Map, serialize_field(name));
compound!(SerializeStructVariant, Map, serialize_field(name));
