//! A body by itself: what is wrong with it, without a server.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use scaleengine_sign::SecretKey;
use scaleengine_sign::explain::{Evidence, Explanation, Reason, explain};

use crate::{form, records};

/// Explains the body of a request: a form of either kind, or the JSON text alone. Without a content type its kind is guessed from how
/// it begins.
///
/// # Errors
///
/// There is no field `json` to look at: the known mistake, and what was found.
pub async fn explain_body(
    secret: &SecretKey,
    content_type: &str,
    body: &[u8],
) -> Result<Explanation, (Reason, String)> {
    let content_type = if content_type.is_empty() { guess(body) } else { content_type.to_owned() };
    if !matches!(form::essence(&content_type).as_str(), "multipart/form-data" | form::URL_ENCODED) {
        return Ok(explain(secret, Evidence::new(body)));
    }
    let headers = HeaderMap::from_iter(content_type.parse().ok().map(|value| (CONTENT_TYPE, value)));
    let body = Bytes::copy_from_slice(body);
    let field = form::json_field(&headers, &body).await?;
    Ok(explain(secret, field.evidence(&body)))
}

/// An explanation as a JSON text: the diagnosis, the verdict, the reasons with what to do, the checks that pass, the texts, and their
/// first difference.
#[must_use]
pub fn explanation_json(explanation: &Explanation) -> String {
    records::explanation(explanation).to_string()
}

fn guess(body: &[u8]) -> String {
    let begins = body.trim_ascii_start();
    if begins.starts_with(b"{") || begins.starts_with(b"\xef\xbb\xbf") {
        return String::new();
    }
    let first_line = body.split(|byte| *byte == b'\r' || *byte == b'\n').next().unwrap_or_default();
    match first_line.strip_prefix(b"--") {
        Some(boundary) => format!("multipart/form-data; boundary=\"{}\"", String::from_utf8_lossy(boundary)),
        None if body.starts_with(b"json=") || body.windows(6).any(|window| window == b"&json=") => {
            form::URL_ENCODED.to_owned()
        }
        None => String::new(),
    }
}
