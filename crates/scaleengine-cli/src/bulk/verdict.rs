//! The decision about an item, from its state after earlier runs.

use scaleengine::{Command as _, Safety};

use super::input::Item;
use super::journal::{Journal, State};
use super::{Bulk, Resume};
use crate::failure::Failure;

/// The decision about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    DoneBefore,
    FailedBefore,
    /// It may have been executed, and is unsafe to repeat.
    Unknown,
}

impl Verdict {
    /// Decides about an item. Returns an error if it differs from the item of an earlier run.
    pub(super) fn of(bulk: &Bulk, journal: Option<&Journal>, item: &Item) -> Result<Self, Failure> {
        let Some((hash, state)) = journal.and_then(|journal| journal.entry(item.line)) else { return Ok(Self::Go) };
        if hash != item.hash {
            return Err(changed(&format!("line {} is different", item.line)));
        }
        let again = |wanted: fn(Resume) -> bool| bulk.resume.is_some_and(wanted);
        let harmful = item.command.safety() == Safety::Unsafe;
        Ok(match state {
            State::Done => Self::DoneBefore,
            State::Failed if !again(|resume| resume.failed) => Self::FailedBefore,
            State::Sent | State::Unknown if harmful && !again(|resume| resume.unknown) => Self::Unknown,
            _ => Self::Go,
        })
    }
}

/// Returns the failure of an input that changed since it was checked, or since an earlier run.
pub(super) fn changed(how: &str) -> Failure {
    let failure = Failure::config(format!("the input has changed: {how}"));
    failure.hint("restore the input to continue, or begin a new run with another --journal FILE")
}
