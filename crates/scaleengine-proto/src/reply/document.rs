//! A reply whose shape is not known: every field is kept, and can be read by its path.

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

/// A whole reply, for commands whose reply is not documented.
///
/// Values are read by their paths (`data[0].channel_id`), leniently: a number that came as a string is a number. `Debug` shows the names of
/// the fields at the top and no values. Serialized, its numbers are those of `serde_json`: 64 bits, or every digit with that crate's
/// `arbitrary_precision`; a [`Reply`](crate::Reply) keeps every digit.
///
/// ```
/// use scaleengine_proto::{Document, decode};
///
/// let reply = decode::<Document>(br#"{"status":"success","data":[{"channel_id":"7"}]}"#)?;
/// assert_eq!(reply.value().integer("data[0].channel_id")?, 7);
/// assert_eq!(
///     reply.value().text("data[1].name").unwrap_err().to_string(),
///     "data[1].name: the answer has no such field; data holds 1 item"
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
    refuse_values!(AN_OBJECT => visit_str &str, visit_i64 i64, visit_u64 u64, visit_i128 i128, visit_u128 u128, visit_f64 f64, visit_bool bool);
}

const AN_OBJECT: &str = "an object";

impl ReplyShape for Document {
    const SHAPE: Shape = Shape::unknown("The shape was not seen: every field is kept, and read by its path.");
}

impl Document {
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// The field of this name at the top of the answer.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All fields, `status` and `message` included.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The value at a path.
    ///
    /// # Errors
    ///
    /// There is none; the error says how far the path goes.
    pub fn at(&self, path: &str) -> Result<&Value, FieldError> {
        let mut steps = steps(path);
        let missing = |what: String| FieldError { path: path.into(), reason: what };
        let first = steps.next().unwrap_or(Step::Name(""));
        let names = |map: &Map<String, Value>| map.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let Step::Name(name) = first else { return Err(missing("the answer is no list".into())) };
        let mut value = self.0.get(name).ok_or_else(|| {
            missing(alloc::format!("the answer has no such field; it has {}", crate::Printable(&names(&self.0))))
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
                    Value::Array(items) if items.len() == 1 => "holds 1 item".to_string(),
                    Value::Array(items) => alloc::format!("holds {} items", items.len()),
                    _ => "holds no fields".to_string(),
                };
                missing(alloc::format!("the answer has no such field; {so_far} {holds}"))
            })?;
            so_far += &step.to_string();
        }
        Ok(value)
    }

    /// The text at a path; a number as its digits.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is neither a text nor a number.
    pub fn text(&self, path: &str) -> Result<String, FieldError> {
        self.read(path, "a text", |value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// The whole number at a path, also one that came as a text.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is no whole number.
    pub fn integer(&self, path: &str) -> Result<i64, FieldError> {
        self.read(path, "a whole number", lenient::integer)
    }

    /// The truth at a path: `true`, 1 or `"1"`.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is none of these nor their opposites.
    pub fn boolean(&self, path: &str) -> Result<bool, FieldError> {
        self.read(path, "true or false", lenient::boolean)
    }

    /// The time at a path, in UTC; `None` for `0000-00-00 00:00:00`, which means never.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is no time.
    pub fn time(&self, path: &str) -> Result<Option<DateTime>, FieldError> {
        self.read(path, "a time", |value| lenient::time(value).ok())
    }

    /// The items of the list at a path; an empty map, which PHP writes as a list, is one without items.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is no list.
    pub fn list(&self, path: &str) -> Result<&[Value], FieldError> {
        match self.at(path)? {
            Value::Array(items) => Ok(items),
            _ => Err(FieldError::new(path, "it is not a list")),
        }
    }

    /// Reads the value at a path as a type.
    ///
    /// # Errors
    ///
    /// The field is missing, or it does not have the shape of the type.
    pub fn parse<T: DeserializeOwned>(&self, path: &str) -> Result<T, FieldError> {
        let value = self.at(path)?;
        T::deserialize(value)
            .map_err(|error| FieldError { path: path.into(), reason: super::mismatch(&error.to_string()) })
    }

    /// Returns the rows of a reply that contains one list of objects, wherever it is.
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
    /// The reply contains no such list, or several next to each other, which [`Document::list`] reads by their paths.
    pub fn rows(&self) -> Result<Vec<&Map<String, Value>>, FieldError> {
        let mut is_empty = false;
        let mut level: Vec<(String, &Value)> = self.0.iter().map(|(name, value)| (name.clone(), value)).collect();
        while !level.is_empty() {
            let lists: Vec<_> = level.iter().filter_map(|(path, value)| Some((path, objects(value)?))).collect();
            // PHP writes every empty map as `[]`, so an empty list counts only if all lists of the reply are empty.
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
        read(value).ok_or_else(|| FieldError { path: path.into(), reason: alloc::format!("it is not {what}") })
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The items of a list, if all of them are objects.
fn objects(value: &Value) -> Option<Vec<&Map<String, Value>>> {
    value.as_array()?.iter().map(Value::as_object).collect()
}

/// A step of a path.
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

/// `data[0].name` as `data`, 0, `name`.
fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split('.').flat_map(|part| {
        let mut pieces = part.split('[');
        let name = pieces.next().filter(|name| !name.is_empty()).map(Step::Name);
        // What is no index is the name of a field that is not there.
        let index = |text: &'_ str| text.strip_suffix(']').and_then(|index| index.parse().ok());
        name.into_iter().chain(pieces.map(move |piece| index(piece).map_or(Step::Name(""), Step::Index)))
    })
}

/// A field that is not there, or not of the type that it was asked for. It names fields and repeats no values.
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

    /// The path that was asked for.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}
