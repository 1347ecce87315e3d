//! A reply without a known shape: all fields are kept and can be read by path.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::shape::{ReplyShape, Shape};
use crate::lenient;
use crate::param::DateTime;
use crate::refuse_values;

/// A complete reply, for commands whose reply is not documented.
///
/// Values are read by path (`data[0].channel_id`) and leniently: a number may be sent as a string.
/// `Debug` shows the names of the top-level fields and no values. Numbers serialize as those of
/// `serde_json`: 64 bits, or all digits with its `arbitrary_precision`; a [`Reply`](crate::Reply)
/// always keeps all digits.
///
/// ```
/// use scaleengine_proto::{Document, decode};
///
/// let reply = decode::<Document>(br#"{"status":"success","data":[{"channel_id":"7"}]}"#)?;
/// assert_eq!(reply.value().integer("data[0].channel_id")?, 7);
/// assert_eq!(
///     reply.value().text("data[1].name").unwrap_err().to_string(),
///     "data[1].name: field not found; data has 1 item"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Document(Map<String, Value>);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(AN_OBJECT)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Document, A::Error> {
        Map::deserialize(MapAccessDeserializer::new(members)).map(Document)
    }

    // The value may be a ticket.
    refuse_values!(AN_OBJECT);
}

const AN_OBJECT: &str = "an object";

impl ReplyShape for Document {
    const SHAPE: Shape = Shape::unknown(
        "Shape not documented. This client keeps all fields; each can be read by a path such as `data[0].id`.",
    );
}

impl Document {
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// Returns the top-level field with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns all fields, including `status` and `message`.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Returns the value at a path.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist; it names the part that exists.
    pub fn at(&self, path: &str) -> Result<&Value, FieldError> {
        let mut steps = steps(path);
        let missing = |what: String| FieldError { path: path.into(), reason: what };
        let first = steps.next().unwrap_or(Step::Name(""));
        let names = |map: &Map<String, Value>| map.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let Step::Name(name) = first else { return Err(missing("the reply is not a list".into())) };
        let mut value = self.0.get(name).ok_or_else(|| {
            missing(alloc::format!("field not found; the reply has {}", crate::Printable(&names(&self.0))))
        })?;
        let mut so_far = name.to_string();
        for step in steps {
            let next = match (&step, value) {
                (Step::Name(name), Value::Object(map)) => map.get(*name),
                (Step::Index(index), Value::Array(items)) => items.get(*index),
                _ => None,
            };
            value = next.ok_or_else(|| {
                let holds = match value {
                    Value::Object(map) => alloc::format!("has {}", crate::Printable(&names(map))),
                    Value::Array(items) if items.len() == 1 => "has 1 item".to_string(),
                    Value::Array(items) => alloc::format!("has {} items", items.len()),
                    _ => "has no fields".to_string(),
                };
                missing(alloc::format!("field not found; {so_far} {holds}"))
            })?;
            so_far += &step.to_string();
        }
        Ok(value)
    }

