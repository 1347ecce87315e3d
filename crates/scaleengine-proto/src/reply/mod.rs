//! Replies and their decoding.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::code::Code;
use crate::printable::Printable;

mod document;
mod envelope;
mod exact;
mod failure;
mod member;
mod playlist;
mod shape;
mod table;
mod ticket;
mod unread;

use envelope::Envelope;
use member::Member;
use unread::Unread;

pub use document::{Document, FieldError};
pub use failure::ApiFailure;
pub use playlist::{PlaylistSummary, Playlists};
pub use shape::{ReplyShape, Shape};
pub use table::{Cell, Table, TableDocument};
pub use ticket::{IssuedTicket, Ticket};

/// The reply of a command that succeeded.
///
/// `Debug` shows the envelope without the data, which may contain the key of a ticket.
#[derive(Clone, PartialEq)]
pub struct Reply<T> {
    message: String,
    code: Option<Code>,
    handle_time: Option<f64>,
    value: T,
    raw: Vec<u8>,
}

impl<T> Reply<T> {
    /// Returns the content of `message`, which is empty in most replies.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the code, if the reply has one (`0100`: queued).
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// Returns the server's processing time in seconds, if the reply contains it.
    pub fn handle_time(&self) -> Option<f64> {
        self.handle_time
    }

    /// Returns the data.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the data, owned.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns the bytes of the reply as received.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl<T> Reply<T> {
    /// Decodes the complete reply as another type.
    ///
    /// ```
    /// use scaleengine_proto::{Acknowledged, decode};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Upload {
    ///     id: String,
    /// }
    /// let reply = decode::<Acknowledged>(br#"{"status":"success","id":"u-7"}"#)?;
    /// assert_eq!(reply.parse::<Upload>()?.id, "u-7");
    /// # Ok::<(), scaleengine_proto::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the reply does not have the shape of the type. The error contains the
    /// path, but no value.
    pub fn parse<R: DeserializeOwned>(&self) -> Result<R, DecodeError> {
        decode(&self.raw).map(Reply::into_value)
    }
}

/// Serializes the complete reply as received. `serde_json` writes all digits of a number
/// (`serde_json::to_value` keeps as many as a `Value` can); other formats write a 64-bit number, or
/// a string if it does not fit. A reply may contain the password of a ticket.
impl<T> Serialize for Reply<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        exact::Exact::serialize_body(&self.raw, serializer)
    }
}

impl<T> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("message", &self.message)
            .field("code", &self.code)
            .field("handle_time", &self.handle_time)
            .finish_non_exhaustive()
    }
}

/// The reply type of a command whose reply has no known data. Read other fields with
/// [`Reply::parse`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged;

impl<'de> Deserialize<'de> for Acknowledged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Serialize for Acknowledged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl ReplyShape for Acknowledged {
    const SHAPE: Shape = Shape::NOTHING;
}

/// An error for a body that is not the reply of a command that succeeded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The API reported failure.
    #[error(transparent)]
    Failure(#[from] ApiFailure),
    /// The body is not an API reply: not a JSON object, or one without a `status`. The error
    /// contains nothing of the body.
    #[error("the body is not an API reply: {reason}")]
    #[non_exhaustive]
    NotAnEnvelope {
        /// A description of the error.
        reason: String,
    },
    /// The `status` of the reply is neither `success` nor `failure`, so the effect is unknown.
    #[error("the reply's status is neither \"success\" nor \"failure\"")]
    UnknownStatus,
    /// The API reported success, but the data could not be decoded. The error contains no data.
    #[error("the API reported success, but the data of the reply does not have the expected shape: {reason}")]
    #[non_exhaustive]
    Data {
        /// A description of the error, with its position.
        reason: String,
    },
}

/// Decodes the body of a response. A leading byte order mark is ignored.
///
/// # Errors
///
/// Returns a [`DecodeError`] if the API reported failure, the body is not an API reply, its status
/// is neither `success` nor `failure`, or its data cannot be decoded.
pub fn decode<T: DeserializeOwned>(received: &[u8]) -> Result<Reply<T>, DecodeError> {
    let body = received.strip_prefix(b"\xef\xbb\xbf").unwrap_or(received);
    let envelope = envelope(body).map_err(|error| not_json(body, &error))?;
    let code = envelope.code.code();
    let message = envelope.message.into_text();
    match envelope.status {
        Some(Member::Text(status)) if status == "success" => {}
        Some(Member::Text(status)) if status == "failure" => {
            let debug = envelope.debug.into_iter().map(Member::into_text).filter(|text| !text.is_empty()).collect();
            return Err(ApiFailure { message, code, debug, raw: received.to_vec() }.into());
        }
        Some(_) => return Err(DecodeError::UnknownStatus),
        None => return Err(DecodeError::NotAnEnvelope { reason: "`status` is missing".to_string() }),
    }
    let handle_time = envelope.handle_time.seconds();
    let value = read(body).map_err(|error| DecodeError::Data { reason: unreadable::<T>(body, &error) })?;
    Ok(Reply { message, code, handle_time, value, raw: received.to_vec() })
}

/// Reads the common members of a reply. Valid UTF-8 is checked once, which is faster; invalid UTF-8
/// is allowed in members that are not read.
fn envelope(body: &[u8]) -> serde_json::Result<Envelope<'_>> {
    match core::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    }
}

/// Decodes the data of a command. Many types refuse a repeated name, so on an error it is decoded
/// again with only the last value of each name, as in PHP.
fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    T::deserialize(Unread).or_else(|_| serde_json::from_slice(body)).or_else(|error| {
        let last_ones = serde_json::from_slice::<Value>(body).and_then(T::deserialize);
        last_ones.map_err(|_| error)
    })
}

/// Describes a decoding error by path, expected type and received type, without the value.
fn unreadable<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> String {
    let place = alloc::format!("(line {}, column {})", error.line(), error.column());
    // Decode again to find the path.
    let found = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body));
    let path = found.err().map(|error| error.path().to_string()).filter(|path| path != ".");
    let at = path.map(|path| alloc::format!("{}: ", Printable(&path))).unwrap_or_default();
    alloc::format!("{at}{} {place}", mismatch(&error.to_string()))
}

/// Returns the message of a decoding error without the value in it.
fn mismatch(said: &str) -> String {
    let said = said.rsplit_once(" at line ").map_or(said, |(before, _)| before);
    if let Some(name) = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return alloc::format!("`{name}` is missing");
    }
    let kinds = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    match kinds.and_then(|kinds| kinds.rsplit_once(", expected ")) {
        Some((received, expected)) => {
            let received = received.split([' ', '`', '"']).next().unwrap_or_default();
            let received = if received == "floating" { "number" } else { received };
            alloc::format!("expected {expected}, received {received}")
        }
        None => "the value is not valid for its type".to_string(),
    }
}

/// Describes why a body is not JSON, without the parser's message, which repeats input.
fn not_json(body: &[u8], error: &serde_json::Error) -> DecodeError {
    use serde_json::error::Category;
    if let Some(name) = compression(body) {
        return DecodeError::NotAnEnvelope {
            reason: alloc::format!("it is compressed ({name}), but compression was not requested"),
        };
    }
    let what = match error.classify() {
        Category::Eof => "it is incomplete JSON",
        Category::Data => "it is JSON, but not an object",
        _ => "it is not JSON",
    };
    let reason = alloc::format!("{what} (line {}, column {})", error.line(), error.column());
    DecodeError::NotAnEnvelope { reason }
}

/// Returns the compression of a body, detected by its first bytes.
fn compression(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some("deflate"),
        _ => None,
    }
}
