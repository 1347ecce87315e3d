//! How a run ends: why it stopped, if it did, and what the program says and exits with.

use std::path::Path;
use std::process::ExitCode;

use super::tally::Tally;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};

const GO_ON: &str = "--resume goes on with what is left";

/// Why no more items are taken.
pub(super) enum Stop {
    /// The program was told to.
    Signal(Exit),
    /// Nobody reads the results.
    Unread(ExitCode),
    /// What went wrong would go wrong with each of them.
    Every(Box<Failure>),
    /// It cannot go on.
    Cause(Box<Failure>),
}

/// `unsent` is why the last item was not sent that was not.
pub(super) fn of(
    stop: Option<Stop>,
    unsent: Option<Failure>,
    tally: &Tally,
    journal: &Path,
    format: Format,
) -> Result<ExitCode, Failure> {
    let clean = stop.is_none() && tally.is_clean();
    // An error says as much itself, to people.
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
            ended(*cause, tally, |cause| format!("stopped early, as this would hit every item: {cause}"))
        }
        Some(Stop::Cause(cause)) => ended(*cause, tally, |cause| format!("stopped early: {cause}")),
        None => match unsent.filter(|_| tally.is_all_unsent()) {
            Some(cause) => ended(cause, tally, str::to_owned),
            None => partial(tally, journal),
        },
    };
    Err(failure)
}

/// An input without items is more likely a mistake than an empty list, such as a CSV whose only line was taken for the names.
pub(super) fn nothing_to_do() -> Failure {
    Failure::usage("the input holds no items; nothing was sent").hint(
        "JSONL has one object on each line; CSV has a first line that names the parameters, and a line for each item. If the list may be \
         empty, test that before",
    )
}

/// The cause's own exit code, with what became of the items.
fn ended(cause: Failure, tally: &Tally, said: impl FnOnce(&str) -> String) -> Failure {
    let message = format!("{}; {tally}", said(&cause.message));
    let hint = cause.hint.iter().map(String::as_str).chain([GO_ON]).collect::<Vec<_>>().join("; ");
    Failure { message, effect: tally.effect(), ..cause }.hint(hint)
}

fn partial(tally: &Tally, journal: &Path) -> Failure {
    let failure = Failure::partial(format!("not every item was done: {tally}"), tally.effect());
    failure.hint(format!(
        "each result is on stdout; with the journal {} --resume sends what was not sent, --retry-failed what was refused too, \
         --retry-unknown what is possibly done",
        journal.display()
    ))
}
