//! A look at the whole input before anything is sent: what cannot be done, what was changed, what has to be asked about.

use std::collections::BTreeMap;

use scaleengine::proto::Printable;
use scaleengine::{Client, Command as _};

use super::Bulk;
use super::hash::Hash;
use super::journal::Journal;
use super::verdict::{Verdict, changed};
use crate::confirm;
use crate::exit::Failure;
use crate::output;

/// So many lines that cannot be done are shown one by one.
const SHOWN: usize = 10;

/// What was found.
pub(super) struct Survey {
    /// Of each item; what is sent later is this and nothing else.
    pub(super) hashes: Vec<Hash>,
    /// What has to be asked about, if anything.
    pub(super) questions: Option<String>,
}

pub(super) fn survey(bulk: &Bulk, client: &Client, journal: Option<&Journal>) -> Result<Survey, Failure> {
    let (mut hashes, mut wrong, mut last) = (Vec::new(), 0, 0);
    let mut questions: BTreeMap<String, u64> = BTreeMap::new();
    for line in bulk.input.lines()? {
        let (line, failure) = match line {
            Ok(item) => {
                hashes.push(item.hash);
                last = item.line;
                let verdict = Verdict::of(bulk, journal, &item)?;
                if verdict == Verdict::Go && confirm::reason_of(&item.command).is_some() {
                    *questions.entry(item.command.wire_name().to_owned()).or_default() += 1;
                }
                let call = client.prepare(item.command);
                (item.line, call.payload(call.now()).err().map(|error| Failure::sign(&error)))
            }
            Err(unusable) => (unusable.line, Some(*unusable.failure)),
        };
        if let Some(failure) = failure {
            wrong += 1;
            if wrong <= SHOWN {
                output::note(&format!("line {line}: {}", Printable(&failure.told())));
            }
        }
    }
    if wrong > SHOWN {
        output::note(&format!("… and {} more", wrong - SHOWN));
    }
    if wrong > 0 {
        let lines = if wrong == 1 { "1 line".to_owned() } else { format!("{wrong} lines") };
        return Err(Failure::usage(format!("{lines} of the input cannot be done; nothing was sent")));
    }
    if journal.is_some_and(|journal| journal.last_line() > last) {
        return Err(changed("it is shorter"));
    }
    let questions: Vec<_> = questions.into_iter().map(|(command, count)| format!("{command} ({count})")).collect();
    Ok(Survey { hashes, questions: (!questions.is_empty()).then(|| questions.join(", ")) })
}
