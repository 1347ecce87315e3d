//! Drivers: loops that perform the sends and waits of a machine.

use crate::call::Step;
use crate::clock::{Clock, Now, Sleep};
use crate::machine::Machine;
use crate::observe::Observer;
use crate::report::Report;
use crate::transport::{BlockingTransport, DynTransport};

/// The transport, clock, timer and optional observer that run a machine. `T` is an async or a
/// blocking transport.
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

    /// Begins the report of a machine before it runs, so that the report covers the facade's
    /// earlier work.
    #[doc(hidden)]
    #[must_use]
    pub fn report<M: Machine>(&self, machine: &M, now: Now) -> Report<'a> {
        Report::new(machine, self.observer, now)
    }
}

impl Driver<'_, dyn DynTransport + '_> {
    /// Runs a machine to its end.
    ///
    /// If the future is dropped, the machine keeps its state; [`Machine::effect`] then returns the
    /// effect so far.
    pub async fn run<M: Machine>(&self, machine: &mut M) -> M::Output {
        let now = self.clock.now();
        self.run_reported(machine, self.report(machine, now), now).await
    }

    /// Runs a machine whose report has begun; see [`Driver::report`].
    #[doc(hidden)]
    pub async fn run_reported<M: Machine>(&self, machine: &mut M, mut report: Report<'_>, mut now: Now) -> M::Output {
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
        let now = self.clock.now();
        self.run_blocking_reported(machine, self.report(machine, now), now)
    }

    /// Runs a machine whose report has begun; see [`Driver::report`].
    #[doc(hidden)]
    pub fn run_blocking_reported<M: Machine>(
        &self,
        machine: &mut M,
        mut report: Report<'_>,
        mut now: Now,
    ) -> M::Output {
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
