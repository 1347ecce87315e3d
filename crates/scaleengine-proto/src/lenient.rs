//! How values are read that the API writes in more than one way.
//!
//! Everything goes through `serde_json::Value`. Its numbers are read by their text, which is the same with every feature of
//! that crate for what is a number of 64 bits; beyond that, only its arbitrary precision keeps every digit.

use alloc::string::{String, ToString};

use serde_json::Value;

use crate::code::Code;

/// Seconds, from `0.3795` (the documentation's table) or `"0.3795 seconds"` (its sample). Anything else is `None`: a
/// figure of this kind is no reason to lose an answer.
pub(crate) fn seconds(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.split_whitespace().next()?.to_string(),
        _ => return None,
    };
    text.parse().ok().filter(|seconds: &f64| seconds.is_finite())
}

/// A code, from a text (`"0003"`) or a number (`3`).
pub(crate) fn code(value: &Value) -> Option<Code> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(Code::new(text)),
        Value::Number(number) => Some(Code::new(&number.to_string())),
        // Null, or PHP's empty array.
        _ => None,
    }
}

/// A text; whatever else it is, as JSON.
pub(crate) fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}
