//! `bulk`: sends many commands, several at a time. A journal lets an interrupted run resume.
//!
//! [`input`] turns [`lines`] or [`records`] into items. [`preflight`] checks all items of a file
//! before the first is sent. [`mod@run`] takes items from [`prefetch`], sends them when the
//! [`gate`] allows it, passes each result to [`results`], and records each state in the
//! [`journal`].

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

use indicatif::HumanCount;
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

/// The options of a bulk run.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) input: Input,
    pub(crate) jobs: usize,
    pub(crate) journal: Option<PathBuf>,
    /// Options for resuming; `None` begins a new run.
    pub(crate) resume: Option<Resume>,
    /// Whether to check the input without sending anything.
    pub(crate) check: bool,
}

/// Options of a resumed run. Unsent items are sent in any case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resume {
    /// Whether to resend items that may have been executed.
    pub(crate) unknown: bool,
    /// Whether to resend items that were refused.
    pub(crate) failed: bool,
    /// Whether to begin a new run if the journal does not exist.
    pub(crate) or_begin: bool,
}

impl Bulk {
    /// Returns the path of the journal: `--journal`, or else `FILE.journal` beside the input.
    /// Symbolic links are resolved, so they lead to the same journal.
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
                let failure = Failure::usage("input from stdin needs a journal: pass --journal FILE");
                Err(failure.hint("after a crash, the journal shows which commands were sent"))
            }
        }
    }

    /// Refuses a run that might repeat an earlier one by accident: `--resume` without a journal, or
    /// an input that had another name, and thus another journal. A run is allowed if all its
    /// commands are safe to repeat.
    fn refuse_blind_repeat(&self, journal: &Journal, harmful: bool) -> Result<(), Failure> {
        let resumes_nothing = journal.is_new() && self.resume.is_some_and(|resume| !resume.or_begin);
        if resumes_nothing && harmful {
            let failure = Failure::config(format!("the journal {} does not exist", journal.path().display()));
            return Err(failure
                .hint("pass the --journal of the run to resume; to begin a new run, omit --resume or add --or-begin"));
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
                "{} has several hard links, and a run under another of its names would not find its journal",
                input.display()
            ));
            return Err(failure.hint("pass --journal FILE, the same for every name"));
        }
        if let Some(earlier) = journal::of_earlier_name(input, journal.path()).filter(|_| journal.is_new()) {
            let (input, earlier) = (input.display(), earlier.display());
            let failure = Failure::config(format!("{input} is the input of an earlier run with the journal {earlier}"));
            return Err(failure.hint(
                "pass --resume and that --journal to continue; to execute everything again, remove that journal",
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
        return Err(Failure::usage("--field cannot be used with bulk, which writes one JSON line per item; use jq"));
    }
    if bulk.check {
        let (client, _) = context.showing()?;
        let items = preflight::preflight(&bulk, &client, None)?.hashes.len();
        return output::data(format!("{} commands checked, all valid\n", HumanCount(items as u64)).as_bytes());
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

/// Checks everything that must be right before the first command is sent. Returns the hashes of
/// the items, or `None` for stdin, which cannot be read in advance.
fn prepare(context: &Context, bulk: &Bulk, session: &Session, journal: &Journal) -> Result<Option<Vec<Hash>>, Failure> {
    if bulk.input.path.is_none() {
        return bulk.refuse_blind_repeat(journal, true).map(|()| None);
    }
    let Preflight { hashes, questions, harmful } = preflight::preflight(bulk, &session.client, Some(journal))?;
    bulk.refuse_blind_repeat(journal, harmful)?;
    if let Some(questions) = questions {
        confirm::ask(context, "bulk", &format!("the input has commands to confirm: {questions}"))?;
    }
    Ok(Some(hashes))
}
