//! The async driver: sends what a call wants sent.

use std::borrow::Borrow;

use scaleengine_proto::{Command, Reply};
use scaleengine_sign::Signer;

use crate::call::{Call, Step};
use crate::clock::Clock;
use crate::error::Error;
use crate::transport::DynTransport;

/// Drives a call to its end.
///
/// Dropping the future leaves the call where it was: [`Call::effect`] then says what may have happened.
///
/// # Errors
///
/// The call's own.
pub async fn drive<S: Borrow<Signer>, C: Command>(
    call: &mut Call<S, C>,
    transport: &dyn DynTransport,
    clock: &dyn Clock,
) -> Result<Reply<C::Reply>, Error> {
    loop {
        match call.next(clock.now()) {
            Step::Send(request) => {
                let outcome = transport.send_dyn(request).await;
                call.answer(clock.now(), outcome);
            }
            Step::Done(outcome) => return *outcome,
        }
    }
}
