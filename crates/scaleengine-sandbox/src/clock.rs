//! The only file of the sandbox that reads a clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use scaleengine_proto::UnixTime;

/// The time of day, moved by an offset.
#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
pub(crate) fn wall(offset: i64) -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime(i64::try_from(since.as_secs()).unwrap_or(i64::MAX).saturating_add(offset))
}

/// For how long something took.
#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
pub(crate) fn start() -> Instant {
    Instant::now()
}
