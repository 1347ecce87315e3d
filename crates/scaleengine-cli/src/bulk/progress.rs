//! The progress of a run: a bar on a terminal, a line every 30 s elsewhere.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::tally::Tally;
use crate::output;

/// The interval between two progress lines.
const NOW_AND_THEN: Duration = Duration::from_secs(30);

pub(super) struct Progress {
    bar: Option<ProgressBar>,
    total: Option<u64>,
    began: Duration,
    told: Duration,
}

impl Progress {
    /// Starts the display, with the total number of items if it is known.
    pub(super) fn begin(total: Option<u64>, now: Duration) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
            let template = match total {
                Some(_) => "{bar:24} {human_pos}/{human_len}  {rate}  {eta} left  {msg}",
                None => "{spinner} {human_pos}  {rate}  {msg}",
            };
            // The templates are constants: an invalid one would show in every run.
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                    // Writing to memory does not fail.
                    let _ = write!(out, "{:.0}/s", state.per_sec());
                }));
            }
            bar
        });
        Self { bar, total, began: now, told: now }
    }

    /// Updates the display after an item has settled.
    pub(super) fn settled(&mut self, tally: &Tally, now: Duration) {
        if let Some(bar) = &self.bar {
            bar.set_position(tally.items());
            let troubles = Tally { done: 0, before: 0, ..*tally };
            if !troubles.is_clean() {
                bar.set_message(tally.to_string());
            }
        } else if now.saturating_sub(self.told) >= NOW_AND_THEN {
            self.told = now;
            output::note(&self.line(tally, now));
        }
    }

    fn line(&self, tally: &Tally, now: Duration) -> String {
        let (items, of_this_run) = (tally.items(), tally.items() - tally.before);
        let took = now.saturating_sub(self.began).as_secs().max(1);
        let mut line = format!("bulk: {}", HumanCount(items));
        if let Some(total) = self.total {
            line += &format!(" of {}", HumanCount(total));
        }
        line += &format!(" items: {tally}; {}/s", HumanCount(of_this_run / took));
        if let (Some(total), 1..) = (self.total, of_this_run) {
            let left = total.saturating_sub(items).saturating_mul(took) / of_this_run;
            line += &format!(", {} left", HumanDuration(Duration::from_secs(left)));
        }
        line
    }

    /// Returns a handle that writes while the bar is hidden, from any thread.
    pub(super) fn aside(&self) -> Aside {
        Aside(self.bar.clone())
    }

    /// Reports that all items wait.
    pub(super) fn waiting(&self, why: &str, wait: Duration) {
        self.say(&format!("{why}: all items wait {}", HumanDuration(wait)));
    }

    pub(super) fn say(&self, line: &str) {
        self.aside().run(|| output::note(line));
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Writes while the bar is hidden.
pub(super) struct Aside(Option<ProgressBar>);

impl Aside {
    pub(super) fn run<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_contains_counts_rate_and_time_left() {
        let seconds = Duration::from_secs;
        let progress = Progress { bar: None, total: Some(1000), began: seconds(10), told: seconds(10) };
        let tally = Tally { done: 190, before: 100, failed: 10, ..Tally::default() };
        assert_eq!(
            progress.line(&tally, seconds(20)),
            "bulk: 300 of 1,000 items: 190 done, 100 done by earlier runs, 10 failed; 20/s, 35 seconds left"
        );
        let unbounded = Progress { total: None, ..progress };
        assert_eq!(unbounded.line(&Tally::default(), seconds(20)), "bulk: 0 items: 0 done; 0/s");
    }
}
