//! The system's clock, timer and randomness. This is the only file of the client that reads a
//! clock, sleeps or gets random bytes. It is excluded on wasm32-unknown-unknown, which has none of
//! them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use scaleengine_proto::shared::{SPLITMIX64_STEP, splitmix64};

use crate::clock::{Clock, Now, Sleep, SleepFuture};
use crate::random::{Random, RandomError};

/// The system clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    chance: Draws,
}

#[expect(clippy::disallowed_methods, reason = "the one implementation, which all other code uses")]
impl SystemClock {
    /// Creates a clock whose monotonic time starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now(), chance: Draws::new() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one implementation, which all other code uses")]
impl Clock for SystemClock {
    fn now(&self) -> Now {
        Now { wall: SystemTime::now().into(), mono: self.start.elapsed(), draw: self.chance.draw() }
    }
}

/// A timer with its own thread, which works in every runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSleep;

impl Sleep for SystemSleep {
    fn sleep(&self, time: Duration) -> SleepFuture {
        Box::pin(futures_timer::Delay::new(time))
    }

    #[expect(clippy::disallowed_methods, reason = "the one implementation, which all other code uses")]
    fn sleep_blocking(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// The system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|_| RandomError::new())
    }
}

/// A generator of random numbers between 0 and 1 (`splitmix64`). They only spread load, so they
/// need not be secure. It is seeded once, because reading the system's source costs more than the
/// rest of a step.
#[derive(Debug)]
struct Draws(AtomicU64);

impl Draws {
    fn new() -> Self {
        Self(AtomicU64::new(getrandom::u64().unwrap_or_default()))
    }

    fn draw(&self) -> f64 {
        let state = self.0.fetch_add(SPLITMIX64_STEP, Ordering::Relaxed).wrapping_add(SPLITMIX64_STEP);
        f64::from(splitmix64(state)) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_spread_between_0_and_1() {
        let draws = Draws::new();
        let draws: Vec<f64> = (0..10_000).map(|_| draws.draw()).collect();
        assert!(draws.iter().all(|draw| (0.0..=1.0).contains(draw)));
        for tenth in 1..10_u32 {
            let below = draws.iter().filter(|draw| **draw < f64::from(tenth) / 10.0).count();
            let expected = tenth as usize * 1000;
            assert!(below.abs_diff(expected) < 300, "{below} of 10,000 below {tenth} tenths");
        }
    }
}
