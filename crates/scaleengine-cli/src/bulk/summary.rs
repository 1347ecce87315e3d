//! The end of a run: the reason to stop early, the summary and the exit code.

use std::path::Path;
use std::process::ExitCode;

use super::tally::Tally;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};

const GO_ON: &str = "pass --resume to continue with the remaining items";

/// The reason to take no more items.
pub(super) enum Stop {
    /// A signal arrived.
    Signal(Exit),
    /// The reader closed stdout.
    Unread(ExitCode),
    /// Every item would fail the same way.
    Every(Box<Failure>),
    /// The run cannot continue.
    Cause(Box<Failure>),
}

/// Returns the exit code or the failure of a run. `unsent` is the failure of the last unsent item.
pub(super) fn of(
    stop: Option<Stop>,
    unsent: Option<Failure>,
    tally: &Tally,
    journal: &Path,
    format: Format,
) -> Result<ExitCode, Failure> {
    let clean = stop.is_none() && tally.is_clean();
    // In human output, the error contains the counts.
    if clean || format != Format::Human {
        output::summary("bulk", &tally.to_string(), &tally.data(), format);
    }
    let failure = match stop {
        None if clean && tally.items() == 0 => nothing_to_do(),
        None if clean => return Ok(ExitCode::SUCCESS),
        Some(Stop::Unread(code)) => return Ok(code),
        Some(Stop::Signal(signal)) => {
            ended(Failure::interrupted(signal, tally.effect(), 0), tally, |_| "interrupted".to_owned())
        }
        Some(Stop::Every(cause)) => {
            ended(*cause, tally, |cause| format!("stopped early, because every item would fail the same way: {cause}"))
        }
        Some(Stop::Cause(cause)) => ended(*cause, tally, |cause| format!("stopped early: {cause}")),
        None => match unsent.filter(|_| tally.is_all_unsent()) {
            Some(cause) => ended(cause, tally, str::to_owned),
            None => partial(tally, journal),
        },
    };
    Err(failure)
}

/// Returns the failure of an input without items. It is more likely a mistake than an empty list,
/// such as a CSV whose only line was read as the column names.
pub(super) fn nothing_to_do() -> Failure {
    Failure::usage("the input contains no items; nothing was sent").hint(
        "JSONL has one object per line; CSV has the parameter names in its first line, then one item per line. If the list may be \
         empty, check that first",
    )
}

/// Adds the counts to the failure that ended a run, and keeps its exit code.
fn ended(cause: Failure, tally: &Tally, said: impl FnOnce(&str) -> String) -> Failure {
    let message = format!("{}; {tally}", said(&cause.message));
    let hint = cause.hint.iter().map(String::as_str).chain([GO_ON]).collect::<Vec<_>>().join("; ");
    Failure { message, effect: tally.effect(), ..cause }.hint(hint)
}

fn partial(tally: &Tally, journal: &Path) -> Failure {
    let failure = Failure::partial(format!("not all items succeeded: {tally}"), tally.effect());
    let remedies = [
        (tally.unsent + tally.left, "to send the unsent items, pass --resume"),
        (tally.failed, "to repeat the failed items, pass --resume --retry-failed"),
        (tally.unknown, "check the state of the unknown items; to repeat them, pass --resume --retry-unknown"),
    ];
    let remedies = remedies.into_iter().filter(|(count, _)| *count > 0).map(|(_, remedy)| remedy);
    let remedies = remedies.collect::<Vec<_>>().join("; ");
    failure.hint(format!(
        "the error of each item is on stdout of the run that sent it; {remedies} (journal: {})",
        journal.display()
    ))
}
