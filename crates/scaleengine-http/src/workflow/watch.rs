//! Watches live streams: polls each of them, and reports when one goes up or down.

use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

use scaleengine_proto::{Document, Reply, UnixTime, stream};
use scaleengine_sign::Signer;

use crate::call::{Call, Step};
use crate::clock::Now;
use crate::effect::Effect;
use crate::error::{Error, ErrorKind};
use crate::machine::{Configure, Machine};
use crate::settings::CallSettings;
use crate::transport::TransportError;
use crate::wire::WireResponse;
use crate::workflow::StreamName;

/// The state of a stream, as far as the API has reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StreamState {
    /// The stream is live.
    Up,
    /// The API reported that the stream is not live.
    Down,
    /// The API could not be reached, or failed in any other way.
    Unknown,
}

impl fmt::Display for StreamState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StreamState::Up => "up",
            StreamState::Down => "down",
            StreamState::Unknown => "unknown",
        })
    }
}

/// The times of a watch.
///
/// A grace time keeps a blip from being reported: a change is reported only once the new state has
/// lasted for it. Polls of unknown result neither confirm nor interrupt it. The first state of a
/// stream is reported at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchOptions {
    every: Duration,
    up_for: Duration,
    down_for: Duration,
    unknown_for: Duration,
}

impl Default for WatchOptions {
    /// Polls every 5 s, without grace times.
    fn default() -> Self {
        let none = Duration::ZERO;
        Self { every: Duration::from_secs(5), up_for: none, down_for: none, unknown_for: none }
    }
}

impl WatchOptions {
    /// Sets the time between two polls of a stream; 5 s by default, 1 s at least.
    #[must_use]
    pub fn every(self, every: Duration) -> Self {
        Self { every: every.max(Duration::from_secs(1)), ..self }
    }

    /// Sets how long a stream must be up before that is reported; 0 by default.
    #[must_use]
    pub fn up_for(self, up_for: Duration) -> Self {
        Self { up_for, ..self }
    }

    /// Sets how long a stream must be down before that is reported; 0 by default.
    #[must_use]
    pub fn down_for(self, down_for: Duration) -> Self {
        Self { down_for, ..self }
    }

    /// Sets how long the state must be unknown before that is reported; 0 by default.
    #[must_use]
    pub fn unknown_for(self, unknown_for: Duration) -> Self {
        Self { unknown_for, ..self }
    }

    fn grace(self, state: StreamState) -> Duration {
        match state {
            StreamState::Up => self.up_for,
            StreamState::Down => self.down_for,
            StreamState::Unknown => self.unknown_for,
        }
    }
}

/// A change of a stream's state.
#[derive(Debug)]
#[non_exhaustive]
pub struct WatchEvent {
    /// The stream.
    pub stream: StreamName,
    /// The new state.
    pub state: StreamState,
    /// The state that was reported before; `None` for the first event of a stream.
    pub before: Option<StreamState>,
    /// The time of the poll that completed the grace time.
    pub at: UnixTime,
    /// How long the new state had lasted then.
    pub lasted: Duration,
    /// The error of the last poll, if the new state is not [`StreamState::Up`].
    pub error: Option<Error>,
}

/// A watch of one or many streams, as a machine. Each run returns the next event; running it again
/// continues the watch, which never ends.
///
/// A poll is a `stream.details` call with one attempt. Polls of several streams follow each other;
/// to watch many streams of a slow API, run several watches. If the API requests a wait
/// (`Retry-After`), the next poll of that stream waits for it.
pub struct Watch<S> {
    settings: CallSettings<S>,
    options: WatchOptions,
    streams: Vec<Watched>,
    /// The poll in progress: the position of its stream, and the call.
    poll: Option<(usize, Call<S, stream::Details>)>,
    attempts: u32,
    failed: Option<ErrorKind>,
}

/// A stream and what is known about it. Times are [`Now::mono`].
struct Watched {
    name: StreamName,
    due: Duration,
    reported: Option<StreamState>,
    /// The last certain state, and when it began.
    certain: Option<(StreamState, Duration)>,
    /// When the state became unknown.
    unknown: Option<Duration>,
}

