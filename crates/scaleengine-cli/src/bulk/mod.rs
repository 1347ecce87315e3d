//! `bulk`: many commands, several at a time, with a journal that lets a run go on that was stopped or killed.
//!
//! [`input`] makes items of the [`lines`] or [`records`] of an input, [`survey`] checks all of them before the first is sent, [`run`] takes
//! them from [`ahead`], sends them through the [`gate`], has [`results`] write each result, and records it in the [`journal`].

mod classify;
mod gate;
mod hash;
mod input;
mod journal;
mod lines;
mod prefetch;
mod preflight;
mod progress;
mod records;
mod results;
mod run;
mod summary;
mod tally;
mod verdict;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) use input::Input;

use crate::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::session::{self, Session};
use hash::Hash;
use journal::Journal;
use preflight::Preflight;
use run::Run;

/// A run as it was asked for.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) input: Input,
    pub(crate) jobs: usize,
    pub(crate) journal: Option<PathBuf>,
    /// Continues a run that was begun.
    pub(crate) resume: Option<Resume>,
    /// Checks the input and sends nothing.
    pub(crate) check: bool,
}

/// Options of a resumed run, which sends the unsent items in any case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resume {
    /// Sends again what may have been executed.
    pub(crate) unknown: bool,
    /// Sends again what was refused.
    pub(crate) failed: bool,
    /// Begins a new run if the journal does not exist.
    pub(crate) or_begin: bool,
}

impl Bulk {
    /// `FILE.journal` beside the input, unless it is named. Links are followed, so that the same input has the same journal under each
    /// of its names.
    fn journal_path(&self) -> Result<PathBuf, Failure> {
        match (&self.journal, &self.input.path) {
            (Some(path), _) => Ok(path.clone()),
            (None, Some(input)) => {
                input::require_file(input)?;
                let path = fs::canonicalize(input).map_err(|error| input::unread(input, &error))?;
                let mut path = path.into_os_string();
                path.push(".journal");
                Ok(path.into())
            }
            (None, None) => {
                let failure = Failure::usage("a run from stdin needs a journal: --journal FILE");
                Err(failure.hint("after a crash, the journal says which commands were sent"))
            }
        }
    }

    /// Refuses to begin what may have been done before: `--resume` without a journal, and an input with another name whose run would
    /// have another journal. Repeating does no harm where no command is unsafe to repeat.
    fn refuse_blind_repeat(&self, journal: &Journal, harmful: bool) -> Result<(), Failure> {
        let resumes_nothing = journal.is_new() && self.resume.is_some_and(|resume| !resume.or_begin);
        if resumes_nothing && harmful {
            let failure = Failure::config(format!("the journal {} does not exist", journal.path().display()));
            return Err(failure
                .hint("pass the --journal of that run; to begin a new run, leave --resume out or add --or-begin"));
        }
        if resumes_nothing {
            output::note(&format!(
                "note: the journal {} does not exist; beginning a new run",
                journal.path().display()
            ));
        }
        let Some(input) = self.input.path.as_ref().filter(|_| harmful && self.journal.is_none()) else { return Ok(()) };
        if has_other_names(input) {
            let failure = Failure::config(format!(
                "{} has more than one name (hard links), and a run under another name would not find its journal",
                input.display()
            ));
            return Err(failure.hint("name one journal for all of them: --journal FILE"));
        }
        if let Some(earlier) = journal::of_earlier_name(input, journal.path()).filter(|_| journal.is_new()) {
            let (input, earlier) = (input.display(), earlier.display());
            let failure =
                Failure::config(format!("{input} is the input of an earlier run, whose journal is {earlier}"));
            return Err(failure.hint(
                "pass that --journal with --resume to continue it; to do everything once more, remove that journal",
            ));
        }
        Ok(())
    }
}

#[cfg(unix)]
fn has_other_names(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).is_ok_and(|data| data.nlink() > 1)
}

#[cfg(not(unix))]
fn has_other_names(_: &Path) -> bool {
    false
}

pub(crate) async fn run(context: &Context, bulk: Bulk) -> Result<ExitCode, Failure> {
    if context.field.is_some() {
        return Err(Failure::usage("--field is for one answer; bulk writes a line of JSON for each: take jq"));
    }
    if bulk.check {
        let (client, _) = context.showing()?;
        let items = preflight::preflight(&bulk, &client, None)?.hashes.len();
        return output::data(format!("{items} commands, and nothing is wrong with them\n").as_bytes());
    }
    let path = bulk.journal_path()?;
    let session = Session::open(context).await?;
    let journal = Journal::open(&path, &session.client, bulk.resume.is_some(), bulk.input.path.as_deref())?;
    let outcome = match prepare(context, &bulk, &session, &journal) {
        Ok(surveyed) => Run::new(context, &bulk, &session, journal, surveyed)?.finish().await,
        Err(failure) => {
            journal.discard();
            Err(failure)
        }
    };
    session::tell_offset(&session.client);
    outcome
}

/// Checks everything that has to be right before the first command is sent. Of stdin nothing is known beforehand.
fn prepare(context: &Context, bulk: &Bulk, session: &Session, journal: &Journal) -> Result<Option<Vec<Hash>>, Failure> {
    if bulk.input.path.is_none() {
        return bulk.refuse_blind_repeat(journal, true).map(|()| None);
    }
    let Preflight { hashes, questions, harmful } = preflight::preflight(bulk, &session.client, Some(journal))?;
    bulk.refuse_blind_repeat(journal, harmful)?;
    if let Some(questions) = questions {
        confirm::ask(context, "bulk", &format!("doing nothing does not undo {questions}"))?;
    }
    Ok(Some(hashes))
}
