//! A call as a state machine, without sockets, clock, runtime or randomness.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use scaleengine_proto::{Command, Reply, Safety, UnixTime};
use scaleengine_sign::{SignError, SignedPayload, Signer};

use crate::backoff::back_off;
use crate::classify::{Classified, RetryClass};
use crate::clock::Now;
use crate::clock_skew::ClockSkew;
use crate::effect::Effect;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::options::CallOptions;
use crate::settings::CallSettings;
use crate::transport::{TransportError, TransportErrorKind};
use crate::wire::{RequestInfo, WireRequest, WireResponse};

/// The duration below which an attempt's `Date` is precise enough to correct the clock.
const PROMPT: Duration = Duration::from_secs(5);

/// The resolution of a signed timestamp.
const SECOND: Duration = Duration::from_secs(1);

/// A driver's next task.
///
/// This enum is exhaustive: another kind of step would be a breaking change, since drivers must
/// handle all of them.
#[derive(Debug)]
pub enum Step<T> {
    /// Send this request once and pass the result to [`Call::handle`].
    Send(WireRequest),
    /// Wait this long, then call [`Call::next`] again.
    Wait(Duration),
    /// The result; no step follows.
    Done(Box<T>),
}

impl<T> Step<T> {
    /// Converts the result.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Step::Send(request) => Step::Send(request),
            Step::Wait(time) => Step::Wait(time),
            Step::Done(outcome) => Step::Done(Box::new(convert(*outcome))),
        }
    }
}

/// The result of a call.
type Outcome<T> = Result<Reply<T>, Error>;

/// A call: a command and its settings.
///
/// A call makes another attempt if that is safe: after a request that was certainly not sent, and,
/// if the command is safe to repeat ([`Safety`]), after one that may have been sent. Every attempt
/// is signed anew, with a later timestamp than the one before.
///
/// `S` is a signer by value, by reference or in an `Arc`, so that a call can borrow its signer or
/// move into a task.
///
/// # States
///
/// ```text
///                 next: Send                  handle: final
///    Ready ──────────────────────▶ Sent ────────────────────────▶ Ending
///                                  ▲  │                              │
///   next, once it is time: Send    │  │ handle: may be repeated      │ next: Done
///                                  │  ▼                              ▼
///                                 Waiting ───────────────────────▶ Ended
///                                           next, no time left: Done
///
///    Sent ───────────────────────────▶ Sent      next without handle, may be repeated: Send
///    Sent ───────────────────────────▶ Ended     next without handle, else: Done
/// ```
///
/// - [`Call::next`] returns `Send` and enters `Sent`, returns `Wait` and stays in `Waiting`, or
///   returns `Done` and enters `Ended`.
/// - [`Call::handle`] leaves `Sent` for `Waiting` if another attempt is allowed, or else for
///   `Ending`. In any other state it does nothing.
/// - `next` in `Sent` means that the driver lost the result. The effect of that attempt is unknown.
///   The call makes another attempt if the command is safe to repeat and the options allow one, and
///   ends with [`ErrorKind::Interrupted`] otherwise.
/// - If the command cannot be signed or the deadline has passed, `Ready` is followed directly by
///   `Ended`.
///
/// [`Call::effect`] changes with each of these steps: it is `Unknown` in `Sent`, except for a
/// read-only command. [`Call::attempts`] changes when `next` returns `Send`, and [`Call::elapsed`]
/// when `handle` is called.
pub struct Call<S, C: Command> {
    settings: CallSettings<S>,
    command: C,
    state: State<C::Reply>,
    attempts: u32,
    /// The effect of the attempts with a known result.
    settled: Effect,
    /// The deadline, once the call has begun.
    deadline: Option<Duration>,
    /// The timestamp of the last attempt; `None` after a clock correction, which may move it back.
    signed: Option<UnixTime>,
    corrected: bool,
    elapsed: Duration,
}

enum State<T> {
    /// No request was returned yet.
    Ready,
    /// A request was returned at `at`, signed with the clock skew `offset`; its result is not
    /// known.
    Sent { at: Duration, offset: i64 },
    /// The next attempt is due at `until`; the call ends with `last` if the deadline is earlier.
    Waiting { until: Duration, last: Box<Error> },
    /// The result is decided but not yet returned.
    Ending(Box<Outcome<T>>),
    /// The result was returned.
    Ended,
}

impl<S: Borrow<Signer>, C: Command> Call<S, C> {
    /// Creates a call with default options.
    pub fn new(signer: S, endpoint: Endpoint, command: C) -> Self {
        Self::with_settings(CallSettings::new(signer, endpoint), command)
    }

