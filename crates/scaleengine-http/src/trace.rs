//! What a driver tells of a machine, by the feature `tracing`: one span for what is driven, one event for each attempt, each wait
//! and the end, and one for a future that is dropped. Names, numbers, codes and effects; nothing else of a request or an answer.
//!
//! Without the feature there is nothing here.

use crate::transport::{Sent, TransportError, TransportErrorKind};
use crate::wire::WireResponse;

/// What came of an attempt: the HTTP status, or why there is none.
pub(crate) type Seen = Result<u16, (TransportErrorKind, Sent)>;

pub(crate) fn seen(outcome: &Result<WireResponse, TransportError>) -> Seen {
    match outcome {
        Ok(response) => Ok(response.status.as_u16()),
        Err(error) => Err((error.kind(), error.sent())),
    }
}

#[cfg(feature = "tracing")]
mod real {
    use std::time::Duration;

    use scaleengine_proto::{ApiFailure, Code};
    use tracing::{Span, debug, info, info_span, warn};

    use super::Seen;
    use crate::effect::Effect;
    use crate::error::Error;
    use crate::machine::Machine;

    /// What a filter names.
    const TARGET: &str = "scaleengine";

    /// The span of a machine that is driven; dropped before its end, it says what may have happened.
    pub(crate) struct Trace {
        span: Span,
        attempt: u32,
        effect: Effect,
        ended: bool,
    }

    impl Trace {
        pub(crate) fn of(machine: &impl Machine) -> Self {
            let span = info_span!(target: TARGET, "scaleengine", command = machine.name());
            Self { span, attempt: 0, effect: machine.effect(), ended: false }
        }

        /// Polls a future within the span.
        pub(crate) async fn within<F: Future>(&self, future: F) -> F::Output {
            let mut future = std::pin::pin!(future);
            std::future::poll_fn(|context| self.span.in_scope(|| future.as_mut().poll(context))).await
        }

        /// Does something within the span.
        pub(crate) fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
            self.span.in_scope(work)
        }

        pub(crate) fn sending(&mut self, effect: Effect) {
            (self.attempt, self.effect) = (self.attempt + 1, effect);
        }

        pub(crate) fn answered(&mut self, seen: Seen, effect: Effect) {
            self.effect = effect;
            let attempt = self.attempt;
            self.span.in_scope(|| match seen {
                Ok(status) => info!(target: TARGET, attempt, status, effect = %effect, "answered"),
                Err((kind, sent)) => warn!(target: TARGET, attempt, ?kind, ?sent, effect = %effect, "no whole answer"),
            });
        }

        pub(crate) fn waiting(&self, time: Duration) {
            self.span.in_scope(|| debug!(target: TARGET, attempt = self.attempt, wait = ?time, "waiting"));
        }

        pub(crate) fn ended(&mut self, error: Option<&Error>, effect: Effect) {
            (self.ended, self.effect) = (true, effect);
            let attempts = self.attempt;
            self.span.in_scope(|| match error {
                None => debug!(target: TARGET, attempts, effect = %effect, "ended"),
                Some(error) => {
                    let code = error.api().and_then(ApiFailure::code).map(Code::as_str);
                    warn!(target: TARGET, attempts, effect = %effect, kind = error.kind().name(), code, "failed");
                }
            });
        }
    }

    impl Drop for Trace {
        fn drop(&mut self) {
            if !self.ended {
                let effect = self.effect;
                self.span.in_scope(
                    || warn!(target: TARGET, attempts = self.attempt, effect = %effect, "dropped before its end"),
                );
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod real {
    use std::time::Duration;

    use super::Seen;
    use crate::effect::Effect;
    use crate::error::Error;
    use crate::machine::Machine;

    /// Nothing.
    pub(crate) struct Trace;

    #[expect(clippy::unused_self, reason = "with the feature it has something to say")]
    impl Trace {
        pub(crate) fn of(_: &impl Machine) -> Self {
            Self
        }

        pub(crate) fn within<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
            work()
        }

        pub(crate) fn sending(&mut self, _: Effect) {}

        pub(crate) fn answered(&mut self, _: Seen, _: Effect) {}

        pub(crate) fn waiting(&self, _: Duration) {}

        pub(crate) fn ended(&mut self, _: Option<&Error>, _: Effect) {}
    }
}

pub(crate) use real::Trace;
