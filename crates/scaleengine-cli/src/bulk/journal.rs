//! The journal: what was begun and what became of it, line by line, so that a run that was killed can go on.
//!
//! A line number, a hash and a state, and nothing of what was sent. A state is written before each send and after each
//! answer, to the system if not to the disk: the end of the process loses none of them.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Write as _};
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

/// What is said of a line.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) hash: Hash,
    pub(super) state: State,
}

/// A journal that nobody else writes to.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// How long it is, whole.
    length: u64,
    /// What an earlier run says.
    entries: HashMap<u64, (Hash, State)>,
    /// It was not there before.
    is_new: bool,
}

impl Journal {
    /// A new one, or with `resume` the one that is there. What is there and is no journal is left alone.
    pub(super) fn open(path: &Path, client: &Client, resume: bool) -> Result<Self, Failure> {
        let refuse = |why: String| Failure::config(format!("the journal {}: {why}", path.display()));
        let failed = |error: io::Error| refuse(error.to_string());
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let (file, is_new) = match options.clone().create_new(true).open(path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (options.open(path).map_err(failed)?, false),
            Err(error) => return Err(failed(error)),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(refuse("another run is at work with it".to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if !file.metadata().map_err(failed)?.is_file() || !is_still(&file, path) {
            return Err(refuse("it is no file, or was taken away just now".to_owned()));
        }
        let head =
            Head { journal: SCHEMA.to_owned(), cdn: client.account().cdn(), api_url: client.endpoint().to_string() };
        let mut journal = Self { path: path.to_owned(), file, length: 0, entries: HashMap::new(), is_new };
        journal.read(&head).map_err(refuse)?;
        if !journal.entries.is_empty() && !resume {
            let failure = refuse("it is there already: a run with this input has begun, or is done".to_owned());
            return Err(failure.hint("--resume goes on with it; to do everything once more, remove it"));
        }
        if journal.length == 0 {
            journal.append(&[head])?;
        }
        Ok(journal)
    }

    /// Reads what is there. What is not whole at its end was being written when the process ended, and what it was to precede did
    /// not happen.
    fn read(&mut self, head: &Head) -> Result<(), String> {
        let mut lines = BufReader::new(&self.file);
        let (mut number, mut text) = (0, Vec::new());
        loop {
            text.clear();
            number += 1;
            let count = lines.read_until(b'\n', &mut text).map_err(|error| error.to_string())?;
            if number == 1 && count > 0 {
                let own: Option<Head> = serde_json::from_slice(&text).ok().filter(|_| text.ends_with(b"\n"));
                let own = own.filter(|own| own.journal == SCHEMA).ok_or("it is no journal, and is left alone")?;
                if own != *head {
                    return Err(format!(
                        "it is of a run with CDN {} at {}, and this one has CDN {} at {}",
                        own.cdn, own.api_url, head.cdn, head.api_url
                    ));
                }
            } else if text.ends_with(b"\n") {
                let record: Record =
                    serde_json::from_slice(&text).map_err(|_| format!("line {number}: it cannot be read"))?;
                self.entries.insert(record.line, (record.hash, record.state));
            } else {
                break;
            }
            self.length += count as u64;
        }
        if !text.is_empty() {
            self.file.set_len(self.length).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// What an earlier run says of a line.
    pub(super) fn entry(&self, line: u64) -> Option<(Hash, State)> {
        self.entries.get(&line).copied()
    }

    /// The last line that an earlier run came to.
    pub(super) fn last_line(&self) -> u64 {
        self.entries.keys().max().copied().unwrap_or_default()
    }

    /// Writes what becomes of lines, whole or not at all.
    pub(super) fn append<T: Serialize>(&mut self, records: &[T]) -> Result<(), Failure> {
        if records.is_empty() {
            return Ok(());
        }
        let written = (|| {
            let mut lines = Vec::new();
            for record in records {
                serde_json::to_writer(&mut lines, record)?;
                lines.push(b'\n');
            }
            self.file.write_all(&lines)?;
            self.length += lines.len() as u64;
            Ok(())
        })();
        written.map_err(|error: io::Error| {
            // A part of it may be there.
            let _ = self.file.set_len(self.length);
            Failure::config(format!("the journal {} cannot be written: {error}", self.path.display()))
        })
    }

    /// Has everything on the disk.
    pub(super) fn close(&self) {
        // It is written; where the disk cannot be told, there is nothing that could be done.
        let _ = self.file.sync_data();
    }

    /// Leaves none behind in which nothing is said.
    pub(super) fn discard(self) {
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Whether what was opened is what the path names: another run may have taken its own away in between.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |data: fs::Metadata| (data.dev(), data.ino());
    file.metadata().map(place).ok() == fs::metadata(path).map(place).ok()
}

#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}
