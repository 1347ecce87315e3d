//! What the outcome of one attempt means: the table of `docs/failures.md`, and nothing else.

use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use scaleengine_proto::code::KnownCode;
use scaleengine_proto::{ApiFailure, Code, DecodeError, Reply, UnixTime, decode};
use serde::de::DeserializeOwned;

use crate::effect::Effect;
use crate::error::{ErrorKind, StatusError};
use crate::transport::{Sent, TransportError, TransportErrorKind};
use crate::wire::{WireResponse, http_date};

/// How long to wait after code 1000, "try again in a few minutes". **Assumed.**
const BUSY: Duration = Duration::from_secs(60);

/// The meaning of an outcome.
pub(crate) struct Classified<T> {
    /// What this attempt may have done.
    pub(crate) effect: Effect,
    pub(crate) result: Result<Reply<T>, ErrorKind>,
    pub(crate) again: RetryClass,
    pub(crate) response: Option<WireResponse>,
}

/// Whether another attempt makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryClass {
    Never,
    /// Nothing was done: whatever the command.
    Always,
    /// Too many requests: whatever the command, not before this time has passed, where one was told.
    Throttled(Option<Duration>),
    /// The command may have been executed: only where that does no harm.
    IfSafe(Duration),
    /// The timestamp was refused, and the server tells another time: once more with that.
    AtTime(UnixTime),
}

impl RetryClass {
    /// Whether the server throttles.
    pub(crate) fn is_throttled(self) -> bool {
        matches!(self, Self::Throttled(_))
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Throttled(hint) => hint,
            Self::IfSafe(hint) => Some(hint).filter(|hint| !hint.is_zero()),
            _ => None,
        }
    }
}

impl<T: DeserializeOwned> Classified<T> {
    /// Of an outcome that came at this time of this machine, for a command of which code 1000 may be a result.
    pub(crate) fn of(busy_is_result: bool, outcome: Result<WireResponse, TransportError>, now: UnixTime) -> Self {
        let response = match outcome {
            Ok(response) => response,
            Err(error) => {
                let (effect, again) = of_transport(&error);
                return Self { effect, result: Err(ErrorKind::Transport(error)), again, response: None };
            }
        };
        let WireResponse { status, body, .. } = &response;
        // An answer of the API outranks the HTTP status.
        let (effect, result, again) = match decode(body) {
            Ok(reply) => (Effect::Applied, Ok(reply), RetryClass::Never),
            Err(DecodeError::Failure(failure)) => {
                let (effect, again) = of_failure(busy_is_result, &failure, &response, now);
                (effect, Err(ErrorKind::Api(failure)), again)
            }
            Err(DecodeError::NotAnEnvelope { .. }) if !status.is_success() => {
                let (effect, again) = of_status(*status, retry_after(&response, now));
                (effect, Err(ErrorKind::Status(StatusError { status: *status })), again)
            }
            Err(error @ DecodeError::Data { .. }) => {
                (Effect::Applied, Err(ErrorKind::Decode(error)), RetryClass::Never)
            }
            Err(error) => (Effect::Unknown, Err(ErrorKind::Decode(error)), RetryClass::Never),
        };
        Self { effect, result, again, response: Some(response) }
    }
}

fn of_transport(error: &TransportError) -> (Effect, RetryClass) {
    use TransportErrorKind::{BodyTooLarge, Connect, ProxyGateway, Resolve, Timeout, Tls};
    match (error.sent(), error.kind()) {
        (Sent::No, Resolve | Connect | ProxyGateway | Timeout | Tls) => (Effect::None, RetryClass::Always),
        // A certificate, a proxy or an address does not get better by waiting.
        (Sent::No, _) => (Effect::None, RetryClass::Never),
        // The next answer would be as long.
        (Sent::Maybe, BodyTooLarge) => (Effect::Unknown, RetryClass::Never),
        (Sent::Maybe, _) => (Effect::Unknown, RetryClass::IfSafe(Duration::ZERO)),
    }
}

fn of_failure(
    busy_is_result: bool,
    failure: &ApiFailure,
    response: &WireResponse,
    now: UnixTime,
) -> (Effect, RetryClass) {
    match failure.code().and_then(Code::known) {
        Some(KnownCode::Busy) if !busy_is_result => {
            (Effect::None, RetryClass::Throttled(retry_after(response, now).or(Some(BUSY))))
        }
        Some(KnownCode::ServerFault) => (Effect::Unknown, RetryClass::IfSafe(Duration::ZERO)),
        // A failure that says "queued" is no clear no.
        Some(KnownCode::Queued) => (Effect::Unknown, RetryClass::Never),
        Some(KnownCode::TimestampOutside) => {
            (Effect::None, response.date().map_or(RetryClass::Never, RetryClass::AtTime))
        }
        // A known code is the reason, whatever the status; an API reply outranks it.
        None if response.status == StatusCode::TOO_MANY_REQUESTS => {
            (Effect::None, RetryClass::Throttled(retry_after(response, now)))
        }
        _ => (Effect::None, RetryClass::Never),
    }
}

/// A response that is not the API's: whatever sent it stands before the API, and did not let the request through or lost the reply.
fn of_status(status: StatusCode, hint: Option<Duration>) -> (Effect, RetryClass) {
    match status.as_u16() {
        429 => (Effect::None, RetryClass::Throttled(hint)),
        400..=499 if StatusError { status }.is_refusal() => (Effect::None, RetryClass::Never),
        400..=599 => (Effect::Unknown, RetryClass::IfSafe(hint.unwrap_or_default())),
        _ => (Effect::Unknown, RetryClass::Never),
    }
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(response: &WireResponse, now: UnixTime) -> Option<Duration> {
    let text = response.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for the type is still a request to wait.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    // The server's own clock counts, where it tells it.
    let now = response.date().unwrap_or(now);
    let wait = http_date(text)?.0.saturating_sub(now.0);
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}
