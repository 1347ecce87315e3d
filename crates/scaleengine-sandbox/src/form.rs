//! From a request to its JSON text, as PHP's `$_POST` has it.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use scaleengine_sign::explain::{Evidence, Reason};

/// The field `json` of a body.
pub(crate) struct Field {
    pub(crate) bytes: Vec<u8>,
    /// Where the field's value begins in a URL-encoded body.
    encoded_from: Option<usize>,
    /// It came more than once.
    pub(crate) twice: bool,
}

impl Field {
    /// What is known of the request, to explain it by.
    pub(crate) fn evidence<'a>(&'a self, body: &'a [u8]) -> Evidence<'a> {
        let evidence = Evidence::new(&self.bytes);
        let encoded = self.encoded_from.and_then(|from| body.get(from..));
        encoded.map_or(evidence, |encoded| evidence.url_encoded(encoded))
    }
}

/// Why there is no field: the known mistake, and the words for a person.
pub(crate) type NoField = (Reason, String);

/// The field `json`; of several the last, as PHP takes it.
pub(crate) async fn json_field(headers: &HeaderMap, body: &Bytes) -> Result<Field, NoField> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match essence(content_type).as_str() {
        "multipart/form-data" => multipart(content_type, body.clone()).await,
        URL_ENCODED => url_encoded(body),
        "application/json" => Err((Reason::JsonContentType, format!("no form: the content type is {content_type:?}"))),
        _ => Err((Reason::FieldJsonMissing, format!("no form: the content type is {content_type:?}"))),
    }
}

pub(crate) const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// A content type without its parameters. Case means nothing in it.
pub(crate) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

const MISSING: &str = "the form has no field `json`";

async fn multipart(content_type: &str, body: Bytes) -> Result<Field, NoField> {
    let broken = |error: axum::extract::multipart::MultipartError| (Reason::FieldJsonMissing, error.body_text());
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = Method::POST;
    request.headers_mut().extend(content_type.parse().ok().map(|value| (CONTENT_TYPE, value)));
    // The body is here already, and no longer than it may be.
    DefaultBodyLimit::disable().apply(&mut request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error| (Reason::FieldJsonMissing, error.body_text()))?;
    let mut found: Vec<Bytes> = Vec::new();
    let mut file = false;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("json") {
            continue;
        }
        if field.file_name().is_some() {
            // A part with a file name is a file to PHP, and not a field.
            file = true;
        } else {
            found.push(field.bytes().await.map_err(broken)?);
        }
    }
    let twice = found.len() > 1;
    match found.pop() {
        Some(bytes) => Ok(Field { bytes: bytes.into(), encoded_from: None, twice }),
        None if file => Err((Reason::FieldJsonIsFile, "the field `json` is a file".to_owned())),
        None => Err((Reason::FieldJsonMissing, MISSING.to_owned())),
    }
}

fn url_encoded(body: &[u8]) -> Result<Field, NoField> {
    let mut start = 0;
    let mut found = Vec::new();
    for pair in body.split(|byte| *byte == b'&') {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        let value = pair.get(name.len() + 1..).unwrap_or_default();
        if form_urlencoded::parse(name).next().is_some_and(|(name, _)| name == "json") {
            found.push((start + name.len() + 1, decoded(value)));
        }
        start += pair.len() + 1;
    }
    let twice = found.len() > 1;
    let (from, bytes) = found.pop().ok_or((Reason::FieldJsonMissing, MISSING.to_owned()))?;
    Ok(Field { bytes, encoded_from: Some(from), twice })
}

/// Percent-decoded, and a blank for each `+`. The bytes need be no text.
fn decoded(value: &[u8]) -> Vec<u8> {
    let blanks: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_encoding::percent_decode(&blanks).collect()
}
