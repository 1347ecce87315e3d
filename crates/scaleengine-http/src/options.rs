//! The options that a caller sets, for a client or for a single call.

use std::time::Duration;

/// What can be set for a client and for a single call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// How the form is encoded.
    pub form_encoding: FormEncoding,
    /// What bounds each attempt.
    pub limits: Limits,
    /// What bounds all attempts together.
    pub retry: RetryPolicy,
}

impl CallOptions {
    /// With another encoding of the form.
    #[must_use]
    pub fn form_encoding(self, form_encoding: FormEncoding) -> Self {
        Self { form_encoding, ..self }
    }

    /// With other limits of each attempt.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// With other bounds of all attempts together.
    #[must_use]
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }
}

/// What bounds one attempt. A transport has to keep both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start of connecting to the end of the response's body.
    pub timeout: Duration,
    /// The longest response body, in bytes.
    pub max_body: usize,
}

impl Default for Limits {
    /// 15 seconds and 8 MiB.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(15), max_body: 8 * 1024 * 1024 }
    }
}

/// What bounds a call as a whole. Each attempt has its own limits: [`crate::Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a request is sent at most; one at least.
    pub max_attempts: u32,
    /// From the beginning of the call to its end, waits included.
    pub deadline: Duration,
    /// Whether what was throttled (HTTP 429, code 1000) is attempted again. Who has many calls at once rather ends each of them,
    /// and lets all wait together: [`crate::Error::retry_after`].
    pub retry_throttled: bool,
}

impl Default for RetryPolicy {
    /// 3 attempts in 30 seconds.
    fn default() -> Self {
        Self { max_attempts: 3, deadline: Duration::from_secs(30), retry_throttled: true }
    }
}

impl RetryPolicy {
    /// One attempt.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// With so many attempts at most.
    #[must_use]
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        Self { max_attempts, ..self }
    }

    /// Within this time.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// With or without another attempt of what was throttled.
    #[must_use]
    pub fn retry_throttled(self, retry_throttled: bool) -> Self {
        Self { retry_throttled, ..self }
    }
}

/// How the form is encoded. Working clients of the API send both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FormEncoding {
    /// `multipart/form-data`, as the documented PHP client sends.
    #[default]
    Multipart,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
}
