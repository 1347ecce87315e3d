//! Checks the complete input before anything is sent: invalid items, changes since an earlier run,
//! commands to confirm.

use std::collections::BTreeMap;

use scaleengine::proto::Printable;
use scaleengine::{Client, Command as _, Safety};

use super::Bulk;
use super::hash::Hash;
use super::journal::Journal;
use super::summary::nothing_to_do;
use super::verdict::{Verdict, changed};
use crate::confirm;
use crate::failure::Failure;
use crate::output;

/// The maximum number of invalid lines that are shown.
const SHOWN: usize = 10;

/// The result of the check.
pub(super) struct Preflight {
    /// The hash of each item; only these items are sent later.
    pub(super) hashes: Vec<Hash>,
    /// The commands that need a confirmation, if there are any.
    pub(super) questions: Option<String>,
    /// Whether any command is unsafe to repeat.
    pub(super) harmful: bool,
}

pub(super) fn preflight(bulk: &Bulk, client: &Client, journal: Option<&Journal>) -> Result<Preflight, Failure> {
    let (mut hashes, mut wrong, mut last, mut harmful) = (Vec::new(), 0, 0, false);
    let mut questions: BTreeMap<String, u64> = BTreeMap::new();
    for line in bulk.input.items()? {
        let (line, failure) = match line {
            Ok(item) => {
                hashes.push(item.hash);
                harmful |= item.command.safety() == Safety::Unsafe;
                last = item.line;
                let verdict = Verdict::of(bulk, journal, &item)?;
                if verdict == Verdict::Go && confirm::reason_of(&item.command).is_some() {
                    *questions.entry(item.command.wire_name().to_owned()).or_default() += 1;
                }
                let call = client.call(item.command).prepare();
                (item.line, call.payload(call.now()).err().map(|error| Failure::sign(&error)))
            }
            Err(unusable) => (unusable.line, Some(*unusable.failure)),
        };
        if let Some(failure) = failure {
            wrong += 1;
            if wrong <= SHOWN {
                let hint = failure.hint.as_ref().map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
                output::note(&format!("line {line}: {}{}", Printable(&failure.told()), Printable(&hint)));
            }
        }
    }
    if wrong > SHOWN {
        output::note(&format!("… and {} more", wrong - SHOWN));
    }
    if wrong > 0 {
        let lines = if wrong == 1 { "1 invalid line".to_owned() } else { format!("{wrong} invalid lines") };
        return Err(Failure::usage(format!("the input has {lines}; nothing was sent")));
    }
    if journal.is_some_and(|journal| journal.last_line() > last) {
        return Err(changed("it is shorter"));
    }
    if hashes.is_empty() {
        return Err(nothing_to_do());
    }
    let questions: Vec<_> = questions.into_iter().map(|(command, count)| format!("{command} ({count})")).collect();
    Ok(Preflight { hashes, questions: (!questions.is_empty()).then(|| questions.join(", ")), harmful })
}
