//! Encodes decoded JSON as PHP does: `json_encode(json_decode(text))`.
//!
//! Follows the observed behavior of PHP 8.2; `cargo xtask conformance` compares it with the
//! installed PHP.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::escape;
use crate::json::Json;

impl Json {
    /// Returns the value as PHP's `json_encode` writes it, with objects as objects. The string ends
    /// before the first value that PHP cannot encode.
    #[must_use]
    pub fn written(&self) -> String {
        let mut out = String::new();
        let _ = self.push_reencoded(Objects::Objects, &mut out);
        out
    }

    /// Returns whether PHP can decode this to objects. It refuses a name that begins with U+0000,
    /// even in a member that a later member of the same name replaces.
    pub(crate) fn decodes_to_objects(&self) -> bool {
        match self {
            Json::List(values) => values.iter().all(Json::decodes_to_objects),
            Json::Object(members) => {
                members.iter().all(|(name, value)| !name.starts_with('\0') && value.decodes_to_objects())
            }
            _ => true,
        }
    }

    /// Appends the JSON that PHP writes after it has decoded this value.
    pub(crate) fn push_reencoded(&self, objects: Objects, out: &mut String) -> Result<(), &'static str> {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Json::Int(int) => out.push_str(itoa::Buffer::new().format(*int)),
            Json::Float(float) => push_float(*float, out)?,
            Json::Text(text) => escape::push_text(out, text),
            Json::List(values) => push_list(values.iter(), objects, out)?,
            Json::Object(members) => push_object(&distinct(members), objects, out)?,
        }
        Ok(())
    }
}

/// The PHP type that JSON objects are decoded to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objects {
    Arrays,
    Objects,
}

/// Returns the members as PHP keeps them: a repeated name keeps its first position and its last
/// value.
pub(crate) fn distinct<'a>(members: &'a [(String, Json)]) -> Vec<(&'a str, &'a Json)> {
    let mut places = alloc::collections::BTreeMap::new();
    let mut distinct: Vec<(&'a str, &'a Json)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        let place = *places.entry(name.as_str()).or_insert(distinct.len());
        match distinct.get_mut(place) {
            Some(member) => member.1 = value,
            None => distinct.push((name, value)),
        }
    }
    distinct
}

fn push_list<'a>(
    values: impl Iterator<Item = &'a Json>,
    objects: Objects,
    out: &mut String,
) -> Result<(), &'static str> {
    out.push('[');
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(',');
        }
        value.push_reencoded(objects, out)?;
    }
    out.push(']');
    Ok(())
}

pub(crate) fn push_object(members: &[(&str, &Json)], objects: Objects, out: &mut String) -> Result<(), &'static str> {
    let is_index = |(index, (name, _)): (usize, &(&str, &Json))| itoa::Buffer::new().format(index) == *name;
    if objects == Objects::Arrays && members.iter().enumerate().all(is_index) {
        return push_list(members.iter().map(|(_, value)| *value), objects, out);
    }
    out.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        escape::push_text(out, name);
        out.push(':');
        value.push_reencoded(objects, out)?;
    }
    out.push('}');
    Ok(())
}

/// Appends a float as PHP writes it with `serialize_precision` -1 (its default): the shortest
/// digits that read back as the same number. From 1e-4 up to 17 digits before the point, there is
/// no exponent. Integral values have no `.0`.
fn push_float(float: f64, out: &mut String) -> Result<(), &'static str> {
    if !float.is_finite() {
        return Err("PHP cannot encode an infinite number");
    }
    if float.is_sign_negative() {
        out.push('-');
    }
    let (digits, exponent) = shortest(float.abs());
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        out.push_str(&format!("{first}.{rest}e{exponent:+}"));
    } else if let Ok(exponent) = usize::try_from(exponent) {
        let point = exponent + 1;
        let (whole, fraction) = digits.split_at(point.min(digits.len()));
        let dot = if fraction.is_empty() { "" } else { "." };
        out.push_str(&format!("{whole:0<point$}{dot}{fraction}"));
    } else {
        let zeros = exponent.unsigned_abs() as usize - 1;
        out.push_str(&format!("0.{:0<zeros$}{digits}", ""));
    }
    Ok(())
}

/// Returns the fewest digits that read back as the same number, and the exponent of the first. Of
/// two candidates that are equally near, Rust and PHP choose different ones. Rounding to the same
/// number of digits chooses as PHP does, and is used if the result reads back.
fn shortest(float: f64) -> (String, i32) {
    let shortest = format!("{float:e}");
    let count = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let rounded = format!("{float:.*e}", count - 1);
    let text = if rounded.parse() == Ok(float) { rounded } else { shortest };
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (digits.replace('.', ""), exponent.parse().unwrap_or_default())
}
