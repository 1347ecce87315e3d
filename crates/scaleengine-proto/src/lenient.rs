//! How values are read that the API writes in more than one way.
//!
//! Everything goes through `serde_json::Value`. Its numbers are read by their text, which is the same with every feature of
//! that crate for what is a number of 64 bits; beyond that, only its arbitrary precision keeps every digit.

use alloc::string::{String, ToString};

use serde_json::Value;

use crate::param::{DateTime, Param as _};

/// A text; whatever else it is, as JSON.
pub(crate) fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A whole number, from a number or from a text.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A number, from a number or from a text; none that is infinite.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => finite(&number.to_string()),
        Value::String(text) => finite(text.trim()),
        _ => None,
    }
}

pub(crate) fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// True or false, also as 1 and 0 and as texts.
pub(crate) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(bool) => Some(*bool),
        Value::String(text) if text == "true" => Some(true),
        Value::String(text) if text == "false" => Some(false),
        other => match integer(other)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}

/// A time in UTC; `None` where it says "never", and an error where it says anything else.
pub(crate) fn time(value: &Value) -> Result<Option<DateTime>, ()> {
    match value.as_str().ok_or(())? {
        "0000-00-00 00:00:00" => Ok(None),
        text => DateTime::parse(text).map(Some).map_err(|_| ()),
    }
}
