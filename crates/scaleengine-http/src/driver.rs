//! The drivers: they send what a machine wants sent, and wait when it wants to wait.

use crate::call::Step;
use crate::clock::{Clock, Sleep};
use crate::machine::Machine;
use crate::observe::Observer;
use crate::report::Report;
use crate::transport::{BlockingTransport, DynTransport};

/// The parts that run a machine: a transport, the time, and optionally an observer. `T` is a transport of either kind.
pub struct Driver<'a, T: ?Sized> {
    transport: &'a T,
    clock: &'a dyn Clock,
    sleep: &'a dyn Sleep,
    observer: Option<&'a Observer>,
}

impl<'a, T: ?Sized> Driver<'a, T> {
    /// Creates a driver without an observer.
    pub fn new(transport: &'a T, clock: &'a dyn Clock, sleep: &'a dyn Sleep) -> Self {
        Self { transport, clock, sleep, observer: None }
    }

    /// Sets the observer.
    #[must_use]
    pub fn observer(self, observer: Option<&'a Observer>) -> Self {
        Self { observer, ..self }
    }
}

impl Driver<'_, dyn DynTransport + '_> {
    /// Runs a machine to its end.
    ///
    /// Dropping the future leaves the machine where it was; [`Machine::effect`] then returns what may have happened.
    pub async fn run<M: Machine>(&self, machine: &mut M) -> M::Output {
        let mut now = self.clock.now();
        let mut report = Report::new(machine, self.observer, now);
        loop {
            match machine.next(now) {
                Step::Send(request) => {
                    report.sending(machine, &request, now);
                    let result = report.within(self.transport.send_dyn(request)).await;
                    now = self.clock.now();
                    report.handle(machine, result, now);
                }
                Step::Wait(duration) => {
                    report.waiting(machine, duration);
                    self.sleep.sleep(duration).await;
                    now = self.clock.now();
                }
                Step::Done(result) => {
                    report.ended(machine, &result, now);
                    return *result;
                }
            }
        }
    }
}

impl Driver<'_, dyn BlockingTransport + '_> {
    /// Runs a machine to its end on this thread, without a runtime.
    pub fn run_blocking<M: Machine>(&self, machine: &mut M) -> M::Output {
        let mut now = self.clock.now();
        let mut report = Report::new(machine, self.observer, now);
        loop {
            match machine.next(now) {
                Step::Send(request) => {
                    report.sending(machine, &request, now);
                    let result = report.inside(|| self.transport.send(request));
                    now = self.clock.now();
                    report.handle(machine, result, now);
                }
                Step::Wait(duration) => {
                    report.waiting(machine, duration);
                    self.sleep.sleep_blocking(duration);
                    now = self.clock.now();
                }
                Step::Done(result) => {
                    report.ended(machine, &result, now);
                    return *result;
                }
            }
        }
    }
}

/// Runs a machine to its end; see [`Driver::run`].
pub async fn drive<M: Machine>(
    machine: &mut M,
    transport: &dyn DynTransport,
    clock: &dyn Clock,
    sleep: &dyn Sleep,
) -> M::Output {
    Driver::new(transport, clock, sleep).run(machine).await
}

/// Runs a machine to its end on this thread; see [`Driver::run_blocking`].
pub fn drive_blocking<M: Machine>(
    machine: &mut M,
    transport: &dyn BlockingTransport,
    clock: &dyn Clock,
    sleep: &dyn Sleep,
) -> M::Output {
    Driver::new(transport, clock, sleep).run_blocking(machine)
}
