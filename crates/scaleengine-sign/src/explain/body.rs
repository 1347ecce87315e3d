//! Explains a body without a server.

use alloc::vec::Vec;

use super::form::{self, NoField};
use super::{Evidence, Explanation, explain};
use crate::secret::SecretKey;

/// Explains the body of a request: a form in either encoding, read as PHP reads it, or only the
/// JSON. If `content_type` is empty, the form encoding is guessed from the body.
///
/// # Errors
///
/// Returns an error if PHP finds no string `json` in the form.
pub fn explain_body(secret: &SecretKey, content_type: &str, body: &[u8]) -> Result<Explanation, NoField> {
    let guessed = if content_type.is_empty() { guess(body) } else { content_type.as_bytes().to_vec() };
    match form::read(&guessed, body, "json") {
        Ok(field) => Ok(explain(secret, field.evidence(body)).with_mistakes_before(field.mistakes())),
        // The body is JSON without a form.
        Err(NoField::NotAForm | NoField::JsonContentType) => Ok(explain(secret, Evidence::new(body))),
        Err(no) => Err(no),
    }
}

fn guess(body: &[u8]) -> Vec<u8> {
    let begins = body.trim_ascii_start();
    if begins.starts_with(b"{") || begins.starts_with(b"\xef\xbb\xbf") {
        return Vec::new();
    }
    let first_line = body.split(|byte| *byte == b'\r' || *byte == b'\n').next().unwrap_or_default();
    match first_line.strip_prefix(b"--") {
        Some(boundary) => [b"multipart/form-data; boundary=\"", boundary, b"\""].concat(),
        None if body.starts_with(b"json=") || body.windows(6).any(|window| window == b"&json=") => {
            b"application/x-www-form-urlencoded".to_vec()
        }
        None => Vec::new(),
    }
}
