//! A field of a form as PHP's `$_POST` holds it.
//!
//! PHP follows no standard here. It changes names, skips what it cannot read, and stops at limits. All of that decides
//! whether the real API sees a field, so all of it is repeated, with the limits of PHP's own default configuration.

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

/// A field that PHP has as a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormField {
    /// The value. It need not be text.
    pub bytes: Vec<u8>,
    /// Where the value begins in a URL-encoded body, still encoded.
    pub encoded_from: Option<usize>,
    /// Whether the form has more than one field of this name. PHP takes the last.
    pub twice: bool,
    /// A part of the request that PHP accepts but no common client sends, in words for a person.
    pub unusual: Option<&'static str>,
}

impl FormField {
    /// The evidence for an explanation of the request, from the field and the body that it was read from.
    #[must_use]
    pub fn evidence<'a>(&'a self, body: &'a [u8]) -> Evidence<'a> {
        let evidence = Evidence::new(&self.bytes);
        let encoded = self.encoded_from.and_then(|from| body.get(from..));
        encoded.map_or(evidence, |encoded| evidence.url_encoded(encoded))
    }

    /// The mistakes in how the field was sent; none of them keeps PHP from reading it.
    pub fn mistakes(&self) -> impl Iterator<Item = Mistake> {
        let twice = self.twice.then_some(Mistake::FieldJsonTwice);
        twice.into_iter().chain(self.unusual.map(|_| Mistake::FormUnusual))
    }
}

/// The reason that PHP has no string of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoField {
    /// The content type is not that of a form.
    NotAForm,
    /// The content type is `application/json`.
    JsonContentType,
    /// The body is longer than PHP accepts.
    TooLong,
    /// The form is not readable up to the field.
    Malformed(&'static str),
    /// The form reached PHP's limit on fields or parts before the field.
    TooMany,
    /// The field was sent as a file.
    IsFile,
    /// The field's name has an index, as in `name[a]`, which makes it an array.
    IsArray,
    /// The form has no such field.
    Missing,
}

impl NoField {
    /// The mistake that it is.
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
            Self::NotAForm => "the content type is not that of a form",
            Self::JsonContentType => "the content type is JSON, and not that of a form",
            Self::TooLong => "the body is longer than 8 MiB",
            Self::Malformed(reason) => reason,
            Self::TooMany => "the form has too many fields before it",
            Self::IsFile => "the field is a file",
            Self::IsArray => "the field is an array",
            Self::Missing => "the form has no such field",
        })
    }
}

/// Reads the field `name` of a POST request.
///
/// A request with several `Content-Type` headers is read as if it had one, with the values joined by `", "`. The name
/// must be one that PHP leaves alone: no blank, dot or bracket, and not a number.
///
/// # Errors
///
/// PHP has no string of this name.
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

/// Splits a content type after the media type. PHP does so at a comma and at a blank too.
fn split_media_type(content_type: &[u8]) -> (&[u8], &[u8]) {
    split_before(content_type, |byte| matches!(byte, b';' | b',' | b' '))
}

fn odd_parameters(parameters: &[u8]) -> Option<&'static str> {
    match parameters.trim_ascii_start() {
        [] | [b';', ..] => None,
        [b',', ..] => Some("the content type goes on after a comma"),
        _ => Some("the content type goes on after a blank"),
    }
}

/// Cuts a string where C does.
fn until_zero(text: &[u8]) -> &[u8] {
    split_before(text, |byte| byte == 0).0
}

/// Splits a text before the first byte that matches, or at its end.
fn split_before(text: &[u8], matches: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = text.iter().position(|byte| matches(*byte)).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, &[]))
}

/// Drops the leading bytes that match.
fn trim_start(text: &[u8], matches: impl Fn(u8) -> bool) -> &[u8] {
    split_before(text, |byte| !matches(byte)).1
}

/// Tests for the white space of C, which has the vertical tab too.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

#[cfg(test)]
mod tests;
