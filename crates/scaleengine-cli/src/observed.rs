//! The values of a reply by path, and their changes since the previous reply.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use scaleengine::proto::Printable;
use scaleengine::{Document, Error, Reply};
use serde_json::{Value, json};

use crate::redaction::Redaction;

/// The values of a reply by path; for a failure its code and message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observed {
    values: BTreeMap<String, Value>,
}

/// A value that changed, appeared (`from` is `None`) or disappeared (`to` is `None`).
#[derive(Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) from: Option<Value>,
    pub(crate) to: Option<Value>,
}

impl Observed {
    /// Collects the values of a reply, except `handle_time`, which always changes.
    pub(crate) fn answer(reply: &Reply<Document>) -> Self {
        let mut values = BTreeMap::new();
        for (name, value) in reply.value().fields().iter().filter(|(name, _)| *name != "handle_time") {
            collect(name.clone(), value, &mut values);
        }
        Self { values }
    }

    pub(crate) fn failure(error: &Error, redaction: &Redaction) -> Self {
        let api = error.api();
        let code = api.and_then(|failure| failure.code()).map(|code| json!(redaction.apply(code.as_str())));
        let message = api.map_or_else(|| error.to_string(), |failure| failure.message().to_owned());
        let message = redaction.apply(&message);
        let values = [("status", Some(json!("failure"))), ("code", code), ("message", Some(json!(message)))];
        Self { values: values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect() }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Value> {
        self.values.get(path)
    }

    /// Returns the changes since an earlier reply, by path.
    pub(crate) fn since(&self, before: &Self) -> Vec<Change> {
        let paths: BTreeSet<&String> = before.values.keys().chain(self.values.keys()).collect();
        let change = |path: &String| {
            let (from, to) = (before.values.get(path), self.values.get(path));
            (from != to).then(|| Change { path: path.clone(), from: from.cloned(), to: to.cloned() })
        };
        paths.into_iter().filter_map(change).collect()
    }
}

impl Change {
    pub(crate) fn data(&self) -> Value {
        json!({ "path": self.path, "from": self.from, "to": self.to })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} -> {}", Printable(&self.path), shown(self.from.as_ref()), shown(self.to.as_ref()))
    }
}

/// Formats a value for people; `(none)` for a missing one.
pub(crate) fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "(none)".to_owned(), |value| Printable(&value.to_string()).to_string())
}

/// Collects the values under a path. An empty list or map is itself a value.
fn collect(path: String, value: &Value, values: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                collect(format!("{path}.{name}"), value, values);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                collect(format!("{path}[{index}]"), value, values);
            }
        }
        other => {
            values.insert(path, other.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(json: &Value) -> Observed {
        let mut values = BTreeMap::new();
        collect("a".to_owned(), json, &mut values);
        Observed { values }
    }

    #[test]
    fn changes_are_listed_by_path() {
        let before = observed(&json!([{ "n": 1, "gone": true, "same": "x" }]));
        let after = observed(&json!([{ "n": 2, "same": "x" }, {}]));
        let change = |path: &str, from: Option<Value>, to: Option<Value>| Change { path: path.to_owned(), from, to };
        assert_eq!(
            after.since(&before),
            [
                change("a[0].gone", Some(json!(true)), None),
                change("a[0].n", Some(json!(1)), Some(json!(2))),
                change("a[1]", None, Some(json!({}))),
            ]
        );
        assert_eq!(after.since(&after.clone()), []);
    }
}
