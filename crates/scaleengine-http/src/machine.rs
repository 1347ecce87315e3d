//! The interface between drivers and machines: calls, and workflows made of calls.

use std::borrow::Borrow;

use scaleengine_proto::{Command, Reply};
use scaleengine_sign::Signer;

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::effect::Effect;
use crate::error::{Error, ErrorKind};
use crate::settings::CallSettings;
use crate::transport::TransportError;
use crate::wire::WireResponse;

/// A state machine that returns requests to send. It opens no socket and reads no clock.
///
/// A driver gets the next step, performs it and passes back the result, until the machine is done.
pub trait Machine {
    /// The type of the result.
    type Output;

    /// Returns the name of the operation, such as `stream.close`.
    fn name(&self) -> &str;

    /// Returns the driver's next task.
    fn next(&mut self, now: Now) -> Step<Self::Output>;

    /// Takes the result of the request that [`Machine::next`] returned.
    fn handle(&mut self, now: Now, result: Result<WireResponse, TransportError>);

    /// Returns the effect so far.
    fn effect(&self) -> Effect;

    /// Returns the number of attempts so far, over all calls.
    fn attempts(&self) -> u32;

    /// Returns the error of a failed machine: that of the last call that failed.
    fn error(output: &Self::Output) -> Option<&Error>;
}

/// A machine whose calls can be configured before it runs. `S` is the type of the signer.
pub trait Configure<S>: Machine {
    /// Changes the settings of each of its calls.
    fn configure(&mut self, change: &mut dyn FnMut(&mut CallSettings<S>));

    /// Ends the machine with an error before anything is sent. Call it only before the first step.
    fn fail(&mut self, kind: ErrorKind);
}

impl<S: Borrow<Signer>, C: Command> Machine for Call<S, C> {
    type Output = Result<Reply<C::Reply>, Error>;

    fn name(&self) -> &str {
        self.command().wire_name()
    }

    fn next(&mut self, now: Now) -> Step<Self::Output> {
        Call::next(self, now)
    }

    fn handle(&mut self, now: Now, result: Result<WireResponse, TransportError>) {
        Call::handle(self, now, result);
    }

    fn effect(&self) -> Effect {
        Call::effect(self)
    }

    fn attempts(&self) -> u32 {
        Call::attempts(self)
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        output.as_ref().err()
    }
}

impl<S: Borrow<Signer>, C: Command> Configure<S> for Call<S, C> {
    fn configure(&mut self, change: &mut dyn FnMut(&mut CallSettings<S>)) {
        change(self.settings_mut());
    }

    fn fail(&mut self, kind: ErrorKind) {
        self.end_with(kind);
    }
}
