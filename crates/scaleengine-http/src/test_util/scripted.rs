//! A transport without a network.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::transport::{BlockingTransport, Transport, TransportError, TransportErrorKind};
use crate::wire::{WireRequest, WireResponse};

/// What answers a request.
type Answer = Box<dyn FnOnce(&WireRequest) -> Result<WireResponse, TransportError> + Send>;

/// A transport that answers from a script and remembers the requests; async and blocking. Clones share both.
#[derive(Clone, Default)]
pub struct Scripted(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    requests: Vec<WireRequest>,
}

impl Scripted {
    /// An empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next request is answered with this.
    #[must_use]
    pub fn then(self, outcome: Result<WireResponse, TransportError>) -> Self {
        self.then_with(|_| outcome)
    }

    /// The next request is answered with HTTP 200 and this body.
    #[must_use]
    pub fn then_json(self, body: impl Into<Bytes>) -> Self {
        self.then(Ok(WireResponse::new(http::StatusCode::OK, body)))
    }

    /// The next request is answered by a function.
    #[must_use]
    pub fn then_with(
        self,
        answer: impl FnOnce(&WireRequest) -> Result<WireResponse, TransportError> + Send + 'static,
    ) -> Self {
        self.script(|script| script.answers.push_back(Box::new(answer)));
        self
    }

    /// The requests so far. What each says is [`WireRequest::json`].
    #[must_use]
    pub fn requests(&self) -> Vec<WireRequest> {
        self.script(|script| script.requests.clone())
    }

    fn script<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, request: &WireRequest) -> Result<WireResponse, TransportError> {
        let answer = self.script(|script| {
            script.requests.push(request.clone());
            script.answers.pop_front()
        });
        match answer {
            Some(answer) => answer(request),
            None => Err(TransportError::not_sent(TransportErrorKind::Other, "the script is at its end")),
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
