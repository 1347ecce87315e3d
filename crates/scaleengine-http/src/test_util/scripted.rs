//! A transport without a network.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::transport::{BlockingTransport, Transport, TransportError, TransportErrorKind};
use crate::wire::{WireRequest, WireResponse};

type Outcome = Result<WireResponse, TransportError>;
type Next = Box<dyn FnOnce(&WireRequest) -> Outcome + Send>;
type Always = Arc<dyn Fn(&WireRequest) -> Outcome + Send + Sync>;

/// An async and blocking transport that returns scripted results and records the requests. Clones
/// share both.
///
/// ```
/// use scaleengine_http::test_util::Scripted;
///
/// let transport = Scripted::new().then_json(r#"{"status":"success"}"#);
/// let forever = Scripted::always(r#"{"status":"failure","message":"Stream is not live"}"#);
/// ```
#[derive(Clone, Default)]
pub struct Scripted(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    answers: VecDeque<Next>,
    always: Option<Always>,
    requests: Vec<WireRequest>,
}

impl Scripted {
    /// Creates an empty script. A request beyond the script fails with an error that names it, and
    /// counts as not sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a script that returns HTTP 200 and this body for every request.
    #[must_use]
    pub fn always(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self::always_with(move |_| Ok(WireResponse::new(http::StatusCode::OK, body.clone())))
    }

    /// Creates a script that calls a function for every request.
    #[must_use]
    pub fn always_with(answer: impl Fn(&WireRequest) -> Outcome + Send + Sync + 'static) -> Self {
        let script = Self::new();
        script.script(|script| script.always = Some(Arc::new(answer)));
        script
    }

    /// Adds this result for the next request.
    #[must_use]
    pub fn then(self, outcome: Outcome) -> Self {
        self.then_with(|_| outcome)
    }

    /// Adds a response with HTTP 200 and this body for the next request.
    #[must_use]
    pub fn then_json(self, body: impl Into<Bytes>) -> Self {
        self.then(Ok(WireResponse::new(http::StatusCode::OK, body)))
    }

    /// Adds a function to call for the next request.
    #[must_use]
    pub fn then_with(self, answer: impl FnOnce(&WireRequest) -> Outcome + Send + 'static) -> Self {
        self.script(|script| script.answers.push_back(Box::new(answer)));
        self
    }

    /// Returns the requests so far. [`WireRequest::json`] returns the signed JSON of one.
    #[must_use]
    pub fn requests(&self) -> Vec<WireRequest> {
        self.script(|script| script.requests.clone())
    }

    fn script<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, request: &WireRequest) -> Outcome {
        let (next, always, count) = self.script(|script| {
            script.requests.push(request.clone());
            (script.answers.pop_front(), script.always.clone(), script.requests.len())
        });
        match (next, always) {
            (Some(next), _) => next(request),
            (None, Some(always)) => always(request),
            (None, None) => {
                let command = request.info().map_or("request", |info| info.command());
                let end =
                    format!("the script has no response for request {count} ({command}): add one with `then_json`");
                // A kind that is not retried, so that the test sees this error.
                Err(TransportError::not_sent(TransportErrorKind::Other, end))
            }
        }
    }
}

impl Transport for Scripted {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        self.answer(&request)
    }
}

impl BlockingTransport for Scripted {
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        self.answer(&request)
    }
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let left = self.script(|script| script.answers.len());
        f.debug_struct("Scripted").field("answers_left", &left).finish_non_exhaustive()
    }
}
