//! Reads a field of a form as PHP's `$_POST` contains it.
//!
//! PHP does not follow a standard here. It changes names, skips unreadable parts, and stops at
//! limits. All of this decides whether the real API receives a field, so it is reproduced, with the
//! limits of PHP's default configuration.

mod disposition;
mod multipart;
mod reader;
mod uploads;
mod urlencoded;
mod variable;

use alloc::vec::Vec;
use core::fmt;

use super::{Evidence, Mistake};
use crate::MAX_POST;
use variable::Variable;

/// The limit `max_input_vars`.
const MAX_FIELDS: usize = 1000;

/// A field that PHP reads as a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// The value, which need not be UTF-8.
    pub bytes: Vec<u8>,
    /// The offset of the encoded value in a URL-encoded body.
    pub encoded_from: Option<usize>,
    /// Whether the form has more than one field of this name. PHP uses the last.
    pub twice: bool,
    /// A description of something that PHP accepts but common clients do not send.
    pub unusual: Option<&'static str>,
}

impl FormField {
    /// Returns the evidence for an explanation, from the field and its body.
    #[must_use]
    pub fn evidence<'a>(&'a self, body: &'a [u8]) -> Evidence<'a> {
        let evidence = Evidence::new(&self.bytes);
        let encoded = self.encoded_from.and_then(|from| body.get(from..));
        encoded.map_or(evidence, |encoded| evidence.url_encoded(encoded))
    }

    /// Returns the mistakes in how the field was sent. PHP reads the field despite them.
    pub fn mistakes(&self) -> impl Iterator<Item = Mistake> {
        let twice = self.twice.then_some(Mistake::FieldJsonTwice);
        twice.into_iter().chain(self.unusual.map(|_| Mistake::FormUnusual))
    }
}

/// The reason that PHP has no string of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoField {
    /// The content type is not a form encoding.
    NotAForm,
    /// The content type is `application/json`.
    JsonContentType,
    /// The body is longer than PHP accepts.
    TooLong,
    /// PHP cannot parse the form up to the field.
    Malformed(&'static str),
    /// The form reaches PHP's limit on fields or parts before the field.
    TooMany,
    /// The field was sent as a file.
    IsFile,
    /// The name of the field has an index, as in `name[a]`, which makes it an array.
    IsArray,
    /// The form has no such field.
    Missing,
}

impl NoField {
    /// Returns the corresponding mistake.
    #[must_use]
    pub fn mistake(self) -> Mistake {
        match self {
            Self::NotAForm | Self::Missing => Mistake::FieldJsonMissing,
            Self::JsonContentType => Mistake::JsonContentType,
            Self::TooLong => Mistake::BodyTooLarge,
            Self::Malformed(_) => Mistake::FormMalformed,
            Self::TooMany => Mistake::FormTooManyFields,
            Self::IsFile => Mistake::FieldJsonIsFile,
            Self::IsArray => Mistake::FieldJsonIsArray,
        }
    }
}

impl fmt::Display for NoField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAForm => "the content type is not a form encoding",
            Self::JsonContentType => "the content type is JSON instead of a form encoding",
            Self::TooLong => "the body is longer than 8 MiB",
            Self::Malformed(reason) => reason,
            Self::TooMany => "the form has too many fields before the requested one",
            Self::IsFile => "the field is a file",
            Self::IsArray => "the field is an array",
            Self::Missing => "the form has no such field",
        })
    }
}

/// Reads the field `name` of a POST request.
///
/// For a request with several `Content-Type` headers, join their values with `", "`. `name` must be
/// a name that PHP does not change: no space, dot or bracket, and not a number.
///
/// # Errors
///
/// Returns an error if PHP has no string of this name.
pub fn read(content_type: &[u8], body: &[u8], name: &str) -> Result<FormField, NoField> {
    let content_type = until_zero(content_type);
    let (media_type, parameters) = split_media_type(content_type);
    let is = |expected: &[u8]| media_type.eq_ignore_ascii_case(expected);
    let mut variable = Variable::new(name.as_bytes());
    if is(b"application/x-www-form-urlencoded") {
        fits(body)?;
        urlencoded::read(body, &mut variable);
    } else if is(b"multipart/form-data") {
        fits(body)?;
        multipart::read(content_type, body, &mut variable)?;
    } else {
        return Err(if is(b"application/json") { NoField::JsonContentType } else { NoField::NotAForm });
    }
    variable.note(odd_parameters(parameters));
    variable.finish()
}

fn fits(body: &[u8]) -> Result<(), NoField> {
    if body.len() > MAX_POST { Err(NoField::TooLong) } else { Ok(()) }
}

/// Splits a content type after the media type. PHP also splits at a comma or a space.
fn split_media_type(content_type: &[u8]) -> (&[u8], &[u8]) {
    split_before(content_type, |byte| matches!(byte, b';' | b',' | b' '))
}

fn odd_parameters(parameters: &[u8]) -> Option<&'static str> {
    match parameters.trim_ascii_start() {
        [] | [b';', ..] => None,
        [b',', ..] => Some("the content type continues after a comma"),
        _ => Some("the content type continues after a space"),
    }
}

/// Truncates at the first zero byte, as C does.
fn until_zero(text: &[u8]) -> &[u8] {
    split_before(text, |byte| byte == 0).0
}

/// Splits before the first byte that matches, or at the end.
fn split_before(text: &[u8], matches: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = text.iter().position(|byte| matches(*byte)).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, &[]))
}

fn trim_start(text: &[u8], matches: impl Fn(u8) -> bool) -> &[u8] {
    split_before(text, |byte| !matches(byte)).1
}

/// Returns whether a byte is whitespace in C, which includes the vertical tab.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

#[cfg(test)]
mod tests;
