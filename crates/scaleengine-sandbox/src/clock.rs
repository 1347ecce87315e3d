//! The clock of the sandbox. No other file of the sandbox reads a clock.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use scaleengine_proto::UnixTime;

/// The machine's clock, shifted or stopped. Used for the timestamp check and for expiry, not for
/// the `Date` header.
pub(crate) struct Clock(Mutex<Hands>);

#[derive(Clone, Copy)]
enum Hands {
    Moved(i64),
    Stopped(i64),
}

impl Clock {
    pub(crate) fn moved(seconds: i64) -> Self {
        Self(Mutex::new(Hands::Moved(seconds)))
    }

    /// Returns to the machine's time, shifted by a number of seconds.
    pub(crate) fn reset(&self, seconds: i64) {
        self.change(|_| Hands::Moved(seconds));
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime(match self.hands() {
            Hands::Moved(by) => machine().saturating_add(by),
            Hands::Stopped(at) => at,
        })
    }

    pub(crate) fn is_frozen(&self) -> bool {
        matches!(self.hands(), Hands::Stopped(_))
    }

    pub(crate) fn set(&self, at: i64) {
        self.change(|hands| match hands {
            Hands::Moved(_) => Hands::Moved(at.saturating_sub(machine())),
            Hands::Stopped(_) => Hands::Stopped(at),
        });
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.change(|hands| match hands {
            Hands::Moved(by) => Hands::Moved(by.saturating_add(seconds)),
            Hands::Stopped(at) => Hands::Stopped(at.saturating_add(seconds)),
        });
    }

    pub(crate) fn freeze(&self, frozen: bool) {
        let now = self.now().0;
        self.change(|_| if frozen { Hands::Stopped(now) } else { Hands::Moved(now.saturating_sub(machine())) });
    }

    fn change(&self, change: impl FnOnce(Hands) -> Hands) {
        let mut hands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *hands = change(*hands);
    }

    fn hands(&self) -> Hands {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the machine's time, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
pub(crate) fn machine() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Returns an error if the machine's clock is at a date that a `Date` header cannot express. The
/// HTTP server would drop every connection.
#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
pub(crate) fn check() -> io::Result<()> {
    if is_expressible(SystemTime::now()) {
        return Ok(());
    }
    Err(io::Error::other("the machine's clock is before 1970 or after 9999, which HTTP cannot express; set the clock"))
}

fn is_expressible(time: SystemTime) -> bool {
    /// One second before the end of the year 9999, since the server also renders the date of the
    /// next second.
    const END: u64 = 253_402_300_799;
    time.duration_since(UNIX_EPOCH).is_ok_and(|since| since.as_secs() < END)
}

#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
pub(crate) fn start() -> Instant {
    Instant::now()
}

pub(crate) fn later(time: Duration) -> tokio::time::Instant {
    tokio::time::Instant::now() + time
}

#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
pub(crate) fn sleep(time: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_before_1970_and_after_9999_are_refused() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert!([0, 1, 4_102_444_800, 253_402_300_798].into_iter().all(|seconds| is_expressible(at(seconds))));
        assert!(
            ![253_402_300_799, 253_402_300_800, 300_000_000_000].into_iter().any(|seconds| is_expressible(at(seconds)))
        );
        assert!(
            ![1, 86_400, 4_000_000_000].into_iter().any(|ago| is_expressible(UNIX_EPOCH - Duration::from_secs(ago)))
        );
    }
}
