//! Time as a value. This is the only file of the client that reads a clock, and that sleeps.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use scaleengine_proto::UnixTime;

use crate::chance::Draws;

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

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    chance: Draws,
}

#[expect(clippy::disallowed_methods, reason = "the one implementation that others are told to take")]
impl SystemClock {
    /// A clock whose monotonic time begins now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now(), chance: Draws::new() }
    }

    fn wall() -> UnixTime {
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
        };
        UnixTime(seconds)
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now { wall: Self::wall(), mono: self.start.elapsed(), draw: self.chance.draw() }
    }
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

/// Waits by a timer thread of its own, so that it does in every runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSleep;

impl Sleep for SystemSleep {
    fn sleep(&self, time: Duration) -> SleepFuture {
        Box::pin(futures_timer::Delay::new(time))
    }

    #[expect(clippy::disallowed_methods, reason = "the one implementation that others are told to take")]
    fn sleep_blocking(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
