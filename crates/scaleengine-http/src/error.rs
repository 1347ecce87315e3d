//! The error of a call: what failed, and whether the command may have been executed.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use scaleengine_proto::code::KnownCode;
use scaleengine_proto::{ApiFailure, DecodeError, Safety};
use scaleengine_sign::SignError;

use crate::effect::Effect;
use crate::random::RandomError;
use crate::transport::{TransportError, TransportErrorKind};
use crate::wire::WireResponse;

/// The error of a call.
///
/// [`Error::effect`] returns the effect at the server. Most callers only need
/// [`Error::is_safe_to_repeat`].
///
/// ```
/// use scaleengine_http::{Effect, Error};
///
/// fn advice(error: &Error) -> &'static str {
///     if error.is_not_live() {
///         return "the stream has already ended";
///     }
///     match error.effect() {
///         _ if error.is_throttled() => "wait for `retry_after`, then repeat",
///         _ if error.is_unauthorized() => "check the credentials",
///         Effect::None if error.is_transient() => "not executed; repeat later",
///         Effect::None => "not executed, and a repeat would fail too",
///         Effect::Unknown if error.is_safe_to_repeat() => "repeat",
///         Effect::Unknown => "check the current state before repeating",
///         Effect::Applied => "the command was executed, and its reply could not be read",
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    effect: Effect,
    safety: Safety,
    attempts: u32,
    response: Option<WireResponse>,
    transient: bool,
    throttled: bool,
    retry_after: Option<Duration>,
}

/// The failure of a call; see [`Error`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command cannot be signed.
    Sign(SignError),
    /// The credentials provider failed.
    Credentials(ProviderError),
    /// No random bytes are available to create a password.
    Random(RandomError),
    /// The request could not be sent, or no complete response was received.
    Transport(TransportError),
    /// An HTTP status other than success, without an API reply.
    Status(StatusError),
    /// The API reported a failure.
    Api(ApiFailure),
    /// The reply could not be decoded.
    Decode(DecodeError),
    /// The API accepted a step of a shutdown, but only queued it.
    Queued,
    /// A [`Call`](crate::Call) or a prepared call was run again after the future of its first run
    /// had been dropped with a request in flight. No second request was sent: the command is unsafe
    /// to repeat, or no attempt was left.
    Interrupted,
    /// The call was run again after its end.
    Ended,
}

impl ErrorKind {
    /// Returns a word for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            ErrorKind::Sign(_) => "sign",
            ErrorKind::Credentials(_) => "credentials",
            ErrorKind::Random(_) => "random",
            ErrorKind::Transport(_) => "transport",
            ErrorKind::Status(_) => "http",
            ErrorKind::Api(_) | ErrorKind::Queued => "api",
            ErrorKind::Decode(_) => "decode",
            ErrorKind::Interrupted => "interrupted",
            ErrorKind::Ended => "ended",
        }
    }
}

