//! Values of parameters. They have a type of their own because any crate in the build can enable a
//! feature of `serde_json` that changes the order of its maps, and with it the signed bytes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};

use crate::printable::Printable;

/// A value that can be signed. Floats cannot, because how PHP writes them depends on its setting
/// `serialize_precision`; send an integer or a string.
///
/// `Debug` shows the structure without content, because a value may be a password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// JSON `null`, which the API distinguishes from an absent parameter.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Text(String),
    /// An ordered list of values.
    List(Vec<Value>),
    /// An ordered list of named values.
    Map(Fields),
    /// An invalid parameter, which signing refuses for this reason.
    #[doc(hidden)]
    Refused(&'static str),
}

impl Value {
    /// Creates an object whose members keep their order, for a nested parameter.
    ///
    /// ```
    /// use scaleengine_proto::{RawCommand, Value};
    ///
    /// let command = RawCommand::new("some.command").field("o", Value::object([("b", 1.into()), ("a", "x".into())]));
    /// assert_eq!(serde_json::to_string(&command)?, r#"{"o":{"b":1,"a":"x"}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn object<N: Into<String>>(members: impl IntoIterator<Item = (N, Value)>) -> Self {
        Value::Map(members.into_iter().collect())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Int(int) => serializer.serialize_i64(*int),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(values) => values.serialize(serializer),
            Value::Map(fields) => fields.serialize(serializer),
            Value::Refused(reason) => Err(S::Error::custom(reason)),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("Null"),
            Value::Bool(_) => f.write_str("Bool(…)"),
            Value::Int(_) => f.write_str("Int(…)"),
            Value::Text(_) => f.write_str("Text(…)"),
            Value::List(values) => f.debug_tuple("List").field(values).finish(),
            Value::Map(fields) => fields.fmt(f),
            Value::Refused(_) => f.write_str("Refused"),
        }
    }
}

/// Named values in wire order.
///
/// Names are not checked here: the signer refuses repeated and empty names and reports their path.
/// `Debug` shows names without values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// Creates an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a field.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// Appends all fields of another list.
    pub fn append(&mut self, mut other: Fields) {
        self.0.append(&mut other.0);
    }

    /// Returns the value of the first field with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Returns the names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl IntoIterator for Fields {
    type Item = (String, Value);
    type IntoIter = alloc::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

macro_rules! from {
    ($($type:ty => $convert:expr),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                $convert(value)
            }
        }
    )*};
}

from! {
    bool => Value::Bool,
    i64 => Value::Int,
    i8 => |int| Value::Int(i64::from(int)),
    i16 => |int| Value::Int(i64::from(int)),
    i32 => |int| Value::Int(i64::from(int)),
    u8 => |int| Value::Int(i64::from(int)),
    u16 => |int| Value::Int(i64::from(int)),
    u32 => |int| Value::Int(i64::from(int)),
    String => Value::Text,
    &str => |text: &str| Value::Text(text.to_string()),
    &String => |text: &String| Value::Text(text.clone()),
    Fields => Value::Map,
}

impl<T: Into<Value>, const COUNT: usize> From<[T; COUNT]> for Value {
    fn from(values: [T; COUNT]) -> Self {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}

/// An error in the conversion of a JSON value into a [`Value`]. It contains no values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    path: String,
    reason: &'static str,
}

impl ValueError {
    fn new(reason: &'static str) -> Self {
        Self { path: String::new(), reason }
    }

    /// Returns the path of the value, such as `videos[2].start`; empty for the root.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    fn under(mut self, segment: impl fmt::Display) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = alloc::format!("{segment}{dot}{}", self.path);
        self
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.path, self.reason)
    }
}

impl core::error::Error for ValueError {}

/// Converts a value of `serde_json`; the members of objects are **sorted by key**.
///
/// Their order would otherwise depend on `preserve_order`, a feature that any crate in the build
/// can enable. If the order matters, use [`Value::object`]. Numbers must fit into an `i64`.
impl TryFrom<serde_json::Value> for Value {
    type Error = ValueError;

    fn try_from(value: serde_json::Value) -> Result<Self, ValueError> {
        Ok(match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(bool) => Value::Bool(bool),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(values) => {
                let values = values.into_iter().enumerate();
                let values =
                    values.map(|(index, value)| Value::try_from(value).map_err(|e| e.under(format_args!("[{index}]"))));
                Value::List(values.collect::<Result<_, _>>()?)
            }
            serde_json::Value::Number(number) => {
                // Parsed from text: with `arbitrary_precision`, `-0` is the integer 0, otherwise a
                // float.
                let text = number.to_string();
                let reason = "only integers in the range of i64 can be signed";
                let int = text.parse().ok().filter(|_| text != "-0");
                Value::Int(int.ok_or(ValueError::new(reason))?)
            }
            serde_json::Value::Object(map) => {
                let mut members: Vec<_> = map.into_iter().collect();
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                let mut fields = Fields::new();
                for (name, value) in members {
                    if name.starts_with("$serde_json::private::") {
                        return Err(ValueError::new("this name is reserved by serde_json").under(&name));
                    }
                    let value = Value::try_from(value).map_err(|error| error.under(Printable(&name)))?;
                    fields.push(name, value);
                }
                Value::Map(fields)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(json: &str) -> Result<Value, ValueError> {
        Value::try_from(serde_json::from_str::<serde_json::Value>(json).unwrap())
    }

    #[test]
    fn objects_are_sorted_by_key_and_only_integers_of_64_bits_are_accepted() {
        let value = convert(r#"{"b":[1,-9223372036854775808],"a":{"z":null,"y":"t"}}"#).unwrap();
        let inner = Fields::from_iter([("y", Value::from("t")), ("z", Value::Null)]);
        let list = Value::from(alloc::vec![1, i64::MIN]);
        assert_eq!(value, Value::Map(Fields::from_iter([("a", Value::Map(inner)), ("b", list)])));

        for number in ["1.0", "0.1", "1e3", "-0", "9223372036854775808"] {
            let error = convert(&alloc::format!(r#"{{"videos":[1,{{"start":{number}}}]}}"#)).unwrap_err();
            assert_eq!(error.path(), "videos[1].start", "{number}");
        }
    }

    #[test]
    fn debug_shows_no_content() {
        let fields = Fields::from_iter([("pass", Value::from("hunter2")), ("n", Value::from(4711))]);
        let shown = alloc::format!("{fields:?}");
        assert!(shown.contains("pass") && !shown.contains("hunter2") && !shown.contains("4711"), "{shown}");
    }
}
