//! Time as a value, and the traits for clocks and waits.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use scaleengine_proto::UnixTime;

/// The time and randomness that a call needs at each step.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Now {
    /// The time of day, for the timestamp that is signed.
    pub wall: UnixTime,
    /// A monotonic time from an arbitrary start, for measuring durations.
    pub mono: Duration,
    /// A random number between 0 and 1, which spreads the attempts of many clients.
    pub draw: f64,
}

impl Now {
    /// Creates a value with `draw` 0.5, so that waits between attempts have half their maximum
    /// length.
    #[must_use]
    pub fn new(wall: UnixTime, mono: Duration) -> Self {
        Self { wall, mono, draw: 0.5 }
    }

    /// Sets the random number, between 0 and 1.
    #[must_use]
    pub fn draw(self, draw: f64) -> Self {
        Self { draw, ..self }
    }
}

/// A clock for drivers.
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Now;
}

/// A boxed future of a wait.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A timer with which drivers wait between two attempts.
pub trait Sleep: Send + Sync {
    /// Waits without blocking a thread.
    fn sleep(&self, time: Duration) -> SleepFuture;

    /// Waits and blocks this thread.
    fn sleep_blocking(&self, time: Duration);
}
