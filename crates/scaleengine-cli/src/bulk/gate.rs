//! The rate gate: a throttled response or HTTP 5xx closes it for all items.

use std::time::Duration;

/// The first wait if the server gives no hint; doubled each time, up to `LONGEST`.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// Waiting is hopeless after this time without any other response.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// The gate: open, closed until a time, or, after that time, letting one item through as a probe.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// `None` while the gate is open.
    closed: Option<Closed>,
}

/// The time of the first closing, the number of closings, and the end of the wait.
#[derive(Debug, Clone, Copy)]
struct Closed {
    since: Duration,
    times: u32,
    until: Duration,
}

impl Gate {
    /// Returns how many of `jobs` items may be in flight at once.
    pub(super) fn room(&self, jobs: usize, now: Duration) -> usize {
        match self.closed {
            None => jobs,
            Some(closed) if now < closed.until => 0,
            Some(_) => 1,
        }
    }

    /// Returns the remaining wait, or `None` if the gate is not closed.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        self.closed.map(|closed| closed.until.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    /// Records a throttled response and its hint, if any. Returns the new wait for all items, or
    /// `None` if the gate was closed: the request was in flight then and can only extend the wait.
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

    /// Records any other response. Requests in flight when the gate closed do not open it.
    pub(super) fn answered(&mut self, now: Duration) {
        if self.closed.is_some_and(|closed| now >= closed.until) {
            self.closed = None;
        }
    }

    /// Returns whether to give up waiting.
    pub(super) fn is_hopeless(&self, now: Duration) -> bool {
        // A hint that reaches beyond the limit counts at once.
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
    fn a_throttled_response_closes_the_gate_and_a_probe_opens_it() {
        let mut gate = Gate::default();
        assert_eq!((gate.room(8, seconds(0)), gate.wait(seconds(0))), (8, None));
        assert_eq!(gate.throttled(Some(seconds(60)), seconds(1)), Some(seconds(60)));
        // Responses to requests in flight: one with a longer wait, one a success.
        assert_eq!(gate.throttled(None, seconds(1)), None);
        assert_eq!(gate.throttled(Some(seconds(70)), seconds(2)), None);
        gate.answered(seconds(2));
        assert_eq!((gate.room(8, seconds(71)), gate.wait(seconds(62))), (0, Some(seconds(10))));
        assert_eq!((gate.room(8, seconds(72)), gate.wait(seconds(72))), (1, None));
        gate.answered(seconds(73));
        assert_eq!(gate.room(8, seconds(73)), 8);
    }

    #[test]
    fn without_a_hint_the_wait_doubles_up_to_a_limit() {
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
        // A hint of zero must not cause a busy loop.
        assert_eq!(Gate::default().throttled(Some(seconds(0)), now), Some(FIRST));
    }
}