    /// Returns the string at a path; a number as its digits.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value is neither a string nor a number.
    pub fn text(&self, path: &str) -> Result<String, FieldError> {
        self.read(path, "a string or a number", |value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// Returns the integer at a path, also if it is a string.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value is not an integer.
    pub fn integer(&self, path: &str) -> Result<i64, FieldError> {
        self.read(path, "an integer", lenient::integer)
    }

    /// Returns the boolean at a path; 1, 0, `"1"`, `"0"`, `"true"` and `"false"` are accepted too.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value is not a boolean.
    pub fn boolean(&self, path: &str) -> Result<bool, FieldError> {
        self.read(path, "a boolean", lenient::boolean)
    }

    /// Returns the time at a path, in UTC; `None` for `0000-00-00 00:00:00`, which means never.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value is not a time.
    pub fn time(&self, path: &str) -> Result<Option<DateTime>, FieldError> {
        self.read(path, "a time", |value| lenient::time(value).ok())
    }

    /// Returns the items of the list at a path. PHP writes an empty map as an empty list.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value is not a list.
    pub fn list(&self, path: &str) -> Result<&[Value], FieldError> {
        match self.at(path)? {
            Value::Array(items) => Ok(items),
            _ => Err(FieldError::new(path, "not a list")),
        }
    }

    /// Deserializes the value at a path.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value does not have the shape of the
    /// type.
    pub fn parse<T: DeserializeOwned>(&self, path: &str) -> Result<T, FieldError> {
        let value = self.at(path)?;
        T::deserialize(value)
            .map_err(|error| FieldError { path: path.into(), reason: super::mismatch(&error.to_string()) })
    }

    /// Returns the rows of a reply that contains one list of objects, at any depth.
    ///
    /// ```
    /// use scaleengine_proto::{Document, decode};
    ///
    /// let reply = decode::<Document>(br#"{"status":"success","data":{"channels":[{"name":"a"},{"name":"b"}]}}"#)?;
    /// let names: Vec<_> = reply.value().rows()?.iter().filter_map(|row| row.get("name")).collect();
    /// assert_eq!(names, ["a", "b"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the reply contains no list of objects, or several at the same depth;
    /// read those with [`Document::list`].
    pub fn rows(&self) -> Result<Vec<&Map<String, Value>>, FieldError> {
        let mut is_empty = false;
        let mut level: Vec<(String, &Value)> = self.0.iter().map(|(name, value)| (name.clone(), value)).collect();
        while !level.is_empty() {
            let lists: Vec<_> = level.iter().filter_map(|(path, value)| Some((path, objects(value)?))).collect();
            // PHP writes every empty map as `[]`, so an empty list counts only if all lists of the
            // reply are empty.
            let mut full = lists.iter().filter(|(_, rows)| !rows.is_empty());
            is_empty |= !lists.is_empty();
            match (full.next(), full.next()) {
                (Some((_, rows)), None) => return Ok(rows.clone()),
                (Some((first, _)), Some((second, _))) => {
                    let both = crate::Printable(&alloc::format!("{first} and {second}")).to_string();
                    return Err(FieldError::new("", &alloc::format!("the reply contains several lists: {both}")));
                }
                (None, _) => {}
            }
            let deeper = level.iter().filter_map(|(path, value)| Some((path, value.as_object()?)));
            level = deeper
                .flat_map(|(path, map)| map.iter().map(move |(name, value)| (alloc::format!("{path}.{name}"), value)))
                .collect();
        }
        if is_empty { Ok(Vec::new()) } else { Err(FieldError::new("", "the reply contains no list of objects")) }
    }

    fn read<T>(&self, path: &str, what: &str, read: impl Fn(&Value) -> Option<T>) -> Result<T, FieldError> {
        let value = self.at(path)?;
        read(value).ok_or_else(|| FieldError { path: path.into(), reason: alloc::format!("not {what}") })
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Returns the items of a list if all of them are objects.
fn objects(value: &Value) -> Option<Vec<&Map<String, Value>>> {
    value.as_array()?.iter().map(Value::as_object).collect()
}

/// A segment of a path.
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Name(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Splits `data[0].name` into `data`, 0 and `name`.
fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split('.').flat_map(|part| {
        let mut pieces = part.split('[');
        let name = pieces.next().filter(|name| !name.is_empty()).map(Step::Name);
        // An invalid index becomes an empty name, which is not found.
        let index = |text: &'_ str| text.strip_suffix(']').and_then(|index| index.parse().ok());
        name.into_iter().chain(pieces.map(move |piece| index(piece).map_or(Step::Name(""), Step::Index)))
    })
}

/// An error for a field that is missing or has another type. It contains names, but no values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}{reason}", if path.is_empty() { "" } else { ": " })]
pub struct FieldError {
    path: String,
    reason: String,
}

impl FieldError {
    pub(crate) fn new(path: &str, reason: &str) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }

    /// Returns the requested path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}
