//! The form field `json` of a request, read as PHP's `$_POST`.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use scaleengine_sign::explain::form::{self, FormField, NoField};

/// Returns the value of `Content-Type`. Several headers are joined, as PHP's server does.
pub(crate) fn content_type(headers: &HeaderMap) -> Vec<u8> {
    let values: Vec<_> = headers.get_all(CONTENT_TYPE).iter().map(axum::http::HeaderValue::as_bytes).collect();
    values.join(&b", "[..])
}

/// Returns the field `json`; the last one of several, as in PHP.
pub(crate) fn json_field(headers: &HeaderMap, body: &[u8]) -> Result<FormField, NoField> {
    form::read(&content_type(headers), body, "json")
}
