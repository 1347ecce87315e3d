//! Lenient readers for values that the API writes in more than one way.
//!
//! Numbers are parsed from the text of `serde_json::Value`. For 64-bit numbers it is the same with
//! all features of that crate; for larger ones only `arbitrary_precision` keeps every digit.

use alloc::string::{String, ToString};

use serde_json::Value;

use crate::param::{DateTime, Param as _};

/// Reads a string. Null becomes an empty string, and any other value its JSON.
pub(crate) fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Reads an integer from a number or a string.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Reads a finite number from a number or a string.
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

/// Reads a boolean, also from 1, 0 and strings.
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

/// Reads a time in UTC; `None` for `0000-00-00 00:00:00`, which means never.
pub(crate) fn time(value: &Value) -> Result<Option<DateTime>, ()> {
    match value.as_str().ok_or(())? {
        "0000-00-00 00:00:00" => Ok(None),
        text => DateTime::parse(text).map(Some).map_err(|_| ()),
    }
}
