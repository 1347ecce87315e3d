//! The form that carries the signed JSON in one field, `json`.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;

use crate::options::FormEncoding;

/// The multipart boundary. It is constant, so that the same command in the same second gives the
/// same bytes. It cannot collide: every boundary follows CR LF, and signed JSON contains neither.
const BOUNDARY: &str = "----scaleengine-form-boundary";

/// The parts of a multipart body around the signed JSON.
const HEAD: &str = "\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n";
const END: &str = "--\r\n";

impl FormEncoding {
    /// Returns the value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            FormEncoding::Multipart => "multipart/form-data; boundary=----scaleengine-form-boundary",
            FormEncoding::UrlEncoded => "application/x-www-form-urlencoded",
        })
    }

    /// Encodes signed JSON as a body.
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

    /// Decodes the signed JSON of a body made by [`FormEncoding::encode`]; `None` for any other
    /// body.
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