    /// Creates a call with these settings.
    pub fn with_settings(settings: CallSettings<S>, command: C) -> Self {
        Self {
            settings,
            command,
            state: State::Ready,
            attempts: 0,
            settled: Effect::None,
            deadline: None,
            signed: None,
            corrected: false,
            elapsed: Duration::ZERO,
        }
    }

    /// Sets the options.
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.settings.options = options;
        self
    }

    /// Shares a clock skew estimate with other calls.
    #[must_use]
    pub fn with_clock_skew(mut self, skew: ClockSkew) -> Self {
        self.settings.clock_skew = skew;
        self
    }

    /// Returns the command.
    pub fn command(&self) -> &C {
        &self.command
    }

    /// Returns the options.
    pub fn options(&self) -> CallOptions {
        self.settings.options
    }

    /// Signs the command with this timestamp. The call keeps its state.
    ///
    /// # Errors
    ///
    /// Returns an error if the command cannot be signed.
    pub fn payload(&self, at: UnixTime) -> Result<SignedPayload, SignError> {
        self.settings.signer.borrow().sign(&self.command, at)
    }

    /// Returns the request that would be sent at this time. The call keeps its state.
    ///
    /// # Errors
    ///
    /// Returns an error if the command cannot be signed.
    pub fn request(&self, at: UnixTime) -> Result<WireRequest, SignError> {
        self.request_within(at, self.settings.options.limits.timeout, self.attempts.max(1))
    }

    fn request_within(&self, at: UnixTime, timeout: Duration, attempt: u32) -> Result<WireRequest, SignError> {
        let CallSettings { signer, endpoint, options, user_agent, .. } = &self.settings;
        let limits = options.limits.timeout(timeout);
        let request = WireRequest::new(endpoint.clone(), &self.payload(at)?, options.form_encoding, limits)?;
        let account = signer.borrow().account().clone();
        let info = RequestInfo::new(self.command.wire_name(), attempt, account);
        Ok(request.with_info(info).with_user_agent(user_agent.clone()))
    }

    /// Returns the driver's next task.
    ///
    /// If the result of the last request is missing, because its driver was dropped, an unsafe
    /// command ends, since it may have been executed; any other command is attempted again.
    pub fn next(&mut self, now: Now) -> Step<Outcome<C::Reply>> {
        let deadline = *self.deadline.get_or_insert(self.settings.ends(now));
        let last = match std::mem::replace(&mut self.state, State::Ended) {
            State::Ready => None,
            State::Waiting { until, last } if now.mono < until => {
                self.state = State::Waiting { until, last };
                return Step::Wait(until.saturating_sub(now.mono));
            }
            State::Waiting { last, .. } => Some(last),
            State::Sent { .. } => {
                self.settled = self.settled.max(Effect::Unknown);
                let last = self.error(ErrorKind::Interrupted, None).with_retry(true, false, None);
                if !self.allows(RetryClass::IfSafe(Duration::ZERO)) || now.mono >= deadline {
                    return Step::Done(Box::new(Err(last)));
                }
                Some(Box::new(last))
            }
            State::Ending(outcome) => return Step::Done(outcome),
            State::Ended => return Step::Done(Box::new(Err(self.error(ErrorKind::Ended, None)))),
        };
        let at = self.settings.clock_skew.apply(now.wall);
        if let Some(last) = last {
            if now.mono >= deadline {
                return Step::Done(Box::new(Err(*last)));
            }
            if self.signed.is_some_and(|signed| at <= signed) {
                // Two requests signed in the same second would be identical.
                let until = now.mono.saturating_add(SECOND);
                if until >= deadline {
                    return Step::Done(Box::new(Err(*last)));
                }
                self.state = State::Waiting { until, last };
                return Step::Wait(SECOND);
            }
        }
        let time = self.settings.options.limits.timeout.min(deadline.saturating_sub(now.mono));
        if time.is_zero() {
            let error = TransportError::not_sent(TransportErrorKind::Timeout, "no time is left for an attempt");
            let error = self.error(ErrorKind::Transport(error), None).with_retry(true, false, None);
            return Step::Done(Box::new(Err(error)));
        }
        match self.request_within(at, time, self.attempts + 1) {
            Ok(request) => {
                self.attempts += 1;
                self.signed = Some(at);
                self.state = State::Sent { at: now.mono, offset: at.0.saturating_sub(now.wall.0) };
                Step::Send(request)
            }
            Err(error) => Step::Done(Box::new(Err(self.error(ErrorKind::Sign(error), None)))),
        }
    }

    /// Takes the result of the request that [`Call::next`] returned. Does nothing if no request is
    /// in flight.
    pub fn handle(&mut self, now: Now, outcome: Result<WireResponse, TransportError>) {
        let State::Sent { at, offset } = self.state else { return };
        self.elapsed = now.mono.saturating_sub(at);
        let Classified { effect, result, again, response } =
            Classified::of(self.command.busy_is_result(), outcome, now.wall);
        self.settled = self.settled.max(effect);
        let error = match result {
            Ok(reply) => {
                self.state = State::Ending(Box::new(Ok(reply)));
                return;
            }
            Err(kind) => {
                let error = self.error_of(kind, self.effect_of(self.settled), response);
                let transient = !matches!(again, RetryClass::Never | RetryClass::AtTime(_));
                Box::new(error.with_retry(transient, again.is_throttled(), again.retry_after()))
            }
        };
        self.state = match self.next_attempt(again, now, offset) {
            Some(until) => State::Waiting { until, last: error },
            None => State::Ending(Box::new(Err(*error))),
        };
    }

    /// Returns the time of the next attempt, or `None` if the call ends. The last attempt was
    /// signed with the clock skew `offset`.
    fn next_attempt(&mut self, again: RetryClass, now: Now, offset: i64) -> Option<Duration> {
        if let RetryClass::AtTime(server) = again {
            // The clock is corrected even if no other attempt is allowed, for the calls after this
            // one.
            let prompt = self.elapsed < PROMPT && !self.corrected;
            // Over plain HTTP anyone on the network path can forge the date.
            let endpoint = &self.settings.endpoint;
            let trusted = endpoint.is_secure() || endpoint.is_loopback();
            if !prompt || !trusted || !self.settings.clock_skew.correct(offset, now.wall, server) {
                return None;
            }
        }
        if !self.allows(again) {
            return None;
        }
        let wait = match again {
            RetryClass::Never => return None,
            RetryClass::AtTime(_) => {
                (self.corrected, self.signed) = (true, None);
                Duration::ZERO
            }
            RetryClass::Always => self.back_off(Duration::ZERO, now),
            RetryClass::Throttled(hint) => self.back_off(hint.unwrap_or_default(), now),
            RetryClass::IfSafe(hint) => self.back_off(hint, now),
        };
        let until = now.mono.saturating_add(wait);
        self.deadline.filter(|deadline| until < *deadline).map(|_| until)
    }

    fn back_off(&self, hint: Duration, now: Now) -> Duration {
        hint.max(back_off(self.attempts, now.draw))
    }

    /// Returns whether the command, the number of attempts and the options allow another attempt.
    fn allows(&self, again: RetryClass) -> bool {
        let allowed = match again {
            RetryClass::IfSafe(_) => self.command.safety() != Safety::Unsafe,
            RetryClass::Throttled(_) => self.settings.options.retry.retry_throttled,
            _ => true,
        };
        allowed && self.attempts < self.settings.options.retry.max_attempts
    }

    /// Returns the effect of the call so far.
    pub fn effect(&self) -> Effect {
        self.effect_of(match self.state {
            State::Sent { .. } => self.settled.max(Effect::Unknown),
            _ => self.settled,
        })
    }

    /// Returns the number of attempts so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the duration of the last attempt.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the clock skew estimate.
    pub fn clock_skew(&self) -> &ClockSkew {
        &self.settings.clock_skew
    }

    /// Creates an error of a kind, with the effect and the attempts so far.
    #[cfg(feature = "test-util")]
    pub(crate) fn error_of_kind(&self, kind: ErrorKind) -> Error {
        self.error(kind, None)
    }

    fn error(&self, kind: ErrorKind, response: Option<WireResponse>) -> Error {
        self.error_of(kind, self.effect(), response)
    }

    fn error_of(&self, kind: ErrorKind, effect: Effect, response: Option<WireResponse>) -> Error {
        Error::new(kind, effect, self.attempts, response).with_safety(self.command.safety())
    }

    pub(crate) fn settings_mut(&mut self) -> &mut CallSettings<S> {
        &mut self.settings
    }

    /// Ends the call with an error before anything is sent.
    pub(crate) fn end_with(&mut self, kind: ErrorKind) {
        self.state = State::Ending(Box::new(Err(self.error(kind, None))));
    }

    /// Returns whether the result is decided but not yet returned.
    pub(crate) fn is_ending(&self) -> bool {
        matches!(self.state, State::Ending(_))
    }

    /// Returns the effect, which is always `None` for a read-only command.
    fn effect_of(&self, effect: Effect) -> Effect {
        if self.command.safety() == Safety::ReadOnly { Effect::None } else { effect }
    }
}

impl<S, C: Command> fmt::Debug for Call<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("command", &self.command.wire_name())
            .field("endpoint", &self.settings.endpoint)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
