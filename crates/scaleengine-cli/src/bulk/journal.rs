//! The journal: what was begun and what became of it, line by line, so that a run that was killed can go on.
//!
//! A line number, a hash and a state, and nothing of what was sent. A state is written before each send and after each
//! answer, to the system if not to the disk: the end of the process loses none of them.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use scaleengine::Client;
use serde::{Deserialize, Serialize};

use super::hash::Hash;
use crate::exit::Failure;
use crate::output::json::SCHEMA;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// It is about to be sent, or was. Where nothing follows, it may have been executed.
    Sent,
    Done,
    /// It was refused: it did nothing, and it is over.
    Failed,
    /// It was not executed, and can be tried again.
    Unsent,
    /// It may have been executed.
    Unknown,
}

/// Whose run it is: with another account or another address it is another.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    journal: String,
    cdn: u32,
    api_url: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    line: u64,
    hash: Hash,
    state: State,
}

/// What was said last of a line, by an earlier run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) hash: Hash,
    pub(super) state: State,
}

/// A journal that nobody else writes to.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// What was noted and not written.
    pending: Vec<u8>,
    entries: HashMap<u64, Entry>,
    is_new: bool,
}

impl Journal {
    /// A new one, or with `resume` the one that is there.
    pub(super) fn open(path: &Path, client: &Client, resume: bool) -> Result<Self, Failure> {
        let refuse = |why: String| Failure::config(format!("the journal {}: {why}", path.display()));
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| refuse(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(refuse("another run is at work with it".to_owned())),
            Err(TryLockError::Error(error)) => return Err(refuse(error.to_string())),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|error| refuse(error.to_string()))?;
        let head =
            Head { journal: SCHEMA.to_owned(), cdn: client.account().cdn(), api_url: client.endpoint().to_string() };
        // What is not whole was being written when the process ended, and what it was to precede did not happen.
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole > 0 && !resume {
            let failure = refuse("it is there already: a run with this input has begun, or is done".to_owned());
            return Err(failure.hint("--resume goes on with it; to do everything once more, remove it"));
        }
        if whole < text.len() {
            file.set_len(whole as u64).map_err(|error| refuse(error.to_string()))?;
            file.seek(SeekFrom::End(0)).map_err(|error| refuse(error.to_string()))?;
        }
        let mut journal =
            Self { path: path.to_owned(), file, pending: Vec::new(), entries: HashMap::new(), is_new: whole == 0 };
        let mut lines =
            text.get(..whole).unwrap_or_default().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        match lines.next() {
            None => journal.begin(&head)?,
            Some(line) => {
                let own: Head =
                    serde_json::from_slice(line).map_err(|_| refuse("line 1: it is no journal".to_owned()))?;
                if own != head {
                    return Err(refuse(format!(
                        "it is of a run with CDN {} at {}, and this one has CDN {} at {}",
                        own.cdn, own.api_url, head.cdn, head.api_url
                    )));
                }
            }
        }
        for (index, line) in lines.enumerate() {
            let record: Record =
                serde_json::from_slice(line).map_err(|_| refuse(format!("line {}: it cannot be read", index + 2)))?;
            journal.entries.insert(record.line, Entry { hash: record.hash, state: record.state });
        }
        Ok(journal)
    }

    /// What an earlier run says of a line.
    pub(super) fn entry(&self, line: u64) -> Option<Entry> {
        self.entries.get(&line).copied()
    }

    /// The last line that an earlier run came to.
    pub(super) fn last_line(&self) -> u64 {
        self.entries.keys().max().copied().unwrap_or_default()
    }

    /// Notes what becomes of a line; [`Journal::write`] writes it.
    pub(super) fn note(&mut self, line: u64, hash: Hash, state: State) {
        self.add(&Record { line, hash, state });
    }

    /// Writes what was noted, by one write. Nothing may be sent that was noted and not written.
    pub(super) fn write(&mut self) -> Result<(), Failure> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.pending);
        self.pending.clear();
        written
            .map_err(|error| Failure::config(format!("the journal {} cannot be written: {error}", self.path.display())))
    }

    fn begin(&mut self, head: &Head) -> Result<(), Failure> {
        self.add(head);
        self.write()
    }

    fn add(&mut self, record: &impl Serialize) {
        // Into memory, and of nothing that has no JSON.
        let _ = serde_json::to_writer(&mut self.pending, record);
        self.pending.push(b'\n');
    }

    /// Has everything on the disk.
    pub(super) fn close(&self) {
        // It is written; where the disk cannot be told, there is nothing that could be done.
        let _ = self.file.sync_data();
    }

    /// Leaves no empty one behind.
    pub(super) fn discard(self) {
        if self.is_new {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
