//! The drivers: they send what a machine wants sent, and wait where it wants to wait.

use crate::call::Step;
use crate::clock::{Clock, Sleep};
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
    loop {
        match machine.next(clock.now()) {
            Step::Send(request) => {
                trace.sending(machine.effect());
                let outcome = trace.within(transport.send_dyn(request)).await;
                tell(machine, clock, outcome, &mut trace);
            }
            Step::Wait(time) => {
                trace.waiting(time);
                sleep.sleep(time).await;
            }
            Step::Done(outcome) => {
                trace.ended(machine.effect());
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
    loop {
        match machine.next(clock.now()) {
            Step::Send(request) => {
                trace.sending(machine.effect());
                let outcome = trace.inside(|| transport.send(request));
                tell(machine, clock, outcome, &mut trace);
            }
            Step::Wait(time) => {
                trace.waiting(time);
                sleep.sleep_blocking(time);
            }
            Step::Done(outcome) => {
                trace.ended(machine.effect());
                return *outcome;
            }
        }
    }
}

fn tell<M: Machine>(
    machine: &mut M,
    clock: &dyn Clock,
    outcome: Result<WireResponse, TransportError>,
    trace: &mut Trace,
) {
    let seen = trace::seen(&outcome);
    machine.answer(clock.now(), outcome);
    trace.answered(seen, machine.effect());
}
