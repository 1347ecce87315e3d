//! The options of a client or of a single call.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The options of a client or of a single call.
///
/// ```
/// use std::time::Duration;
/// use scaleengine_http::CallOptions;
///
/// let options = CallOptions::default().deadline(Duration::from_secs(5)).max_attempts(1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) form_encoding: FormEncoding,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryPolicy,
}

impl CallOptions {
    /// Sets the form encoding; multipart by default.
    pub fn form_encoding(self, form_encoding: FormEncoding) -> Self {
        Self { form_encoding, ..self }
    }

    /// Sets the bounds of each attempt.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets the bounds of all attempts together.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// Bounds each attempt; see [`Limits::timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        self.limits(self.limits.timeout(timeout))
    }

    /// Bounds the response body of each attempt; see [`Limits::max_body`].
    pub fn max_body(self, bytes: usize) -> Self {
        self.limits(self.limits.max_body(bytes))
    }

    /// Bounds the call, waits included; see [`RetryPolicy::deadline`].
    pub fn deadline(self, deadline: Duration) -> Self {
        self.retry(self.retry.deadline(deadline))
    }

    /// Sets the maximum number of attempts; see [`RetryPolicy::max_attempts`].
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        self.retry(self.retry.max_attempts(max_attempts))
    }

    /// Sets whether a throttled call is attempted again; see [`RetryPolicy::retry_throttled`].
    pub fn retry_throttled(self, retry_throttled: bool) -> Self {
        self.retry(self.retry.retry_throttled(retry_throttled))
    }
}

/// The bounds of one attempt: 15 seconds and 8 MiB by default. Transports must enforce both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) max_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(15), max_body: 8 * 1024 * 1024 }
    }
}

impl Limits {
    /// Sets the timeout, from the start of connecting to the end of the response body. A transport
    /// reads it from [`WireRequest::timeout`](crate::WireRequest::timeout).
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets the largest accepted length of the response body, in bytes. A transport reads it from
    /// [`WireRequest::max_body`](crate::WireRequest::max_body).
    pub fn max_body(self, bytes: usize) -> Self {
        Self { max_body: bytes, ..self }
    }
}

/// The bounds of a complete call: 3 attempts within 30 seconds by default. Each attempt has its own
/// [`Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) deadline: Duration,
    pub(crate) retry_throttled: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: 3, deadline: Self::DEADLINE, retry_throttled: true }
    }
}

impl RetryPolicy {
    /// The default deadline.
    pub const DEADLINE: Duration = Duration::from_secs(30);

    /// Creates a policy that allows one attempt.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the largest number of attempts; 0 counts as 1.
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        Self { max_attempts, ..self }
    }

    /// Sets the longest time from the start of the call to its end, waits included.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Sets whether a throttled call (HTTP 429, code 1000) is attempted again. A program with many
    /// concurrent calls should set `false`, and after a throttled call send nothing for
    /// [`Error::retry_after`](crate::Error::retry_after).
    pub fn retry_throttled(self, retry_throttled: bool) -> Self {
        Self { retry_throttled, ..self }
    }
}

/// The encoding of the form that carries the signed JSON. The API seems to accept both: of the
/// clients that are known to work, some send one and some the other.
///
/// Its string is `multipart` or `urlencoded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FormEncoding {
    /// `multipart/form-data`, as in the documented PHP client.
    #[default]
    Multipart,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
}

impl FormEncoding {
    fn as_str(self) -> &'static str {
        match self {
            Self::Multipart => "multipart",
            Self::UrlEncoded => "urlencoded",
        }
    }
}

impl fmt::Display for FormEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error of parsing a [`FormEncoding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a form encoding: use `multipart` or `urlencoded`")]
pub struct FormEncodingError(());

impl FromStr for FormEncoding {
    type Err = FormEncodingError;

    fn from_str(text: &str) -> Result<Self, FormEncodingError> {
        [Self::Multipart, Self::UrlEncoded].into_iter().find(|own| own.as_str() == text).ok_or(FormEncodingError(()))
    }
}

impl Serialize for FormEncoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FormEncoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
