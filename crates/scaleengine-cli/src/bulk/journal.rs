//! The journal: the state of each item, appended as it changes, so that a killed run can resume.
//!
//! A record contains a line number, a hash and a state, and no parameters.
//!
//! The order of writes makes resuming safe:
//!
//! 1. `Sent` is appended and, for an unsafe command, synced before its request is sent. After a
//!    crash, an item without a record was not sent.
//! 2. The result is written to stdout before `Done` is appended. After a crash, an item whose
//!    result was not written is `Sent`, and may have been executed.
//! 3. The head contains the length up to which the file was synced, and is rewritten after each
//!    sync. The length may be too small, never too large. A journal that is shorter, or damaged
//!    before that offset, lost records that were relied on, and is refused. A partial record after
//!    it was never relied on, and is cut off.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use scaleengine::{Account, Client};
use serde::{Deserialize, Serialize};

use super::hash::Hash;
use crate::failure::Failure;

/// The name and version of the file format.
const FORMAT: &str = "scaleengine/2";

/// The state of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// About to be sent, or sent. If no other state follows, it may have been executed.
    Sent,
    Done,
    /// Refused: not executed, and not sent again by default.
    Failed,
    /// Not executed; can be sent again.
    Unsent,
    /// May have been executed.
    Unknown,
}

/// The first line: the format, the account and endpoint of the run, and the synced length. It is
/// rewritten in place, so its length never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    journal: String,
    cdn: u32,
    api_url: String,
    /// The synced length in bytes, as 20 digits.
    synced: String,
    /// The identity of the input file, independent of its name; `None` for stdin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
}

/// The maximum length of the head, in bytes.
const HEAD: u64 = 16 << 10;

impl Head {
    fn line(&self) -> Result<Vec<u8>, io::Error> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    fn set_synced(&mut self, bytes: u64) {
        self.synced = format!("{bytes:020}");
    }
}

/// A record: an item and its new state.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) hash: Hash,
    pub(super) state: State,
}

/// A journal, locked against other runs.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    head: Head,
    /// The length in bytes, up to the end of the last complete record.
    length: u64,
    /// The items of earlier runs, by line.
    entries: HashMap<u64, (Hash, State)>,
    is_new: bool,
}

