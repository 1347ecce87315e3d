//! The counts of a run.

use std::fmt;

use indicatif::HumanCount;
use scaleengine::Effect;
use serde_json::{Value, json};

/// The number of items in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) done: u64,
    /// Done by an earlier run.
    pub(super) before: u64,
    pub(super) failed: u64,
    /// Not executed; can be sent again.
    pub(super) unsent: u64,
    /// May have been executed.
    pub(super) unknown: u64,
    /// Not reached before the run ended.
    pub(super) left: u64,
}

impl Tally {
    /// Returns the number of items that the run reached.
    pub(super) fn items(&self) -> u64 {
        self.done + self.before + self.failed + self.unsent + self.unknown
    }

    /// Returns whether every item that the run reached is unsent.
    pub(super) fn is_all_unsent(&self) -> bool {
        self.unsent > 0 && self.done + self.before + self.failed + self.unknown == 0
    }

    /// Returns whether every item was done.
    pub(super) fn is_clean(&self) -> bool {
        self.failed + self.unsent + self.unknown + self.left == 0
    }

    pub(super) fn effect(&self) -> Effect {
        match (self.done, self.unknown) {
            (1.., _) => Effect::Applied,
            (_, 1..) => Effect::Unknown,
            _ => Effect::None,
        }
    }

    pub(super) fn data(&self) -> Value {
        let Self { done, before, failed, unsent, unknown, left } = self;
        json!({ "items": self.items() + left, "done": done, "done_before": before, "failed": failed, "unsent": unsent, "unknown": unknown, "not_reached": left })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} done", HumanCount(self.done))?;
        let others = [
            (self.before, "done by earlier runs"),
            (self.failed, "failed"),
            (self.unsent, "not sent"),
            (self.unknown, "unknown (may have been executed)"),
            (self.left, "not reached"),
        ];
        others
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .try_for_each(|(count, what)| write!(f, ", {} {what}", HumanCount(count)))
    }
}
