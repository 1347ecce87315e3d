//! How far this machine's clock is from the server's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use scaleengine_proto::UnixTime;

/// Seconds to add to this machine's time for that of the server; 0 until an answer has shown otherwise. Clones share it, so that
/// what one call learns the next one knows.
#[derive(Debug, Clone, Default)]
pub struct ClockSkew(Arc<AtomicI64>);

impl ClockSkew {
    /// No offset.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The server's time at a time of this machine: what a request is to be signed with.
    #[must_use]
    pub fn apply(&self, now: UnixTime) -> UnixTime {
        UnixTime(now.0.saturating_add(self.seconds()))
    }

    /// Takes the server's word for its time, if a request that was signed with an offset was wrong by half a minute to a day. A
    /// smaller difference is no reason to refuse a timestamp, and a larger one is not to be believed. What the offset is by now
    /// does not count: of many calls at once each finds out.
    pub(crate) fn correct(&self, signed_with: i64, now: UnixTime, server: UnixTime) -> bool {
        let wrong = (30..=86_400).contains(&server.0.abs_diff(now.0.saturating_add(signed_with)));
        if wrong {
            self.0.store(server.0.saturating_sub(now.0), Ordering::Relaxed);
        }
        wrong
    }
}