impl Journal {
    /// Creates the journal, or opens an existing one. One with records is refused without `resume`.
    pub(super) fn open(path: &Path, client: &Client, resume: bool, input: Option<&Path>) -> Result<Self, Failure> {
        let refuse = |why: String| Failure::config(format!("cannot use the journal {}: {why}", path.display()));
        let (cdn, api_url) = (client.account().map_or(0, Account::cdn), client.endpoint().to_string());
        let mut head =
            Head { journal: FORMAT.to_owned(), cdn, api_url, synced: String::new(), input: input.and_then(identity) };
        head.set_synced(0);
        let length = head.line().map_err(|error| refuse(error.to_string()))?.len() as u64;
        head.set_synced(length);
        let created = create(path, &head).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => refuse("its folder does not exist".to_owned()),
            _ => refuse(error.to_string()),
        })?;
        if let Some(file) = created {
            return Ok(Self { path: path.to_owned(), file, head, length, entries: HashMap::new(), is_new: true });
        }
        let file = open(path).map_err(refuse)?;
        let mut journal = Self { path: path.to_owned(), file, head, length: 0, entries: HashMap::new(), is_new: false };
        journal.read().map_err(|Refused(why, hint)| refuse(why).hint(hint))?;
        if !journal.entries.is_empty() && !resume {
            let failure = refuse("it already records a run".to_owned());
            return Err(
                failure.hint("pass --resume to continue that run; to execute everything again, remove the journal")
            );
        }
        Ok(journal)
    }

    /// Reads the head and all records.
    fn read(&mut self) -> Result<(), Refused> {
        let mut lines = BufReader::new(&self.file);
        let unread = |error: io::Error| Refused(error.to_string(), "check the file and its disk");
        let mut text = Vec::new();
        self.length = lines.read_until(b'\n', &mut text).map_err(unread)? as u64;
        let (head, synced) = self.check_head(&text)?;
        for number in 2.. {
            text.clear();
            let count = lines.read_until(b'\n', &mut text).map_err(unread)? as u64;
            if !text.ends_with(b"\n") {
                break;
            }
            let record: Record = serde_json::from_slice(&text).map_err(|_| damaged(&format!("line {number}")))?;
            self.entries.insert(record.line, (record.hash, record.state));
            self.length += count;
        }
        if self.length < synced {
            return Err(damaged("its end"));
        }
        if !text.is_empty() {
            // A crash cut off the last record before it was synced, so nothing relied on it.
            if !is_start_of_record(&text) {
                return Err(damaged("its end"));
            }
            self.file.set_len(self.length).map_err(unread)?;
        }
        self.head = head;
        Ok(())
    }

    /// Compares the head with that of this run; returns it and the synced length.
    fn check_head(&self, text: &[u8]) -> Result<(Head, u64), Refused> {
        #[derive(Deserialize)]
        struct Version {
            journal: String,
        }

        if text.is_empty() {
            return Err(Refused("it is empty, so the states of its items are unknown".to_owned(), REMOVE));
        }
        // A power cut can leave zeros, or only the beginning of the first line.
        const BEGIN: &[u8] = b"{\"journal\":\"scaleengine/";
        let written = text.iter().rposition(|byte| *byte != 0).and_then(|last| text.get(..=last)).unwrap_or_default();
        if (BEGIN.starts_with(written) || written.starts_with(BEGIN)) && !text.ends_with(b"\n") {
            return Err(damaged("line 1"));
        }
        let version: Option<Version> = serde_json::from_slice(text).ok();
        let version = version.map(|own| own.journal).filter(|version| version.starts_with("scaleengine/"));
        let Some(version) = version.filter(|_| text.ends_with(b"\n")) else {
            return Err(Refused(
                "it is not a journal".to_owned(),
                "the file was not changed; pass another --journal FILE",
            ));
        };
        if version != FORMAT {
            let why = format!("its format is {version}, but this version reads {FORMAT}");
            return Err(Refused(why, "finish that run with the version of scaleengine that began it"));
        }
        let own: Head = serde_json::from_slice(text).map_err(|_| damaged("line 1"))?;
        let synced = own.synced.parse().map_err(|_| damaged("line 1"))?;
        let (cdn, api_url) = (self.head.cdn, &self.head.api_url);
        if (own.cdn, &own.api_url) != (cdn, api_url) {
            let why = format!(
                "it belongs to a run with CDN {} at {}, but this run has CDN {cdn} at {api_url}",
                own.cdn, own.api_url
            );
            return Err(Refused(why, "pass another --journal FILE, or the account and API URL of that run"));
        }
        Ok((own, synced))
    }

    /// Returns the hash and state of an item after earlier runs.
    pub(super) fn entry(&self, line: u64) -> Option<(Hash, State)> {
        self.entries.get(&line).copied()
    }

    /// Returns the last line that earlier runs recorded.
    pub(super) fn last_line(&self) -> u64 {
        self.entries.keys().max().copied().unwrap_or_default()
    }

    /// Returns whether this run created the journal.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Appends records, all or none. They survive the end of the process; [`Journal::sync`] makes
    /// them survive a power cut.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), Failure> {
        if records.is_empty() {
            return Ok(());
        }
        // If the file was cut, writing at its old end would fill the gap with zeros.
        if self.file.metadata().is_ok_and(|data| data.len() != self.length) {
            return Err(self.gone("changed"));
        }
        let written = (|| {
            let mut lines = Vec::new();
            for record in records {
                serde_json::to_writer(&mut lines, record)?;
                lines.push(b'\n');
            }
            self.file.seek(SeekFrom::Start(self.length))?;
            self.file.write_all(&lines)?;
            self.length += lines.len() as u64;
            Ok(())
        })();
        written.map_err(|error: io::Error| {
            // Some bytes may have been written.
            let _ = self.file.set_len(self.length);
            self.unwritten(&error)
        })
    }

    /// Syncs the appended records to disk, then writes the synced length to the head. The head
    /// itself is not synced: its length may be too small, never too large.
    ///
    /// Returns an error if the journal was removed or replaced: another run would not find it.
    pub(super) fn sync(&mut self) -> Result<(), Failure> {
        if !self.is_in_place() {
            return Err(self.gone("removed or replaced"));
        }
        let synced = (|| {
            self.file.sync_data()?;
            self.head.set_synced(self.length);
            let line = self.head.line()?;
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&line)
        })();
        synced.map_err(|error| self.unwritten(&error))
    }

    fn gone(&self, how: &str) -> Failure {
        let failure = Failure::config(format!("the journal {} was {how} during the run", self.path.display()));
        failure.hint("check the current state on the server before you begin again")
    }

    #[cfg(unix)]
    fn is_in_place(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let of = |data: io::Result<fs::Metadata>| data.ok().map(|data| (data.dev(), data.ino()));
        let own = of(self.file.metadata());
        own == of(fs::metadata(&self.path))
    }

    #[cfg(not(unix))]
    fn is_in_place(&self) -> bool {
        self.path.exists()
    }

    fn unwritten(&self, error: &io::Error) -> Failure {
        Failure::config(format!("cannot write the journal {}: {error}", self.path.display()))
    }

    /// Syncs the records and the head at the end of a run.
    pub(super) fn close(&mut self) -> Result<(), Failure> {
        self.sync()?;
        self.file.sync_data().map_err(|error| self.unwritten(&error))
    }

    /// Removes the journal if this run created it: the run did not begin.
    pub(super) fn discard(self) {
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Identifies a file independently of its name: by device, inode and modification time.
#[cfg(unix)]
fn identity(file: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let data = fs::metadata(file).ok()?;
    Some(format!("{}:{}:{}.{:09}", data.dev(), data.ino(), data.mtime(), data.mtime_nsec()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<String> {
    None
}

/// Finds the journal of a run with the same input file under an earlier name.
pub(super) fn of_earlier_name(input: &Path, own: &Path) -> Option<PathBuf> {
    let identity = identity(input)?;
    let folder = own.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let journals = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut others = journals.filter(|path| path != own && path.extension().is_some_and(|end| end == "journal"));
    others.find(|path| {
        let mut line = Vec::new();
        let head =
            File::open(path).and_then(|file| BufReader::new(io::Read::take(file, HEAD)).read_until(b'\n', &mut line));
        let head: Option<Head> = head.ok().and_then(|_| serde_json::from_slice(&line).ok());
        head.is_some_and(|head| head.input.as_deref() == Some(&identity))
    })
}

/// The reason to refuse a journal, and a hint.
struct Refused(String, &'static str);

const REMOVE: &str =
    "check the current state on the server; if nothing was executed, remove the journal and begin again";

fn damaged(place: &str) -> Refused {
    Refused(format!("{place} is damaged or missing, so the states of its items are unknown"), REMOVE)
}

/// Returns whether bytes can be the beginning of a record. Zeros, which a power cut may leave,
/// cannot.
fn is_start_of_record(bytes: &[u8]) -> bool {
    const START: &[u8] = b"{\"line\":";
    let common = START.iter().zip(bytes).all(|(one, other)| one == other);
    common && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Creates and locks a journal; returns `None` if the path exists. The file gets its name only when
/// the head is written, so a new journal is never empty.
fn create(path: &Path, head: &Head) -> io::Result<Option<File>> {
    if path.symlink_metadata().is_ok() {
        return Ok(None);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".scaleengine-").suffix(".journal").tempfile_in(folder);
    // The error of `tempfile` would name the temporary file.
    let mut file =
        file.map_err(|error| io::Error::new(error.kind(), format!("{}: {}", folder.display(), error.kind())))?;
    // Independent of the umask, so that a later run can open it.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(&head.line()?)?;
    file.as_file().sync_all()?;
    file.as_file().try_lock().map_err(|error| io::Error::other(error.to_string()))?;
    match file.persist_noclobber(path) {
        Ok(file) => {
            sync_folder(folder)?;
            Ok(Some(file))
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error.error),
    }
}

/// Makes the name of a new file survive a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens and locks an existing journal.
fn open(path: &Path) -> Result<File, String> {
    let failed = |error: io::Error| error.to_string();
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err("it is not a file".to_owned());
    }
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err("another run is using it".to_owned()),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    if is_still(&file, path) { Ok(file) } else { Err("it was removed or replaced while being opened".to_owned()) }
}

/// Returns whether the path still names the opened file: another run may have discarded its journal
/// in between.
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
