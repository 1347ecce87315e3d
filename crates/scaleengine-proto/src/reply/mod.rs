//! Replies, and how they are decoded.

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

/// The reply to a command that succeeded.
///
/// `Debug` shows the envelope and not the data, which may contain a ticket's key.
#[derive(Clone, PartialEq)]
pub struct Reply<T> {
    message: String,
    code: Option<Code>,
    handle_time: Option<f64>,
    value: T,
    raw: Vec<u8>,
}

impl<T> Reply<T> {
    /// Returns the text of `message`; empty in most replies.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the code, if the success has one (`0100`: queued).
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
    /// Reads the whole reply as another type.
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
    /// The reply does not have the shape of the type; the error names the path and repeats no value.
    pub fn parse<R: DeserializeOwned>(&self) -> Result<R, DecodeError> {
        decode(&self.raw).map(Reply::into_value)
    }
}

/// As the whole reply, as received: `serde_json` writes every number with its digits (`serde_json::to_value` keeps what a `Value` can), other
/// formats write a number of 64 bits, or a string if it does not fit. A reply may contain the password of a ticket.
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

/// The data of a command of which only success is known. Everything else in the reply can be read by [`Reply::parse`].
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

/// Why a body is not the answer of a command that succeeded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The API answered, and the answer is no.
    #[error(transparent)]
    Failure(#[from] ApiFailure),
    /// Not an answer of the API: no JSON object, or one without a `status`. Nothing of the body is repeated.
    #[error("the body is not an answer of the API: {reason}")]
    #[non_exhaustive]
    NotAnEnvelope {
        /// What is wrong with it.
        reason: String,
    },
    /// An answer whose `status` is neither `success` nor `failure`, so that what happened is unknown.
    #[error("the answer's status is neither \"success\" nor \"failure\"")]
    UnknownStatus,
    /// The API answered success, and what the command returned could not be read. Nothing of it is repeated.
    #[error("the API answered success, but what it returned does not have the shape that is known of it: {reason}")]
    #[non_exhaustive]
    Data {
        /// Where it is wrong.
        reason: String,
    },
}

/// Reads the body of an answer. A byte order mark before it is dropped.
///
/// # Errors
///
/// [`DecodeError`] says which of four things it is: a failure that the API reports, something that is not an answer of the
/// API, an answer that says neither success nor failure, or a success whose data cannot be read.
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
        None => return Err(DecodeError::NotAnEnvelope { reason: "it has no `status`".to_string() }),
    }
    let handle_time = envelope.handle_time.seconds();
    let value = read(body).map_err(|error| DecodeError::Data { reason: unreadable::<T>(body, &error) })?;
    Ok(Reply { message, code, handle_time, value, raw: received.to_vec() })
}

/// What every answer has. A text need not be checked piece by piece; bytes that are none may stand where nobody reads.
fn envelope(body: &[u8]) -> serde_json::Result<Envelope<'_>> {
    match core::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    }
}

/// The command's own part. What is too strict for a name that comes twice reads the object with the last of them, as PHP has it.
fn read<T: DeserializeOwned>(body: &[u8]) -> serde_json::Result<T> {
    T::deserialize(Unread).or_else(|_| serde_json::from_slice(body)).or_else(|error| {
        let last_ones = serde_json::from_slice::<Value>(body).and_then(T::deserialize);
        last_ones.map_err(|_| error)
    })
}

/// Which field could not be read, which type it should have, and which kind it has. No value is repeated.
fn unreadable<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> String {
    let place = alloc::format!("(line {}, column {})", error.line(), error.column());
    // Read once more, only to learn the path.
    let found = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body));
    let path = found.err().map(|error| error.path().to_string()).filter(|path| path != ".");
    let at = path.map(|path| alloc::format!("{}: ", Printable(&path))).unwrap_or_default();
    alloc::format!("{at}{} {place}", mismatch(&error.to_string()))
}

/// The message of a mismatch without the value that it names.
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
            alloc::format!("{expected} is expected, received {received}")
        }
        None => "something else is expected".to_string(),
    }
}

/// Describes why a body is not JSON, without the parser's message, which repeats input.
fn not_json(body: &[u8], error: &serde_json::Error) -> DecodeError {
    use serde_json::error::Category;
    if let Some(name) = compression(body) {
        return DecodeError::NotAnEnvelope {
            reason: alloc::format!("it is compressed ({name}), which was not asked for"),
        };
    }
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Data => "it is JSON, but not an object",
        _ => "it is not JSON",
    };
    let reason = alloc::format!("{what} (line {}, column {})", error.line(), error.column());
    DecodeError::NotAnEnvelope { reason }
}

/// The compression of a body, by how it begins.
fn compression(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some("deflate"),
        _ => None,
    }
}
