//! The drivers: they send what a machine wants sent, and wait where it wants to wait.

use crate::call::Step;
use crate::clock::{Clock, Now, Sleep};
use crate::machine::Machine;
use crate::trace::{self, Trace};
use crate::transport::{BlockingTransport, DynTransport, TransportError};
use crate::wire::WireResponse;

/// Drives a machine to its end.
///
/// Dropping the future leaves the machine where it was: [`Machine::effect`] then says what may have happened.
pub async fn drive<M: Machine>(
    machine: &mut M,
    transport: &dyn DynTransport,
    clock: &dyn Clock,
    sleep: &dyn Sleep,
) -> M::Output {
    let mut trace = Trace::of(machine);
    let mut now = clock.now();
    loop {
        match machine.next(now) {
            Step::Send(request) => {
                trace.sending(machine.effect());
                let outcome = trace.within(transport.send_dyn(request)).await;
                now = clock.now();
                tell(machine, now, outcome, &mut trace);
            }
            Step::Wait(time) => {
                trace.waiting(time);
                sleep.sleep(time).await;
                now = clock.now();
            }
            Step::Done(outcome) => {
                trace.ended(M::error(&outcome), machine.effect());
                return *outcome;
            }
        }
    }
}

/// Drives a machine to its end on this thread, without a runtime.
pub fn drive_blocking<M: Machine>(
    machine: &mut M,
    transport: &dyn BlockingTransport,
    clock: &dyn Clock,
    sleep: &dyn Sleep,
) -> M::Output {
    let mut trace = Trace::of(machine);
    let mut now = clock.now();
    loop {
        match machine.next(now) {
            Step::Send(request) => {
                trace.sending(machine.effect());
                let outcome = trace.inside(|| transport.send(request));
                now = clock.now();
                tell(machine, now, outcome, &mut trace);
            }
            Step::Wait(time) => {
                trace.waiting(time);
                sleep.sleep_blocking(time);
                now = clock.now();
            }
            Step::Done(outcome) => {
                trace.ended(M::error(&outcome), machine.effect());
                return *outcome;
            }
        }
    }
}

fn tell<M: Machine>(machine: &mut M, now: Now, outcome: Result<WireResponse, TransportError>, trace: &mut Trace) {
    let seen = trace::seen(&outcome);
    machine.handle(now, outcome);
    trace.answered(seen, machine.effect());
}
