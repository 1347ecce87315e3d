//! A manual clock.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use scaleengine_proto::UnixTime;

use crate::clock::{Clock, Now, Sleep, SleepFuture};

/// A [`Clock`] and [`Sleep`] for tests. A wait returns at once, advances the time, and is recorded.
/// Clones share the time.
///
/// ```
/// use std::time::Duration;
/// use scaleengine_http::Sleep;
/// use scaleengine_http::test_util::FakeClock;
/// use scaleengine_proto::UnixTime;
///
/// let clock = FakeClock::at(UnixTime(1_700_000_000));
/// clock.sleep_blocking(Duration::from_secs(2));
/// assert_eq!(clock.waits(), [Duration::from_secs(2)]);
/// ```
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: Now,
    waits: Vec<Duration>,
}

impl FakeClock {
    /// Creates a clock set to a time.
    #[must_use]
    pub fn at(time: UnixTime) -> Self {
        Self(Arc::new(Mutex::new(State { now: Now::new(time, Duration::ZERO), waits: Vec::new() })))
    }

    /// Advances the time.
    pub fn pass(&self, time: Duration) {
        self.change(|state| {
            let before = state.now.mono.as_secs();
            state.now.mono = state.now.mono.saturating_add(time);
            let seconds = i64::try_from(state.now.mono.as_secs() - before).unwrap_or(i64::MAX);
            state.now.wall.0 = state.now.wall.0.saturating_add(seconds);
        });
    }

    /// Sets the random number of the next steps, from 0 to 1, which scales the waits between
    /// attempts; 0.5 by default. See [`Now::draw`].
    pub fn draw(&self, draw: f64) {
        self.change(|state| state.now.draw = draw);
    }

    /// Returns the waits so far.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.change(|state| state.waits.clone())
    }

    fn wait(&self, time: Duration) {
        self.change(|state| state.waits.push(time));
        self.pass(time);
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Now {
        self.change(|state| state.now)
    }
}

impl Sleep for FakeClock {
    fn sleep(&self, time: Duration) -> SleepFuture {
        // The time moves when the wait is polled: a wait that loses a race takes no time.
        let clock = self.clone();
        Box::pin(async move { clock.wait(time) })
    }

    fn sleep_blocking(&self, time: Duration) {
        self.wait(time);
    }
}
