//! Errors for tests of code that handles them.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use scaleengine_proto::serde_json::json;
use scaleengine_proto::{RawCommand, Safety, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::options::CallOptions;
use crate::transport::{Sent, TransportError, TransportErrorKind};
use crate::wire::WireResponse;

/// A builder for the [`Error`] of a call with one attempt and a given result. The error comes from
/// a real [`Call`], so it has the effect and the other properties of an error in production.
///
/// ```
/// use scaleengine_http::Effect;
/// use scaleengine_http::test_util::TestError;
///
/// let error = TestError::api("0003", "Failed HMAC-SHA256 Signature").build();
/// assert!(error.is_unauthorized() && error.effect() == Effect::None);
/// let error = TestError::api("0004", "unexpected error").build();
/// assert!(!error.is_safe_to_repeat() && error.effect() == Effect::Unknown);
/// ```
#[derive(Debug)]
#[must_use]
pub struct TestError {
    result: Result<WireResponse, TransportError>,
    safety: Safety,
}

impl TestError {
    /// Uses a failure that the API reports. An empty `code` means a failure without a code.
    pub fn api(code: &str, message: &str) -> Self {
        let code = Some(code).filter(|code| !code.is_empty());
        let reply = json!({ "status": "failure", "message": message, "code": code });
        Self::response(WireResponse::new(StatusCode::OK, reply.to_string()))
    }

    /// Uses an HTTP status without an API reply.
    pub fn status(status: StatusCode) -> Self {
        Self::response(WireResponse::new(status, ""))
    }

    /// Uses any response that is not a success.
    pub fn response(response: WireResponse) -> Self {
        Self { result: Ok(response), safety: Safety::Unsafe }
    }

    /// Uses an error of the transport.
    pub fn transport(kind: TransportErrorKind, sent: Sent) -> Self {
        let error = match sent {
            Sent::No => TransportError::not_sent(kind, "made by a test"),
            Sent::Maybe => TransportError::maybe_sent(kind, "made by a test"),
        };
        Self { result: Err(error), safety: Safety::Unsafe }
    }

    /// Sets the safety of the command; [`Safety::Unsafe`] by default.
    pub fn safety(self, safety: Safety) -> Self {
        Self { safety, ..self }
    }

    /// Adds the header `Retry-After` to a response.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        if let Ok(response) = &mut self.result {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
            response.headers.extend(headers);
        }
        self
    }

    /// Builds the error. A successful response, which is not an error, results in
    /// [`ErrorKind::Ended`].
    #[must_use]
    pub fn build(self) -> Error {
        let signer = Signer::new(&Credentials::new(Account::new("TESTKEY", 158), SecretKey::new("test")));
        let command = RawCommand::new("test.command").with_safety(self.safety);
        let options = CallOptions::default().max_attempts(1);
        let mut call = Call::new(signer, Endpoint::default(), command).with_options(options);
        let now = Now::new(UnixTime(1_700_000_000), Duration::ZERO);
        let _ = call.next(now);
        call.handle(now, self.result);
        match call.next(now) {
            Step::Done(result) => result.err(),
            Step::Send(_) | Step::Wait(_) => None,
        }
        .unwrap_or_else(|| call.error_of_kind(ErrorKind::Ended))
    }
}
