//! How a call fails, and whether the command may have been executed all the same.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use scaleengine_proto::code::KnownCode;
use scaleengine_proto::{ApiFailure, DecodeError};
use scaleengine_sign::SignError;

use crate::effect::Effect;
use crate::transport::{TransportError, TransportErrorKind};
use crate::wire::WireResponse;

/// A call that did not end in a reply.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    effect: Effect,
    attempts: u32,
    response: Option<WireResponse>,
    throttled: bool,
    retry_after: Option<Duration>,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command cannot be signed.
    Sign(SignError),
    /// It could not be sent, or no whole answer came.
    Transport(TransportError),
    /// An HTTP status that is no success, and no answer of the API with it.
    Status(StatusError),
    /// The API answered failure.
    Api(ApiFailure),
    /// The answer could not be read.
    Decode(DecodeError),
    /// The API answered that the command was queued, where it has to be done.
    Queued,
    /// The call was dropped after its request had been handed out, and then asked to go on.
    Interrupted,
    /// The call has ended before.
    Ended,
}

impl ErrorKind {
    /// A word for it, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            ErrorKind::Sign(_) => "sign",
            ErrorKind::Transport(_) => "transport",
            ErrorKind::Status(_) => "http",
            ErrorKind::Api(_) | ErrorKind::Queued => "api",
            ErrorKind::Decode(_) => "decode",
            ErrorKind::Interrupted => "interrupted",
            ErrorKind::Ended => "ended",
        }
    }
}

/// An HTTP status that is no success, without an answer of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("HTTP {status} without an API reply")]
pub struct StatusError {
    pub(crate) status: StatusCode,
}

impl StatusError {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the request was refused as it is: HTTP 4xx, except 429 (too many requests), and 408 and 499 (nginx's), which are about
    /// time: the request may have been passed on by then.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.status.is_client_error() && !matches!(self.status.as_u16(), 408 | 429 | 499)
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, effect: Effect, attempts: u32, response: Option<WireResponse>) -> Self {
        Self(Box::new(Inner { kind, effect, attempts, response, throttled: false, retry_after: None }))
    }

    /// Records whether the server throttles, and how long it asks to wait.
    pub(crate) fn with_wait(mut self, throttled: bool, retry_after: Option<Duration>) -> Self {
        (self.0.throttled, self.0.retry_after) = (throttled, retry_after);
        self
    }

    /// The response, where a whole one came: its status, its headers, and its body, which no message repeats.
    #[must_use]
    pub fn response(&self) -> Option<&WireResponse> {
        self.0.response.as_ref()
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What the call may have done at the server, all attempts together.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// How often a request was handed out to be sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Too many requests, or too busy a server: HTTP 429 or code 1000. Wait some minutes.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.0.throttled || self.code() == Some(KnownCode::Busy)
    }

    /// How long to wait before anything is sent again: what `Retry-After` says with HTTP 429, code 1000 or 5xx, or else 60 s after
    /// code 1000 (assumed). None where the server does not say. It says nothing of whether this command may be repeated: see
    /// [`Error::effect`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Key, signature or rights were refused: codes 0001, 0003, 0005. Check the credentials.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.code(), Some(KnownCode::KeyRefused | KnownCode::SignatureRefused | KnownCode::NotAllowed))
    }

    /// The timestamp was refused: code 0002. Check this machine's clock.
    #[must_use]
    pub fn is_clock(&self) -> bool {
        self.code() == Some(KnownCode::TimestampOutside)
    }

    /// A time limit was reached.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.transport() == Some(TransportErrorKind::Timeout)
    }

    /// TLS failed, or a certificate was refused; the source says what is wrong with it.
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

    /// The documented code of the failure that the API answered, where that is what happened and the code is a documented one.
    #[must_use]
    pub fn code(&self) -> Option<KnownCode> {
        self.api()?.code()?.known()
    }

    /// The failure that the API answered, if that is what happened.
    #[must_use]
    pub fn api(&self) -> Option<&ApiFailure> {
        match &self.0.kind {
            ErrorKind::Api(failure) => Some(failure),
            _ => None,
        }
    }
}

/// What happened and what it did; the source says why.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Sign(error) => write!(f, "the command cannot be signed: {error}")?,
            ErrorKind::Transport(error) => error.fmt(f)?,
            ErrorKind::Status(error) => error.fmt(f)?,
            ErrorKind::Api(failure) => failure.fmt(f)?,
            ErrorKind::Decode(error) => error.fmt(f)?,
            ErrorKind::Queued => f.write_str("the API answered that the command was queued")?,
            ErrorKind::Interrupted => f.write_str("the call was interrupted while its request was on its way")?,
            ErrorKind::Ended => f.write_str("the call has ended before; prepare a new one")?,
        }
        f.write_str(match self.0.effect {
            // The API did answer; the command only reads.
            Effect::None if matches!(self.0.kind, ErrorKind::Decode(_)) => "; nothing was changed",
            Effect::None => "; nothing was done",
            Effect::Unknown => "; whether the command was executed is unknown, look before repeating it",
            Effect::Applied => "; the command was executed",
        })
    }
}

impl StdError for Error {
    /// The cause beneath the message, which already says what the kind says.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            ErrorKind::Transport(error) => error.source(),
            ErrorKind::Decode(error) => error.source(),
            _ => None,
        }
    }
}