impl Watched {
    /// Takes the result of a poll. Returns how long the state has lasted if it must be reported.
    fn observe(&mut self, state: StreamState, now: Duration, options: WatchOptions) -> Option<Duration> {
        let since = if state == StreamState::Unknown {
            *self.unknown.get_or_insert(now)
        } else {
            self.unknown = None;
            match self.certain {
                Some((certain, since)) if certain == state => since,
                _ => {
                    self.certain = Some((state, now));
                    now
                }
            }
        };
        let lasted = now.saturating_sub(since);
        if self.reported == Some(state) || self.reported.is_some() && lasted < options.grace(state) {
            return None;
        }
        self.reported = Some(state);
        if state == StreamState::Unknown {
            // Afterwards a certain state has to last for its whole grace time again.
            self.certain = None;
        }
        Some(lasted)
    }
}

impl<S: Borrow<Signer> + Clone> Watch<S> {
    /// Creates a watch of streams. The deadline and the timeout of the settings are those of each
    /// poll.
    pub fn new(
        settings: CallSettings<S>,
        streams: impl IntoIterator<Item = StreamName>,
        options: WatchOptions,
    ) -> Self {
        let watched = |name| Watched { name, due: Duration::ZERO, reported: None, certain: None, unknown: None };
        let streams = streams.into_iter().map(watched).collect();
        Self { settings, options, streams, poll: None, attempts: 0, failed: None }
    }

    fn begin(&self, index: usize) -> Option<Call<S, stream::Details>> {
        let mut settings = self.settings.clone();
        settings.options = settings.options.max_attempts(1);
        settings.began = None;
        Some(Call::with_settings(settings, self.streams.get(index)?.name.details()))
    }

    fn settle(&mut self, index: usize, outcome: Result<Reply<Document>, Error>, now: Now) -> Option<WatchEvent> {
        let options = self.options;
        let watched = self.streams.get_mut(index)?;
        let (state, error) = match outcome {
            Ok(_) => (StreamState::Up, None),
            Err(error) if error.is_not_live() => (StreamState::Down, Some(error)),
            Err(error) => (StreamState::Unknown, Some(error)),
        };
        if let Some(wait) = error.as_ref().and_then(Error::retry_after) {
            watched.due = watched.due.max(now.mono.saturating_add(wait));
        }
        let before = watched.reported;
        let lasted = watched.observe(state, now.mono, options)?;
        Some(WatchEvent { stream: watched.name.clone(), state, before, at: now.wall, lasted, error })
    }
}

impl<S: Borrow<Signer> + Clone> Machine for Watch<S> {
    type Output = Result<WatchEvent, Error>;

    fn name(&self) -> &str {
        "stream watch"
    }

    fn next(&mut self, now: Now) -> Step<Self::Output> {
        if let Some(kind) = self.failed.take() {
            return Step::Done(Box::new(Err(Error::new(kind, Effect::None, self.attempts, None))));
        }
        loop {
            if let Some((index, call)) = &mut self.poll {
                let index = *index;
                match call.next(now) {
                    Step::Send(request) => {
                        self.attempts = self.attempts.saturating_add(1);
                        return Step::Send(request);
                    }
                    Step::Wait(time) => return Step::Wait(time),
                    Step::Done(outcome) => {
                        self.poll = None;
                        if let Some(event) = self.settle(index, *outcome, now) {
                            return Step::Done(Box::new(Ok(event)));
                        }
                    }
                }
                continue;
            }
            let next = self.streams.iter().enumerate().min_by_key(|(_, watched)| watched.due);
            let Some((index, due)) = next.map(|(index, watched)| (index, watched.due)) else {
                // Nothing to watch, so nothing ever happens.
                return Step::Wait(Duration::MAX);
            };
            if now.mono < due {
                return Step::Wait(due.saturating_sub(now.mono));
            }
            self.poll = self.begin(index).map(|call| (index, call));
            if let Some(watched) = self.streams.get_mut(index) {
                watched.due = now.mono.saturating_add(self.options.every);
            }
        }
    }

    fn handle(&mut self, now: Now, result: Result<WireResponse, TransportError>) {
        if let Some((_, call)) = &mut self.poll {
            call.handle(now, result);
        }
    }

    fn effect(&self) -> Effect {
        Effect::None
    }

    fn attempts(&self) -> u32 {
        self.attempts
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        output.as_ref().err()
    }
}