/// The error of a credentials provider. Its source is the provider's own error.
#[derive(Debug, thiserror::Error)]
#[error("the credentials provider failed")]
pub struct ProviderError(#[source] Box<dyn StdError + Send + Sync>);

impl ProviderError {
    /// Wraps the provider's own error, which must not contain a secret.
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// An HTTP status other than success, without an API reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("HTTP {status} without an API reply")]
pub struct StatusError {
    pub(crate) status: StatusCode,
}

impl StatusError {
    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns whether the request was refused: HTTP 4xx, except 408, 429 and 499. 429 means
    /// throttled: repeat later. 408 and 499 mean that a gateway gave up waiting, and it may already
    /// have forwarded the request.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.status.is_client_error() && !matches!(self.status.as_u16(), 408 | 429 | 499)
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, effect: Effect, attempts: u32, response: Option<WireResponse>) -> Self {
        let safety = Safety::Unsafe;
        let (transient, throttled, retry_after) = (false, false, None);
        Self(Box::new(Inner { kind, effect, safety, attempts, response, transient, throttled, retry_after }))
    }

    /// Sets the safety of the command.
    pub(crate) fn with_safety(mut self, safety: Safety) -> Self {
        self.0.safety = safety;
        self
    }

    /// Sets whether the failure is transient, whether it is throttling, and the wait that the
    /// server requests.
    pub(crate) fn with_retry(mut self, transient: bool, throttled: bool, retry_after: Option<Duration>) -> Self {
        (self.0.transient, self.0.throttled, self.0.retry_after) = (transient, throttled, retry_after);
        self
    }

    /// Returns what failed.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns what failed, owned.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the effect of all attempts together: `Applied` if one was executed, else `Unknown`
    /// if one may have been executed, else `None`.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Returns whether the command may be repeated without checking the current state: it had no
    /// effect, or it is read-only or idempotent ([`Safety`]). Whether a repeat can succeed is
    /// another question: see [`Error::is_transient`].
    #[must_use]
    pub fn is_safe_to_repeat(&self) -> bool {
        self.0.effect == Effect::None || self.0.safety != Safety::Unsafe
    }

    /// Returns the number of attempts.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the response (status, headers and body), if a complete one was received. `Display`
    /// does not contain the body.
    #[must_use]
    pub fn response(&self) -> Option<&WireResponse> {
        self.0.response.as_ref()
    }

    /// Returns whether the server throttles: HTTP 429 or code 1000. Such an error is always safe to
    /// repeat: wait for [`Error::retry_after`], or a few minutes if it is `None`.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.0.throttled || self.code() == Some(KnownCode::Busy)
    }

    /// Returns how long to wait before another request: the server's `Retry-After` (HTTP 408, 429,
    /// 499, 5xx, or code 1000), or 60 s (assumed) after code 1000 without one; otherwise `None`.
    /// After HTTP 408, 499 or 5xx, check [`Error::is_safe_to_repeat`] before repeating.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns whether the failure is temporary, so that a repeat can succeed: a server that cannot
    /// be reached or is busy (code 1000) or failed (code 0004, HTTP 5xx), a broken connection, a
    /// timeout. The call has made all attempts that its options and the safety of the command
    /// allow. A refused certificate, an unknown host, and an API failure with another code are not
    /// transient.
    ///
    /// Before repeating, see [`Error::is_safe_to_repeat`] and [`Error::retry_after`].
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// Returns whether the request was refused, so that a repeat would be refused too: the command
    /// cannot be signed, the API reported a failure, or a server in front of it responded with HTTP
    /// 4xx. Throttling and errors with a possible effect are excluded.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let refused = match self.kind() {
            ErrorKind::Sign(_) | ErrorKind::Api(_) => true,
            ErrorKind::Status(error) => error.is_refusal(),
            _ => false,
        };
        refused && self.effect() == Effect::None && !self.is_throttled() && self.code() != Some(KnownCode::ServerFault)
    }

    /// Returns whether the key, the signature or the permissions were refused (codes 0001, 0003,
    /// 0005). Check the credentials.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.code(), Some(KnownCode::KeyRefused | KnownCode::SignatureRefused | KnownCode::NotAllowed))
    }

    /// Returns whether the timestamp was refused: code 0002. Check this machine's clock.
    #[must_use]
    pub fn is_clock(&self) -> bool {
        self.code() == Some(KnownCode::TimestampOutside)
    }

    /// Returns whether the API reported that the stream is not live. **Assumed**: no such reply has
    /// been observed, and the messages that are recognized are listed in [`ApiFailure::NOT_LIVE`].
    #[must_use]
    pub fn is_not_live(&self) -> bool {
        self.api().is_some_and(ApiFailure::is_not_live)
    }

    /// Returns whether the last attempt timed out, or no time was left for an attempt. If the wait
    /// before the next attempt would exceed the deadline, the call returns the error of its last
    /// attempt, which need not be a timeout.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.transport() == Some(TransportErrorKind::Timeout)
    }

    /// Returns whether TLS failed or a certificate was refused. The source names the reason.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        use TransportErrorKind::{Certificate, Tls, TlsSetup};
        matches!(self.transport(), Some(Certificate | Tls | TlsSetup))
    }

    fn transport(&self) -> Option<TransportErrorKind> {
        match &self.0.kind {
            ErrorKind::Transport(error) => Some(error.kind()),
            _ => None,
        }
    }

    /// Returns the code of the failure that the API reported, if it is a documented one.
    #[must_use]
    pub fn code(&self) -> Option<KnownCode> {
        self.api()?.code()?.known()
    }

    /// Returns the failure that the API reported.
    #[must_use]
    pub fn api(&self) -> Option<&ApiFailure> {
        match &self.0.kind {
            ErrorKind::Api(failure) => Some(failure),
            _ => None,
        }
    }
}

/// Displays what failed and the effect.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Sign(error) => write!(f, "the command cannot be signed: {error}")?,
            ErrorKind::Credentials(error) => error.fmt(f)?,
            ErrorKind::Random(error) => error.fmt(f)?,
            ErrorKind::Transport(error) => error.fmt(f)?,
            ErrorKind::Status(error) => error.fmt(f)?,
            ErrorKind::Api(failure) => failure.fmt(f)?,
            ErrorKind::Decode(error) => error.fmt(f)?,
            ErrorKind::Queued => f.write_str("the API queued the command")?,
            ErrorKind::Interrupted => f.write_str("the call was interrupted while a request was in flight")?,
            ErrorKind::Ended => f.write_str("the call has already ended: prepare a new one")?,
        }
        f.write_str(match self.0.effect {
            // The command may have been executed, but it only reads.
            Effect::None if self.0.safety == Safety::ReadOnly => "; nothing was changed",
            Effect::None => "; the command was not executed",
            Effect::Unknown => "; the command may have been executed",
            Effect::Applied => "; the command was executed",
        })
    }
}

impl StdError for Error {
    /// Returns the source of the underlying error: `Display` already contains the underlying error.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            ErrorKind::Credentials(error) => error.source(),
            ErrorKind::Transport(error) => error.source(),
            ErrorKind::Decode(error) => error.source(),
            _ => None,
        }
    }
}
