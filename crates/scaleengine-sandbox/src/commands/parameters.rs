//! The parameters of a request.

use scaleengine_proto::Spec;
use scaleengine_sign::{Json, Received};
use serde_json::Value;

use crate::state::Fields;

/// The parameters of a request, read leniently: an id may be a string, as in some documented
/// examples.
pub(super) struct Parameters<'a> {
    request: &'a Received,
    spec: &'a Spec,
}

impl<'a> Parameters<'a> {
    pub(super) fn new(request: &'a Received, spec: &'a Spec) -> Self {
        Self { request, spec }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.request.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn is_null(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Json::Null))
    }

    pub(super) fn text(&self, name: &str) -> String {
        match self.get(name) {
            Some(Json::Text(text)) => text.clone(),
            Some(Json::Int(int)) => int.to_string(),
            _ => String::new(),
        }
    }

    /// Returns an id, or -1, which no object has.
    pub(super) fn id(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(-1)
    }

    /// Returns whether fields equal these parameters, where the request has them.
    pub(super) fn agree(&self, fields: &Fields, names: &[&str]) -> bool {
        names.iter().filter(|name| self.has(name)).all(|name| {
            let own = match fields.get(*name) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Null) | None => String::new(),
                Some(other) => other.to_string(),
            };
            own == self.text(name)
        })
    }

    /// Returns the declared parameters of the command, as received.
    pub(super) fn all(&self) -> Fields {
        let names = self.spec.fields.iter().map(|field| field.name);
        names.filter_map(|name| Some((name.to_owned(), value(self.get(name)?)))).collect()
    }

    /// Returns the items of a list; empty if it is not a list.
    pub(super) fn list(&self, name: &str) -> Vec<Value> {
        match self.get(name).map(value) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    pub(super) fn without(&self, name: &str) -> Fields {
        let mut fields = self.all();
        fields.remove(name);
        fields
    }
}

pub(super) fn all(request: &Received) -> Value {
    value(request.json())
}

fn value(json: &Json) -> Value {
    match json {
        Json::Bool(bool) => Value::from(*bool),
        Json::Int(int) => Value::from(*int),
        Json::Float(float) => Value::from(*float),
        Json::Text(text) => Value::from(text.as_str()),
        Json::List(values) => values.iter().map(value).collect(),
        Json::Object(members) => Value::Object(members.iter().map(|(name, own)| (name.clone(), value(own))).collect()),
        _ => Value::Null,
    }
}
