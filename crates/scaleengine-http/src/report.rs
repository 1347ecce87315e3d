//! Reports the steps of a driver to an observer and, with the feature `tracing`, to a subscriber.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Now;
use crate::effect::Effect;
use crate::machine::Machine;
use crate::observe::{CallEvent, CallEventKind, Observer};
use crate::trace::Trace;
use crate::transport::TransportError;
use crate::wire::{WireRequest, WireResponse};

/// The number of the next observed call in this process.
static CALLS: AtomicU64 = AtomicU64::new(1);

/// The report of one run of a machine. Public only for [`Driver::report`](crate::Driver::report).
pub struct Report<'a> {
    trace: Trace,
    observer: Option<Observed<'a>>,
    began: Duration,
    attempt_began: Duration,
}

/// An observer, and the state to report if the future is dropped.
struct Observed<'a> {
    observer: &'a Observer,
    call: u64,
    name: String,
    attempts: u32,
    effect: Effect,
    ended: bool,
}

impl<'a> Report<'a> {
    pub(crate) fn new<M: Machine>(machine: &M, observer: Option<&'a Observer>, now: Now) -> Self {
        let name = || machine.name().to_owned();
        let (attempts, effect) = (machine.attempts(), machine.effect());
        let call = || CALLS.fetch_add(1, Ordering::Relaxed);
        let observer =
            observer.map(|observer| Observed { observer, call: call(), name: name(), attempts, effect, ended: false });
        Self { trace: Trace::new(machine), observer, began: now.mono, attempt_began: now.mono }
    }

    /// Polls a future within the span of the attempt.
    pub(crate) fn within<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.trace.within(future)
    }

    /// Runs a function within the span of the attempt.
    pub(crate) fn inside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.trace.inside(work)
    }

    pub(crate) fn sending<M: Machine>(&mut self, machine: &M, request: &WireRequest, now: Now) {
        self.attempt_began = now.mono;
        self.trace.sending(machine, request);
        self.observe(machine, CallEventKind::Sending);
    }

    /// Passes a result to the machine and reports it.
    pub(crate) fn handle<M: Machine>(
        &mut self,
        machine: &mut M,
        result: Result<WireResponse, TransportError>,
        now: Now,
    ) {
        let elapsed = now.mono.saturating_sub(self.attempt_began);
        let event = match &result {
            Ok(response) => CallEventKind::Received { status: response.status.as_u16(), elapsed },
            Err(error) => CallEventKind::NotReceived { kind: error.kind(), sent: error.sent(), elapsed },
        };
        machine.handle(now, result);
        self.trace.received(machine, &event);
        self.observe(machine, event);
    }

    pub(crate) fn waiting<M: Machine>(&mut self, machine: &M, duration: Duration) {
        self.trace.waiting(duration);
        self.observe(machine, CallEventKind::Waiting { duration });
    }

    pub(crate) fn ended<M: Machine>(&mut self, machine: &M, result: &M::Output, now: Now) {
        let (error, elapsed) = (M::error(result), now.mono.saturating_sub(self.began));
        self.trace.ended(machine, error, elapsed);
        self.observe(machine, CallEventKind::Ended { error, elapsed });
        if let Some(observed) = &mut self.observer {
            observed.ended = true;
        }
    }

    fn observe<M: Machine>(&mut self, machine: &M, kind: CallEventKind<'_>) {
        if let Some(observed) = &mut self.observer {
            (observed.attempts, observed.effect) = (machine.attempts(), machine.effect());
            observed.tell(kind);
        }
    }
}

impl Observed<'_> {
    fn tell(&self, kind: CallEventKind<'_>) {
        let Self { call, name, attempts, effect, .. } = self;
        (self.observer)(&CallEvent { call: *call, name, attempts: *attempts, effect: *effect, kind });
    }
}

impl Drop for Observed<'_> {
    fn drop(&mut self) {
        // A second panic, in the observer, would abort the process.
        if !self.ended && !std::thread::panicking() {
            self.tell(CallEventKind::Dropped);
        }
    }
}
