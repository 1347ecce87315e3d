//! How often a call is attempted, and how long it waits between attempts.

use std::time::Duration;

/// What bounds a call as a whole. Each attempt has its own limits: [`crate::Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often a request is sent at most; one at least.
    pub attempts: u32,
    /// From the beginning of the call to its end, waits included.
    pub total: Duration,
    /// Whether what was throttled (HTTP 429, code 1000) is attempted again. Who has many calls at once rather ends each of them,
    /// and lets all wait together: [`crate::Error::retry_after`].
    pub when_throttled: bool,
}

impl Default for Retry {
    /// 3 attempts in 30 seconds.
    fn default() -> Self {
        Self { attempts: 3, total: Duration::from_secs(30), when_throttled: true }
    }
}

impl Retry {
    /// One attempt.
    #[must_use]
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// With so many attempts at most.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Within this time.
    #[must_use]
    pub fn total(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// With or without another attempt of what was throttled.
    #[must_use]
    pub fn when_throttled(self, again: bool) -> Self {
        Self { when_throttled: again, ..self }
    }

    /// The wait after so many attempts: anything between nothing and a bound that doubles each time ("full jitter"). `draw` is
    /// between 0 and 1.
    pub(crate) fn back_off(attempts: u32, draw: f64) -> Duration {
        const FIRST: Duration = Duration::from_millis(500);
        const LONGEST: Duration = Duration::from_secs(8);
        let doubled = FIRST.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        let draw = if draw.is_finite() { draw.clamp(0.0, 1.0) } else { 1.0 };
        doubled.min(LONGEST).mul_f64(draw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_up_to_8_seconds() {
        let bounds: Vec<_> = (1..=7).map(|attempts| Retry::back_off(attempts, 1.0).as_millis()).collect();
        assert_eq!(bounds, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(Retry::back_off(u32::MAX, 0.5), Duration::from_secs(4));
        for draw in [0.0, -1.0] {
            assert_eq!(Retry::back_off(3, draw), Duration::ZERO);
        }
        assert_eq!(Retry::back_off(1, f64::NAN), Duration::from_millis(500));
    }
}
