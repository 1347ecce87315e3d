//! The classification of an attempt's result, by the table in `docs/failures.md`.

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

/// The wait after code 1000 ("try again in a few minutes"). **Assumed.**
const BUSY: Duration = Duration::from_secs(60);

/// A classified result of an attempt.
pub(crate) struct Classified<T> {
    /// The effect of this attempt.
    pub(crate) effect: Effect,
    pub(crate) result: Result<Reply<T>, ErrorKind>,
    pub(crate) again: RetryClass,
    pub(crate) response: Option<WireResponse>,
}

/// The class of a result for the retry rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryClass {
    Never,
    /// The command was not executed: retry any command.
    Always,
    /// Too many requests: retry any command, after this wait if the server requested one.
    Throttled(Option<Duration>),
    /// The command may have been executed: retry, after this wait, only if it is safe to repeat.
    IfSafe(Duration),
    /// The timestamp was refused: retry once with this time of the server, if it differs enough.
    AtTime(UnixTime),
}

impl RetryClass {
    /// Returns whether the server throttles.
    pub(crate) fn is_throttled(self) -> bool {
        matches!(self, Self::Throttled(_))
    }

    /// Returns the wait that the server requests.
    pub(crate) fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Throttled(hint) => hint,
            Self::IfSafe(hint) => Some(hint).filter(|hint| !hint.is_zero()),
            _ => None,
        }
    }
}

impl<T: DeserializeOwned> Classified<T> {
    /// Classifies a result received at `now`. `busy_is_result` means that code 1000 is a regular
    /// reply to the command.
    pub(crate) fn of(busy_is_result: bool, outcome: Result<WireResponse, TransportError>, now: UnixTime) -> Self {
        let response = match outcome {
            Ok(response) => response,
            Err(error) => {
                let (effect, again) = of_transport(&error);
                return Self { effect, result: Err(ErrorKind::Transport(error)), again, response: None };
            }
        };
        let WireResponse { status, body, .. } = &response;
        // An API reply outranks the HTTP status.
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
        // Waiting does not help with a certificate, a proxy or an address.
        (Sent::No, _) => (Effect::None, RetryClass::Never),
        // The next response would be as long.
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
        // A queued command may still be executed, although the API reports failure.
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

/// Classifies a response without an API reply. It comes from a server in front of the API, which
/// blocked the request or lost the reply.
fn of_status(status: StatusCode, hint: Option<Duration>) -> (Effect, RetryClass) {
    match status.as_u16() {
        429 => (Effect::None, RetryClass::Throttled(hint)),
        400..=499 if StatusError { status }.is_refusal() => (Effect::None, RetryClass::Never),
        400..=599 => (Effect::Unknown, RetryClass::IfSafe(hint.unwrap_or_default())),
        _ => (Effect::Unknown, RetryClass::Never),
    }
}

/// Parses `Retry-After`, in seconds or as a date.
fn retry_after(response: &WireResponse, now: UnixTime) -> Option<Duration> {
    let text = response.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for the type is still a request to wait.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    // The date is in the server's time, so its `Date` is used if present.
    let now = response.date().unwrap_or(now);
    let wait = http_date(text)?.0.saturating_sub(now.0);
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}
