//! Spans and events for subscribers of `tracing`, with the names of OpenTelemetry's conventions for
//! RPC clients. All are at the level `debug`, and none contains a parameter value.
//!
//! - `scaleengine.call`, one span per call: `otel.kind`, `otel.name`, `rpc.system.name`,
//!   `rpc.method`, `server.address`, and at its end `rpc.response.status_code`, `error.type`,
//!   `outcome`, `effect`, `attempts`, `duration_ms`.
//! - `scaleengine.attempt`, a child span per attempt: `http.request.method`,
//!   `http.request.resend_count`, `server.address`, and at its end `http.response.status_code` or
//!   `error.type`, and `duration_ms`.
//!
//! Without the feature `tracing`, this module does nothing.

#[cfg(feature = "tracing")]
mod real {
    use std::time::Duration;

    use scaleengine_proto::{ApiFailure, Code};
    use tracing::field::{Empty, display};
    use tracing::{Span, debug, debug_span};

    use crate::effect::Effect;
    use crate::error::{Error, ErrorKind};
    use crate::machine::Machine;
    use crate::observe::CallEventKind;
    use crate::transport::Sent;
    use crate::wire::WireRequest;

    /// The target, for filters.
    const TARGET: &str = "scaleengine";

    /// The spans of one run of a machine. If dropped before the machine ends, it records the
    /// effect.
    pub(crate) struct Trace {
        call: Span,
        attempt: Span,
        attempts: u32,
        effect: Effect,
        ended: bool,
    }

    impl Trace {
        pub(crate) fn new(machine: &impl Machine) -> Self {
            let name = machine.name();
            let call = debug_span!(
                target: TARGET,
                "scaleengine.call",
                otel.kind = "client",
                otel.name = name,
                rpc.system.name = "scaleengine",
                rpc.method = name,
                server.address = Empty,
                rpc.response.status_code = Empty,
                error.type = Empty,
                outcome = Empty,
                effect = Empty,
                attempts = Empty,
                duration_ms = Empty,
            );
            Self { call, attempt: Span::none(), attempts: machine.attempts(), effect: machine.effect(), ended: false }
        }

        /// Polls a future within the span of the attempt.
        pub(crate) fn within<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
            let span = self.attempt.clone();
            async move {
                let mut future = std::pin::pin!(future);
                std::future::poll_fn(|context| span.in_scope(|| future.as_mut().poll(context))).await
            }
        }

        /// Runs a function within the span of the attempt.
        pub(crate) fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
            self.attempt.in_scope(work)
        }

        pub(crate) fn sending(&mut self, machine: &impl Machine, request: &WireRequest) {
            (self.attempts, self.effect) = (machine.attempts(), machine.effect());
            let host = request.endpoint().uri().host().unwrap_or_default();
            if self.attempts == 1 {
                self.call.record("server.address", host);
            }
            self.attempt = debug_span!(
                target: TARGET,
                parent: &self.call,
                "scaleengine.attempt",
                otel.kind = "client",
                http.request.method = "POST",
                http.request.resend_count = self.attempts.saturating_sub(1),
                server.address = host,
                http.response.status_code = Empty,
                error.type = Empty,
                duration_ms = Empty,
            );
        }

        pub(crate) fn received(&mut self, machine: &impl Machine, event: &CallEventKind<'_>) {
            self.effect = machine.effect();
            let (attempt, effect) = (self.attempts, self.effect);
            match event {
                CallEventKind::Received { status, elapsed } => {
                    self.attempt.record("http.response.status_code", status);
                    self.attempt.record("duration_ms", milliseconds(*elapsed));
                    self.call.in_scope(|| debug!(target: TARGET, attempt, status, %effect, "response received"));
                }
                CallEventKind::NotReceived { kind, sent, elapsed } => {
                    self.attempt.record("error.type", kind.name());
                    self.attempt.record("duration_ms", milliseconds(*elapsed));
                    let sent = if *sent == Sent::No { "no" } else { "maybe" };
                    let kind = kind.name();
                    self.call.in_scope(|| debug!(target: TARGET, attempt, kind, sent, %effect, "no complete response"));
                }
                _ => {}
            }
            self.attempt = Span::none();
        }

        pub(crate) fn waiting(&self, wait: Duration) {
            self.call.in_scope(|| debug!(target: TARGET, attempt = self.attempts, ?wait, "waiting"));
        }

        pub(crate) fn ended(&mut self, machine: &impl Machine, error: Option<&Error>, elapsed: Duration) {
            self.ended = true;
            (self.attempts, self.effect) = (machine.attempts(), machine.effect());
            self.record(if error.is_some() { "failure" } else { "success" });
            self.call.record("duration_ms", milliseconds(elapsed));
            let code = error.and_then(Error::api).and_then(ApiFailure::code).map(Code::as_str);
            let (attempts, effect) = (self.attempts, self.effect);
            match error {
                None => {
                    self.call.record("rpc.response.status_code", "success");
                    self.call.in_scope(|| debug!(target: TARGET, attempts, %effect, "call succeeded"));
                }
                Some(error) => {
                    let kind = match error.kind() {
                        ErrorKind::Transport(error) => error.kind().name(),
                        kind => kind.name(),
                    };
                    if let Some(code) = code {
                        self.call.record("rpc.response.status_code", code);
                    }
                    self.call.record("error.type", code.unwrap_or(kind));
                    self.call.in_scope(|| debug!(target: TARGET, attempts, %effect, kind, code, "call failed"));
                }
            }
        }

        fn record(&self, outcome: &str) {
            self.call.record("outcome", outcome);
            self.call.record("effect", display(self.effect));
            self.call.record("attempts", self.attempts);
        }
    }

    impl Drop for Trace {
        fn drop(&mut self) {
            if !self.ended {
                self.record("dropped");
                let (attempts, effect) = (self.attempts, self.effect);
                self.call.in_scope(|| debug!(target: TARGET, attempts, %effect, "call dropped before its end"));
            }
        }
    }

    fn milliseconds(time: Duration) -> u64 {
        u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(not(feature = "tracing"))]
mod real {
    use std::time::Duration;

    use crate::error::Error;
    use crate::machine::Machine;
    use crate::observe::CallEventKind;
    use crate::wire::WireRequest;

    pub(crate) struct Trace;

    #[expect(clippy::unused_self, reason = "used with the feature `tracing`")]
    impl Trace {
        pub(crate) fn new(_: &impl Machine) -> Self {
            Self
        }

        pub(crate) fn within<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
            work()
        }

        pub(crate) fn sending(&mut self, _: &impl Machine, _: &WireRequest) {}

        pub(crate) fn received(&mut self, _: &impl Machine, _: &CallEventKind<'_>) {}

        pub(crate) fn waiting(&self, _: Duration) {}

        pub(crate) fn ended(&mut self, _: &impl Machine, _: Option<&Error>, _: Duration) {}
    }
}

pub(crate) use real::Trace;
