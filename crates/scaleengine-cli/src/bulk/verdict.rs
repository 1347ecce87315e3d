//! What is to be done with an item, by what an earlier run says of it.

use scaleengine::{Command as _, Safety};

use super::input::Item;
use super::journal::{Journal, State};
use super::{Bulk, Resume};
use crate::failure::Failure;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    DoneBefore,
    FailedBefore,
    /// It may have been executed, and a repeat may do harm.
    Unknown,
}

impl Verdict {
    /// Refuses an item that is another than it was.
    pub(super) fn of(bulk: &Bulk, journal: Option<&Journal>, item: &Item) -> Result<Self, Failure> {
        let Some((hash, state)) = journal.and_then(|journal| journal.entry(item.line)) else { return Ok(Self::Go) };
        if hash != item.hash {
            return Err(changed(&format!("line {} is another", item.line)));
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

/// The input is not the one that was looked at, now or by an earlier run.
pub(super) fn changed(how: &str) -> Failure {
    let failure = Failure::config(format!("the input is not what it was: {how}"));
    failure.hint("put it back to go on, or begin another run with another journal: --journal FILE")
}
