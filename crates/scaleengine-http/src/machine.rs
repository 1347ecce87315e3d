//! What a driver moves on: a call, or a workflow made of calls.

use std::borrow::Borrow;

use scaleengine_proto::{Command, Reply};
use scaleengine_sign::Signer;

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::effect::Effect;
use crate::error::Error;
use crate::transport::TransportError;
use crate::wire::WireResponse;

/// A state machine that wants requests sent. It opens no socket and reads no clock.
///
/// A driver asks for the next step, does it, and tells the outcome, until the machine is done.
pub trait Machine {
    /// What it ends with.
    type Output;

    /// What is done, such as `stream.close`.
    fn name(&self) -> &str;

    /// What to do next.
    fn next(&mut self, now: Now) -> Step<Self::Output>;

    /// Tells what became of the request that [`Machine::next`] handed out.
    fn handle(&mut self, now: Now, outcome: Result<WireResponse, TransportError>);

    /// What was done at the server, as far as is known at this moment.
    fn effect(&self) -> Effect;

    /// The error of a call that it ended with, where it did; of several the one that counts.
    fn error(output: &Self::Output) -> Option<&Error>;
}

impl<S: Borrow<Signer>, C: Command> Machine for Call<S, C> {
    type Output = Result<Reply<C::Reply>, Error>;

    fn name(&self) -> &str {
        self.command().wire_name()
    }

    fn next(&mut self, now: Now) -> Step<Self::Output> {
        Call::next(self, now)
    }

    fn handle(&mut self, now: Now, outcome: Result<WireResponse, TransportError>) {
        Call::handle(self, now, outcome);
    }

    fn effect(&self) -> Effect {
        Call::effect(self)
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        output.as_ref().err()
    }
}
