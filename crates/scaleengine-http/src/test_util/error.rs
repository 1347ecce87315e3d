//! Errors for tests of code that handles them.

use scaleengine_proto::serde_json::{Value, json};
use scaleengine_proto::{Acknowledged, DecodeError, Safety, decode};

use crate::effect::Effect;
use crate::error::{Error, ErrorKind, StatusError};
use crate::transport::{Sent, TransportError, TransportErrorKind};

/// Builds an [`Error`].
///
/// ```
/// use scaleengine_http::Effect;
/// use scaleengine_http::test_util::TestError;
///
/// let error = TestError::api("0003", "Failed HMAC-SHA256 Signature").build();
/// assert!(error.is_unauthorized() && error.effect() == Effect::None);
/// ```
#[derive(Debug)]
#[must_use]
pub struct TestError {
    kind: ErrorKind,
    effect: Effect,
    safety: Safety,
    attempts: u32,
}

impl TestError {
    /// A failure that the API reports. An empty `code` stands for a failure without one.
    pub fn api(code: &str, message: &str) -> Self {
        let code = if code.is_empty() { Value::Null } else { code.into() };
        let reply = json!({ "status": "failure", "message": message, "code": code });
        match decode::<Acknowledged>(reply.to_string().as_bytes()) {
            Err(DecodeError::Failure(failure)) => Self::new(ErrorKind::Api(failure), Effect::None),
            // A reply with the status "failure" is decoded as one.
            Ok(_) => Self::new(ErrorKind::Ended, Effect::None),
            Err(error) => Self::new(ErrorKind::Decode(error), Effect::Unknown),
        }
    }

    /// An error of the transport.
    pub fn transport(kind: TransportErrorKind, sent: Sent) -> Self {
        let error = match sent {
            Sent::No => TransportError::not_sent(kind, "made by a test"),
            Sent::Maybe => TransportError::maybe_sent(kind, "made by a test"),
        };
        let effect = if sent == Sent::No { Effect::None } else { Effect::Unknown };
        Self::new(ErrorKind::Transport(error), effect)
    }

    /// An HTTP status without an API reply.
    pub fn status(status: http::StatusCode) -> Self {
        let error = StatusError { status };
        let effect = if error.is_refusal() { Effect::None } else { Effect::Unknown };
        Self::new(ErrorKind::Status(error), effect)
    }

    /// Any kind of error.
    pub fn new(kind: ErrorKind, effect: Effect) -> Self {
        Self { kind, effect, safety: Safety::Unsafe, attempts: 1 }
    }

    /// Sets the effect.
    pub fn effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    /// Sets whether the command may be repeated; [`Safety::Unsafe`] unless set.
    pub fn safety(self, safety: Safety) -> Self {
        Self { safety, ..self }
    }

    /// Sets the number of attempts; 1 unless set.
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Returns the error.
    #[must_use]
    pub fn build(self) -> Error {
        Error::new(self.kind, self.effect, self.attempts, None).with_safety(self.safety)
    }
}
