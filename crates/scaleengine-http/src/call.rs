//! One call as a state machine: no socket, no clock, no runtime.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use scaleengine_proto::code::Documented;
use scaleengine_proto::{ApiFailure, Code, Command, DecodeError, Reply, Safety, UnixTime, decode};
use scaleengine_sign::{SignError, SignedPayload, Signer};

use crate::clock::Now;
use crate::endpoint::Endpoint;
use crate::error::{Effect, Error, ErrorKind, StatusError};
use crate::form::Encoding;
use crate::transport::{Sent, TransportError};
use crate::wire::{Limits, WireRequest, WireResponse};

/// What can be set for a client and for a single call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// How the form is encoded.
    pub encoding: Encoding,
    /// What bounds each attempt.
    pub limits: Limits,
}

/// What a driver has to do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<T> {
    /// Send this, once, and tell the outcome with [`Call::answer`].
    Send(WireRequest),
    /// It has ended.
    Done(Box<T>),
}

impl<T> Step<T> {
    /// The same step of a machine that ends with something else.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Step::Send(request) => Step::Send(request),
            Step::Done(outcome) => Step::Done(Box::new(convert(*outcome))),
        }
    }
}

/// How a call ends.
type Outcome<T> = Result<Reply<T>, Error>;

/// One call: a command, who signs it, and where it goes.
///
/// `S` is a signer by value, by reference or in an `Arc`, so that one type serves a borrowed loop and a spawned task. In
/// this version a call makes one attempt.
pub struct Call<S, C: Command> {
    signer: S,
    endpoint: Endpoint,
    command: C,
    options: CallOptions,
    state: State<C::Reply>,
    attempts: u32,
    effect: Effect,
    elapsed: Duration,
}

enum State<T> {
    /// Nothing was handed out.
    Ready,
    /// A request was handed out and its outcome not told.
    Sent { at: Duration },
    /// The outcome was told and not taken.
    Answered(Box<Outcome<T>>),
    /// The outcome was taken.
    Ended,
}

impl<S: Borrow<Signer>, C: Command> Call<S, C> {
    /// A call that has not begun.
    pub fn new(signer: S, endpoint: Endpoint, command: C) -> Self {
        Self {
            signer,
            endpoint,
            command,
            options: CallOptions::default(),
            state: State::Ready,
            attempts: 0,
            effect: Effect::None,
            elapsed: Duration::ZERO,
        }
    }

    /// With other options.
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The command.
    pub fn command(&self) -> &C {
        &self.command
    }

    /// What would be signed as of a time; the call itself does not move.
    ///
    /// # Errors
    ///
    /// The command cannot be signed.
    pub fn payload(&self, at: UnixTime) -> Result<SignedPayload, SignError> {
        self.signer.borrow().sign(&self.command, at)
    }

    /// What would be sent as of a time; the call itself does not move.
    ///
    /// # Errors
    ///
    /// The command cannot be signed.
    pub fn request(&self, at: UnixTime) -> Result<WireRequest, SignError> {
        let CallOptions { encoding, limits } = self.options;
        WireRequest::new(self.endpoint.clone(), &self.payload(at)?, encoding, limits)
    }

    /// What to do next.
    ///
    /// Asked again while the outcome of a request was not told (a driver was dropped), the call ends: it is not known
    /// what became of that request.
    pub fn next(&mut self, now: Now) -> Step<Outcome<C::Reply>> {
        let kind = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready => match self.request(now.wall) {
                Ok(request) => {
                    self.attempts += 1;
                    self.effect = self.at_most(Effect::Unknown);
                    self.state = State::Sent { at: now.mono };
                    return Step::Send(request);
                }
                Err(error) => ErrorKind::Sign(error),
            },
            State::Answered(outcome) => return Step::Done(outcome),
            State::Sent { .. } => ErrorKind::Interrupted,
            State::Ended => ErrorKind::Ended,
        };
        Step::Done(Box::new(Err(self.error(kind))))
    }

    /// Tells what became of the request that [`Call::next`] handed out. Without such a request it changes nothing.
    pub fn answer(&mut self, now: Now, outcome: Result<WireResponse, TransportError>) {
        let State::Sent { at } = self.state else { return };
        self.elapsed = now.mono.saturating_sub(at);
        let (effect, outcome, response) = match outcome {
            Ok(response) => {
                let (effect, outcome) = read(&response);
                (effect, outcome, Some(response))
            }
            Err(error) => (effect_of_transport(&error), Err(ErrorKind::Transport(error)), None),
        };
        self.effect = self.at_most(effect);
        let outcome = outcome.map_err(|kind| Error::new(kind, self.effect, self.attempts, response));
        self.state = State::Answered(Box::new(outcome));
    }

    /// What the call may have done at the server, as far as is known at this moment.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// How often a request was handed out.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long the last attempt took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.effect, self.attempts, None)
    }

    /// A command that changes nothing has no effect.
    fn at_most(&self, effect: Effect) -> Effect {
        if self.command.safety() == Safety::ReadOnly { Effect::None } else { effect }
    }
}

fn effect_of_transport(error: &TransportError) -> Effect {
    match error.sent() {
        Sent::No => Effect::None,
        Sent::Maybe => Effect::Unknown,
    }
}

/// What a response means. An answer of the API outranks the HTTP status.
fn read<T: serde::de::DeserializeOwned>(response: &WireResponse) -> (Effect, Result<Reply<T>, ErrorKind>) {
    let status = response.status;
    match decode(&response.body) {
        Ok(reply) => (Effect::Applied, Ok(reply)),
        Err(DecodeError::Failure(failure)) => (effect_of_failure(&failure), Err(ErrorKind::Api(failure))),
        Err(DecodeError::NotAnEnvelope { .. }) if !status.is_success() => {
            // A refusal by HTTP alone: whatever stands before the API did not let it through.
            let effect = if status.is_client_error() { Effect::None } else { Effect::Unknown };
            (effect, Err(ErrorKind::Status(StatusError { status })))
        }
        Err(error @ DecodeError::Data { .. }) => (Effect::Applied, Err(ErrorKind::Decode(error))),
        Err(error) => (Effect::Unknown, Err(ErrorKind::Decode(error))),
    }
}

fn effect_of_failure(failure: &ApiFailure) -> Effect {
    match failure.code().and_then(Code::known) {
        // A failure that says "queued" is no clear no.
        Some(Documented::ServerFault | Documented::Queued) => Effect::Unknown,
        _ => Effect::None,
    }
}

impl<S, C: Command> fmt::Debug for Call<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("command", &self.command.wire_name())
            .field("endpoint", &self.endpoint)
            .field("attempts", &self.attempts)
            .field("effect", &self.effect)
            .finish_non_exhaustive()
    }
}
