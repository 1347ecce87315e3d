//! The options that a caller sets, for a client or for a single call.

use std::time::Duration;

/// What can be set for a client and for a single call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// How the form is encoded.
    pub encoding: Encoding,
    /// What bounds each attempt.
    pub limits: Limits,
    /// What bounds all attempts together.
    pub retry: Retry,
}

impl CallOptions {
    /// With another encoding of the form.
    #[must_use]
    pub fn encoding(self, encoding: Encoding) -> Self {
        Self { encoding, ..self }
    }

    /// With other limits of each attempt.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// With other bounds of all attempts together.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }
}

/// What bounds one attempt. A transport has to keep both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start of connecting to the end of the response's body.
    pub time: Duration,
    /// The longest response body, in bytes.
    pub body: usize,
}

impl Default for Limits {
    /// 15 seconds and 8 MiB.
    fn default() -> Self {
        Self { time: Duration::from_secs(15), body: 8 * 1024 * 1024 }
    }
}

/// What bounds a call as a whole. Each attempt has its own limits: [`crate::Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often a request is sent at most; one at least.
    pub attempts: u32,
    /// From the beginning of the call to its end, waits included.
    pub total: Duration,
    /// Whether what was throttled (HTTP 429, code 1000) is attempted again. Who has many calls at once rather ends each of them,
    /// and lets all wait together: [`crate::Error::retry_after`].
    pub when_throttled: bool,
}

impl Default for Retry {
    /// 3 attempts in 30 seconds.
    fn default() -> Self {
        Self { attempts: 3, total: Duration::from_secs(30), when_throttled: true }
    }
}

impl Retry {
    /// One attempt.
    #[must_use]
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// With so many attempts at most.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Within this time.
    #[must_use]
    pub fn total(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// With or without another attempt of what was throttled.
    #[must_use]
    pub fn when_throttled(self, again: bool) -> Self {
        Self { when_throttled: again, ..self }
    }
}

/// How the form is encoded. Working clients of the API send both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// `multipart/form-data`, as the documented PHP client sends.
    #[default]
    Multipart,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
}
