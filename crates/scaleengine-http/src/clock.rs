//! Time as a value.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use scaleengine_proto::UnixTime;

/// What a call has to be told at each step.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Now {
    /// The time of day, for the timestamp that is signed.
    pub wall: UnixTime,
    /// A time that never goes back, from any start, for what took how long.
    pub mono: Duration,
    /// A number between 0 and 1, drawn by chance, which spreads the attempts of many clients.
    pub draw: f64,
}

impl Now {
    /// The time of day, and a time that never goes back. Waits between attempts are half of what they may be.
    #[must_use]
    pub fn new(wall: UnixTime, mono: Duration) -> Self {
        Self { wall, mono, draw: 0.5 }
    }

    /// With a number between 0 and 1 that was drawn by chance.
    #[must_use]
    pub fn draw(self, draw: f64) -> Self {
        Self { draw, ..self }
    }
}

/// What tells the time to a driver.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Now;
}

/// A boxed future of a wait.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What waits for a driver between two attempts.
pub trait Sleep: Send + Sync {
    /// Waits without holding up a thread.
    fn sleep(&self, time: Duration) -> SleepFuture;

    /// Waits on this thread.
    fn sleep_blocking(&self, time: Duration);
}
