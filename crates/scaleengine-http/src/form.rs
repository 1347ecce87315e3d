//! The form that carries the JSON text: one field named `json`.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;

use crate::options::FormEncoding;

/// A constant, so that the same command in the same second gives the same bytes. It cannot collide: signed text holds
/// neither CR nor LF, one of which begins every boundary.
const BOUNDARY: &str = "----scaleengine-form-boundary";

/// What stands before and after the text in a multipart form.
const HEAD: &str = "\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n";
const END: &str = "--\r\n";

impl FormEncoding {
    /// The value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            FormEncoding::Multipart => "multipart/form-data; boundary=----scaleengine-form-boundary",
            FormEncoding::UrlEncoded => "application/x-www-form-urlencoded",
        })
    }

    /// The body that carries a signed JSON text.
    #[must_use]
    pub fn encode(self, json: &str) -> Bytes {
        match self {
            FormEncoding::Multipart => ["--", BOUNDARY, HEAD, json, "\r\n--", BOUNDARY, END].concat().into(),
            FormEncoding::UrlEncoded => form_urlencoded::Serializer::new(String::with_capacity(json.len() * 2))
                .append_pair("json", json)
                .finish()
                .into(),
        }
    }

    /// The JSON text that a body made by [`FormEncoding::encode`] carries; `None` of any other body.
    #[must_use]
    pub fn decode(self, body: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            FormEncoding::Multipart => {
                let text = std::str::from_utf8(body).ok()?.strip_prefix("--")?.strip_prefix(BOUNDARY)?;
                let text = text.strip_prefix(HEAD)?.strip_suffix(END)?.strip_suffix(BOUNDARY)?;
                text.strip_suffix("\r\n--").map(Cow::Borrowed)
            }
            FormEncoding::UrlEncoded => {
                form_urlencoded::parse(body).find(|(name, _)| name == "json").map(|(_, text)| text)
            }
        }
    }
}
