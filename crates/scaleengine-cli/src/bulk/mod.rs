//! `bulk`: many commands, several at a time, with a journal that lets a run go on that was stopped or killed.
//!
//! [`input`] makes items of an input's [`texts`], [`survey`] looks at all of them before the first is sent, [`run`] takes them from [`ahead`], sends
//! them through the [`gate`], has [`results`] write what came of each, and notes that in the [`journal`].

mod ahead;
mod ending;
mod gate;
mod hash;
mod input;
mod journal;
mod meaning;
mod progress;
mod results;
mod run;
mod survey;
mod tally;
mod texts;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) use input::Input;

use crate::confirm;
use crate::exit::Failure;
use crate::output;
use crate::session::{self, Session};
use crate::settings::Settings;
use hash::Hash;
use journal::Journal;
use run::Run;
use survey::Survey;

/// A run as it was asked for.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) input: Input,
    pub(crate) jobs: usize,
    pub(crate) journal: Option<PathBuf>,
    /// Goes on with a run that has begun.
    pub(crate) resume: Option<Resume>,
    /// Looks at the input, and sends nothing.
    pub(crate) check: bool,
}

/// What of an earlier run is sent again, beside what was not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resume {
    /// What may have been executed.
    pub(crate) unknown: bool,
    /// What was refused.
    pub(crate) failed: bool,
}

impl Bulk {
    /// `FILE.journal` beside the input, unless it is named.
    fn journal_path(&self) -> Result<PathBuf, Failure> {
        match (&self.journal, &self.input.path) {
            (Some(path), _) => Ok(path.clone()),
            (None, Some(input)) => {
                let mut path = input.clone().into_os_string();
                path.push(".journal");
                Ok(path.into())
            }
            (None, None) => {
                let failure = Failure::usage("a run from stdin needs a journal to go on with: --journal FILE");
                Err(failure.hint("without one nobody could tell after a crash what was done"))
            }
        }
    }
}

pub(crate) async fn run(settings: &Settings, bulk: Bulk) -> Result<ExitCode, Failure> {
    if settings.field.is_some() {
        return Err(Failure::usage("--field is for one answer; bulk writes a line of JSON for each: take jq"));
    }
    if bulk.check {
        let (client, _) = settings.showing()?;
        let items = survey::survey(&bulk, &client, None)?.hashes.len();
        return output::data(format!("{items} commands, and nothing is wrong with them\n").as_bytes());
    }
    let path = bulk.journal_path()?;
    let session = Session::open(settings).await?;
    let journal = Journal::open(&path, &session.client, bulk.resume.is_some())?;
    let outcome = match prepare(settings, &bulk, &session, &journal) {
        Ok(surveyed) => Run::new(settings, &bulk, &session.client, journal, surveyed)?.finish().await,
        Err(failure) => {
            journal.discard();
            Err(failure)
        }
    };
    session::tell_offset(&session.client);
    outcome
}

/// Everything that has to be right before the first command is sent; of stdin nothing can be known.
fn prepare(
    settings: &Settings,
    bulk: &Bulk,
    session: &Session,
    journal: &Journal,
) -> Result<Option<Vec<Hash>>, Failure> {
    if bulk.input.path.is_none() {
        return Ok(None);
    }
    let Survey { hashes, questions } = survey::survey(bulk, &session.client, Some(journal))?;
    if let Some(questions) = questions {
        confirm::ask(settings, "bulk", &format!("doing nothing does not undo {questions}"))?;
    }
    Ok(Some(hashes))
}