impl<S: Borrow<Signer> + Clone> Configure<S> for Watch<S> {
    fn configure(&mut self, change: &mut dyn FnMut(&mut CallSettings<S>)) {
        // The deadline is that of each poll, not that of the watch.
        self.settings.began = None;
        change(&mut self.settings);
    }

    fn fail(&mut self, kind: ErrorKind) {
        self.failed = Some(kind);
    }
}

impl<S> fmt::Debug for Watch<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("streams", &self.streams.len())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A wait until a stream is in a state, as a machine.
#[derive(Debug)]
pub struct WaitUntil<S> {
    watch: Watch<S>,
    state: StreamState,
    timeout: Duration,
    end: Option<Duration>,
    last: Option<WatchEvent>,
}

/// The error of a stream that did not reach a state in time.
#[derive(Debug, thiserror::Error)]
#[error("the stream was not {state} within {} s; last state: {}", .timeout.as_secs(), shown(*last))]
#[non_exhaustive]
pub struct WaitError {
    /// The state that was waited for.
    pub state: StreamState,
    /// The timeout.
    pub timeout: Duration,
    /// The last state; `None` if no poll ended in time.
    pub last: Option<StreamState>,
    /// The error of the poll that found it.
    #[source]
    pub error: Option<Error>,
}

fn shown(last: Option<StreamState>) -> String {
    last.map_or_else(|| "none".to_owned(), |last| last.to_string())
}

impl<S: Borrow<Signer> + Clone> WaitUntil<S> {
    /// Creates a wait of at most `timeout`, with a poll each `every`.
    pub fn new(
        settings: CallSettings<S>,
        stream: StreamName,
        state: StreamState,
        every: Duration,
        timeout: Duration,
    ) -> Self {
        let options = WatchOptions::default().every(every);
        Self { watch: Watch::new(settings, [stream], options), state, timeout, end: None, last: None }
    }

    fn ended(&mut self, error: Option<Error>) -> Step<Result<(), WaitError>> {
        let (last, seen) = self.last.take().map_or((None, None), |event| (Some(event.state), event.error));
        let error = WaitError { state: self.state, timeout: self.timeout, last, error: error.or(seen) };
        Step::Done(Box::new(Err(error)))
    }
}

impl<S: Borrow<Signer> + Clone> Machine for WaitUntil<S> {
    type Output = Result<(), WaitError>;

    fn name(&self) -> &str {
        "stream wait"
    }

    fn next(&mut self, now: Now) -> Step<Self::Output> {
        let end = *self.end.get_or_insert_with(|| now.mono.saturating_add(self.timeout));
        loop {
            match self.watch.next(now) {
                Step::Done(outcome) => match *outcome {
                    Ok(event) if event.state == self.state => return Step::Done(Box::new(Ok(()))),
                    Ok(event) => {
                        // No later poll can succeed.
                        let hopeless = event
                            .error
                            .as_ref()
                            .is_some_and(|error| error.is_unauthorized() || matches!(error.kind(), ErrorKind::Sign(_)));
                        self.last = Some(event);
                        if hopeless {
                            return self.ended(None);
                        }
                    }
                    Err(error) => return self.ended(Some(error)),
                },
                Step::Send(request) if now.mono < end => return Step::Send(request),
                Step::Wait(_) | Step::Send(_) if now.mono >= end => return self.ended(None),
                Step::Wait(time) => return Step::Wait(time.min(end.saturating_sub(now.mono))),
                Step::Send(_) => return self.ended(None),
            }
        }
    }

    fn handle(&mut self, now: Now, result: Result<WireResponse, TransportError>) {
        self.watch.handle(now, result);
    }

    fn effect(&self) -> Effect {
        Effect::None
    }

    fn attempts(&self) -> u32 {
        self.watch.attempts()
    }

    fn error(output: &Self::Output) -> Option<&Error> {
        output.as_ref().err().and_then(|error| error.error.as_ref())
    }
}

impl<S: Borrow<Signer> + Clone> Configure<S> for WaitUntil<S> {
    fn configure(&mut self, change: &mut dyn FnMut(&mut CallSettings<S>)) {
        self.watch.configure(change);
    }

    fn fail(&mut self, kind: ErrorKind) {
        self.watch.fail(kind);
    }
}
