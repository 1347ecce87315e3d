//! The field `json` of a request, as PHP's `$_POST` has it.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use scaleengine_sign::explain::form::{self, FormField, NoField};

/// The value of `Content-Type`, several headers joined as PHP's server joins them.
pub(crate) fn content_type(headers: &HeaderMap) -> Vec<u8> {
    let values: Vec<_> = headers.get_all(CONTENT_TYPE).iter().map(axum::http::HeaderValue::as_bytes).collect();
    values.join(&b", "[..])
}

/// The field `json`; of several the last, as PHP takes it.
pub(crate) fn json_field(headers: &HeaderMap, body: &[u8]) -> Result<FormField, NoField> {
    form::read(&content_type(headers), body, "json")
}
