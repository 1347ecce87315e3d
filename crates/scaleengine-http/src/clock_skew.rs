//! The difference between this machine's clock and the server's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use scaleengine_proto::UnixTime;

/// The number of seconds that this machine's clock is behind the server's; 0 until a response shows
/// a difference. Clones share the value, so that a correction by one call applies to the next.
#[derive(Debug, Clone, Default)]
pub struct ClockSkew(Arc<AtomicI64>);

impl ClockSkew {
    /// Creates a clock skew of 0 seconds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the seconds to add to this machine's time.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Converts a time of this machine to the server's time, with which requests are signed.
    #[must_use]
    pub fn apply(&self, now: UnixTime) -> UnixTime {
        UnixTime(now.0.saturating_add(self.seconds()))
    }

    /// Adopts the server's time if a request signed with the skew `signed_with` was wrong by 30 s
    /// to 24 h, and returns whether it was. A smaller difference does not explain a refused
    /// timestamp, and a larger one is not trusted. The current skew is ignored: each of several
    /// concurrent calls has to detect the error.
    pub(crate) fn correct(&self, signed_with: i64, now: UnixTime, server: UnixTime) -> bool {
        let wrong = (30..=86_400).contains(&server.0.abs_diff(now.0.saturating_add(signed_with)));
        if wrong {
            self.0.store(server.0.saturating_sub(now.0), Ordering::Relaxed);
        }
        wrong
    }
}
