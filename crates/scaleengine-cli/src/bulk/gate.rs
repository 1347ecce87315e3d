//! The gate that all items pass: too many requests close it for all of them.

use std::time::Duration;

/// The first wait where the server does not say how long, doubled each time up to the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// So long nothing but "too many requests" is enough.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Open, closed until a time, or letting one through to see.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Since when nothing else was heard, how often, and until when it is closed.
    closed: Option<Closed>,
}

#[derive(Debug, Clone, Copy)]
struct Closed {
    since: Duration,
    times: u32,
    until: Duration,
}

impl Gate {
    /// How many may be on their way at once, of so many.
    pub(super) fn room(&self, jobs: usize, now: Duration) -> usize {
        match self.closed {
            None => jobs,
            Some(closed) if now < closed.until => 0,
            Some(_) => 1,
        }
    }

    /// How long it is closed yet.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        self.closed.map(|closed| closed.until.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    /// An item was told that these are too many requests, and perhaps how long to wait. Gives how long all wait now, where that
    /// is news; what was on its way when the gate closed tells nothing new.
    pub(super) fn throttled(&mut self, hint: Option<Duration>, now: Duration) -> Option<Duration> {
        if let Some(closed) = self.closed.filter(|closed| now < closed.until) {
            let until = closed.until.max(now.saturating_add(hint.unwrap_or_default()));
            self.closed = Some(Closed { until, ..closed });
            return None;
        }
        let (since, times) = self.closed.map_or((now, 0), |closed| (closed.since, closed.times));
        let back_off = FIRST.saturating_mul(2_u32.saturating_pow(times)).min(LONGEST);
        let wait = hint.unwrap_or(back_off).max(FIRST);
        self.closed = Some(Closed { since, times: times.saturating_add(1), until: now.saturating_add(wait) });
        Some(wait)
    }

    /// An item was answered otherwise. What was on its way when the gate closed does not open it.
    pub(super) fn answered(&mut self, now: Duration) {
        if self.closed.is_some_and(|closed| now >= closed.until) {
            self.closed = None;
        }
    }

    /// Whether there is no use in waiting any longer.
    pub(super) fn is_hopeless(&self, now: Duration) -> bool {
        // Also where it is told to wait longer.
        self.closed.is_some_and(|closed| now.max(closed.until).saturating_sub(closed.since) >= PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn it_closes_for_all_lets_one_through_and_opens() {
        let mut gate = Gate::default();
        assert_eq!((gate.room(8, seconds(0)), gate.wait(seconds(0))), (8, None));
        assert_eq!(gate.throttled(Some(seconds(60)), seconds(1)), Some(seconds(60)));
        // Seven more come back; one of them with a longer wait, one with a success.
        assert_eq!(gate.throttled(None, seconds(1)), None);
        assert_eq!(gate.throttled(Some(seconds(70)), seconds(2)), None);
        gate.answered(seconds(2));
        assert_eq!((gate.room(8, seconds(71)), gate.wait(seconds(62))), (0, Some(seconds(10))));
        assert_eq!((gate.room(8, seconds(72)), gate.wait(seconds(72))), (1, None));
        gate.answered(seconds(73));
        assert_eq!(gate.room(8, seconds(73)), 8);
    }

    #[test]
    fn without_a_hint_it_waits_longer_each_time_and_not_for_ever() {
        let (mut gate, mut now, mut waits) = (Gate::default(), seconds(5), Vec::new());
        while !gate.is_hopeless(now) {
            let wait = gate.throttled(None, now).unwrap();
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits.get(..8), Some(&[1, 2, 4, 8, 16, 32, 60, 60][..]));
        assert!(now + LONGEST >= seconds(5) + PATIENCE && waits.len() < 30, "{waits:?}");
        let mut day = Gate::default();
        day.throttled(Some(seconds(86_400)), now);
        assert!(day.is_hopeless(now));
        // A hint of nothing is no reason to run in circles.
        assert_eq!(Gate::default().throttled(Some(seconds(0)), now), Some(FIRST));
    }
}
