//! Time as a value. This is the only file of the client that reads a clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use scaleengine_proto::UnixTime;

/// What a call has to be told at each step.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Now {
    /// The time of day, for the timestamp that is signed.
    pub wall: UnixTime,
    /// A time that never goes back, from any start, for what took how long.
    pub mono: Duration,
}

impl Now {
    /// The time of day, and a time that never goes back.
    #[must_use]
    pub fn new(wall: UnixTime, mono: Duration) -> Self {
        Self { wall, mono }
    }
}

/// What tells the time to a driver.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Now;
}

/// The machine's own clock.
#[derive(Debug, Clone)]
pub struct SystemClock {
    start: Instant,
}

#[expect(clippy::disallowed_methods, reason = "the one implementation that others are told to take")]
impl SystemClock {
    /// A clock whose monotonic time begins now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now() }
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
        Now { wall: Self::wall(), mono: self.start.elapsed() }
    }
}
