//! Parses JSON as PHP does, so that a verifier can repeat the checks of the server.
//!
//! As strict as PHP: no BOM, no trailing comma, no lone surrogate, at most 511 levels. Keeps every
//! member, including repeated ones, and the difference between `1` and `1.0`. Follows the observed
//! behavior of PHP 8.2.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use scaleengine_proto::{Fields, Value};

use crate::error::{Refusal, SignError};
use crate::escape::Escaped;

/// The first integer above the range of `i64`.
const I64_END: f64 = 9_223_372_036_854_775_808.0;
/// The maximum nesting that PHP's `json_decode` reads by default.
const PHP_DEPTH: usize = 511;
const TOO_DEEP: &str = "nested deeper than 511 levels";

/// A JSON value as PHP reads it. `Debug` shows only its shape.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer in the range of `i64`; `-0` is 0.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// All members in their original order, including repeated names.
    Object(Vec<(String, Json)>),
}

/// The reason that PHP would not read a string as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at byte {at}: {reason}")]
pub struct JsonError {
    at: usize,
    reason: &'static str,
}

impl JsonError {
    /// Returns whether the JSON is nested deeper than PHP reads.
    #[cfg(feature = "explain")]
    pub(crate) fn is_depth(&self) -> bool {
        self.reason == TOO_DEEP
    }
}

impl Json {
    /// Parses JSON.
    ///
    /// # Errors
    ///
    /// Returns an error with the byte position if PHP would not read the JSON.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        Ok(parse_with_members(text)?.0)
    }

    /// Returns the member of this name, or the last if there are several, as PHP does.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Converts the value to a command parameter.
    ///
    /// # Errors
    ///
    /// Returns an error for a float or an integer outside the range of `i64`. Other values that
    /// cannot be signed are refused when the command is signed.
    pub fn into_value(self) -> Result<Value, SignError> {
        Ok(match self {
            Json::Null => Value::Null,
            Json::Bool(bool) => bool.into(),
            Json::Int(int) => int.into(),
            Json::Float(float) if float.abs() >= I64_END => return Err(SignError::new(Refusal::Integer)),
            Json::Float(_) => return Err(SignError::new(Refusal::Float)),
            Json::Text(text) => text.into(),
            Json::List(values) => {
                let values = values.into_iter().enumerate();
                let values =
                    values.map(|(index, value)| value.into_value().map_err(|e| e.under(format_args!("[{index}]"))));
                Value::List(values.collect::<Result<_, _>>()?)
            }
            Json::Object(members) => {
                let mut fields = Fields::new();
                for (name, value) in members {
                    let value = value.into_value().map_err(|error| error.under(Escaped(&name)))?;
                    fields.push(name, value);
                }
                fields.into()
            }
        })
    }
}

/// Parses JSON. Also returns the byte ranges of the members of the outermost object.
pub(crate) fn parse_with_members(text: &str) -> Result<(Json, Vec<Range<usize>>), JsonError> {
    let mut parser = Parser { text, at: 0, depth: 0, members: Vec::new() };
    parser.skip_blanks();
    let value = parser.value()?;
    parser.skip_blanks();
    if parser.at < text.len() {
        return Err(parser.error("unexpected data after the value"));
    }
    Ok((value, parser.members))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The members of the outermost object, each from the quote before its name to the end of its
    /// value.
    members: Vec<Range<usize>>,
}

impl Parser<'_> {
    fn error(&self, reason: &'static str) -> JsonError {
        JsonError { at: self.at, reason }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn demand(&mut self, token: &str, reason: &'static str) -> Result<(), JsonError> {
        if self.eat(token) { Ok(()) } else { Err(self.error(reason)) }
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Json, JsonError> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => self.text().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.eat("null") => Ok(Json::Null),
            _ if self.eat("true") => Ok(Json::Bool(true)),
            _ if self.eat("false") => Ok(Json::Bool(false)),
            None => Err(self.error("expected a value, found the end")),
            _ => Err(self.error("expected a value")),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Json, JsonError>) -> Result<Json, JsonError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > PHP_DEPTH {
            return Err(self.error(TOO_DEEP));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Json, JsonError> {
        let mut values = Vec::new();
        self.skip_blanks();
        if self.eat("]") {
            return Ok(Json::List(values));
        }
        loop {
            self.skip_blanks();
            values.push(self.value()?);
            self.skip_blanks();
            if self.eat("]") {
                return Ok(Json::List(values));
            }
            self.demand(",", "expected a comma or the end of the list")?;
        }
    }

    fn object(&mut self) -> Result<Json, JsonError> {
        let mut members = Vec::new();
        self.skip_blanks();
        if self.eat("}") {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a name in quotes"));
            }
            let name = self.text()?;
            self.skip_blanks();
            self.demand(":", "expected a colon")?;
            self.skip_blanks();
            let value = self.value()?;
            members.push((name, value));
            if self.depth == 1 {
                self.members.push(start..self.at);
            }
            self.skip_blanks();
            if self.eat("}") {
                return Ok(Json::Object(members));
            }
            self.demand(",", "expected a comma or the end of the object")?;
        }
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        self.eat("-");
        if !self.eat("0") {
            self.digits("expected a digit")?;
        }
        let mut whole = true;
        if self.eat(".") {
            whole = false;
            self.digits("expected a digit after the point")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits("expected a digit in the exponent")?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if whole && let Ok(int) = text.parse() {
            return Ok(Json::Int(int));
        }
        text.parse().map(Json::Float).map_err(|_| self.error("expected a number"))
    }

    fn digits(&mut self, reason: &'static str) -> Result<(), JsonError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.error(reason)) }
    }

    fn text(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let run = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
            text.push_str(rest.get(..run).unwrap_or_default());
            self.at += run;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                Some(_) => return Err(self.error("control characters must be escaped")),
                None => return Err(self.error("unterminated string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let escaped = match self.peek() {
            Some(b'u') => return self.unicode(),
            escaped => escaped,
        };
        let c = match escaped {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(self.error("invalid escape")),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let first = self.unit()?;
        let second = if (0xd800..0xdc00).contains(&first) && self.eat("\\u") { Some(self.unit()?) } else { None };
        let units = core::iter::once(first).chain(second);
        match char::decode_utf16(units).next() {
            Some(Ok(c)) => Ok(c),
            _ => Err(self.error("lone surrogate")),
        }
    }

    fn unit(&mut self) -> Result<u16, JsonError> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.error("expected four hex digits"))?;
        self.at += 4;
        Ok(unit)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("Null"),
            Json::Bool(_) => f.write_str("Bool(…)"),
            Json::Int(_) => f.write_str("Int(…)"),
            Json::Float(_) => f.write_str("Float(…)"),
            Json::Text(_) => f.write_str("Text(…)"),
            Json::List(values) => f.debug_list().entries(values).finish(),
            Json::Object(members) => f.debug_map().entries(members.iter().map(|(name, value)| (name, value))).finish(),
        }
    }
}
