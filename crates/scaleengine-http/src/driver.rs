//! The drivers: they send what a machine wants sent, and wait where it wants to wait.

use crate::call::Step;
use crate::clock::{Clock, Sleep};
use crate::machine::Machine;
use crate::transport::{BlockingTransport, DynTransport};

/// Drives a machine to its end.
///
/// Dropping the future leaves the machine where it was: [`Machine::effect`] then says what may have happened.
pub async fn drive<M: Machine>(
    machine: &mut M,
    transport: &dyn DynTransport,
    clock: &dyn Clock,
    sleep: &dyn Sleep,
) -> M::Output {
    loop {
        match machine.next(clock.now()) {
            Step::Send(request) => {
                let outcome = transport.send_dyn(request).await;
                machine.answer(clock.now(), outcome);
            }
            Step::Wait(time) => sleep.sleep(time).await,
            Step::Done(outcome) => return *outcome,
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
    loop {
        match machine.next(clock.now()) {
            Step::Send(request) => {
                let outcome = transport.send(request);
                machine.answer(clock.now(), outcome);
            }
            Step::Wait(time) => sleep.sleep_blocking(time),
            Step::Done(outcome) => return *outcome,
        }
    }
}
