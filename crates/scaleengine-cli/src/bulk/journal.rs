//! The journal: the state of each item, record by record, so that a run that was killed can be resumed.
//!
//! A record contains a line number, a hash and a state, and nothing of what was sent.
//!
//! The order of writes is what makes resuming safe:
//!
//! 1. `Sent` is appended and, for an unsafe command, synced before its request is sent. After a crash, an item without a record was
//!    not sent.
//! 2. The result is written to stdout before `Done` is appended. After a crash, an item whose result was not written is
//!    `Sent` and not `Done`, and counts as possibly done.
//! 3. The head says up to which byte the file was synced, and is rewritten after each sync. It may promise less than the file holds,
//!    never more. A journal that is shorter, or damaged before that byte, lost records that were relied on, and is refused. What is
//!    damaged after it was never relied on, and is cut off.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use scaleengine::{Account, Client};
use serde::{Deserialize, Serialize};

use super::hash::Hash;
use crate::failure::Failure;

/// The name and version of the format.
const FORMAT: &str = "scaleengine/2";

/// The state of an item.
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

/// The first line: the format, the account and the address that the run is for, and how far the file was synced. Always of the same
/// length, since it is rewritten in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    journal: String,
    cdn: u32,
    api_url: String,
    /// In bytes, as 20 digits.
    synced: String,
    /// The input file, whatever its name; `None` of stdin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
}

/// The longest head, in bytes.
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

/// The state of an item.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) hash: Hash,
    pub(super) state: State,
}

/// A journal that no other run writes to.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    head: Head,
    /// Its length in bytes, up to the end of the last whole record.
    length: u64,
    /// The records of earlier runs.
    entries: HashMap<u64, (Hash, State)>,
    is_new: bool,
}

impl Journal {
    /// Creates the journal, or opens an existing one. Without `resume`, one with records is refused.
    pub(super) fn open(path: &Path, client: &Client, resume: bool, input: Option<&Path>) -> Result<Self, Failure> {
        let refuse = |why: String| Failure::config(format!("the journal {}: {why}", path.display()));
        let (cdn, api_url) = (client.account().map_or(0, Account::cdn), client.endpoint().to_string());
        let mut head =
            Head { journal: FORMAT.to_owned(), cdn, api_url, synced: String::new(), input: input.and_then(identity) };
        head.set_synced(0);
        let length = head.line().map_err(|error| refuse(error.to_string()))?.len() as u64;
        head.set_synced(length);
        if let Some(file) = create(path, &head).map_err(|error| refuse(error.to_string()))? {
            return Ok(Self { path: path.to_owned(), file, head, length, entries: HashMap::new(), is_new: true });
        }
        let file = open(path).map_err(refuse)?;
        let mut journal = Self { path: path.to_owned(), file, head, length: 0, entries: HashMap::new(), is_new: false };
        journal.read().map_err(|Refused(why, hint)| refuse(why).hint(hint))?;
        if !journal.entries.is_empty() && !resume {
            let failure = refuse("it exists: a run with this input was begun, or is finished".to_owned());
            return Err(
                failure.hint("pass --resume to continue that run; to do everything once more, remove the journal")
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
            // Cut off while it was being written, so it was not synced yet, and its item was not sent.
            if !is_start_of_record(&text) {
                return Err(damaged("its end"));
            }
            self.file.set_len(self.length).map_err(unread)?;
        }
        self.head = head;
        Ok(())
    }

    /// Compares the head with that of this run; returns it, and how far the journal was synced.
    fn check_head(&self, text: &[u8]) -> Result<(Head, u64), Refused> {
        #[derive(Deserialize)]
        struct Version {
            journal: String,
        }

        if text.is_empty() {
            return Err(Refused("it is empty, and cannot say what was done".to_owned(), REMOVE));
        }
        // What a power cut leaves of a journal: zeros, or the beginning of its first line.
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
                "the file was left alone; pass another --journal FILE",
            ));
        };
        if version != FORMAT {
            let why = format!("its format is {version}, and this version reads {FORMAT}");
            return Err(Refused(why, "finish that run with the version of scaleengine that began it"));
        }
        let own: Head = serde_json::from_slice(text).map_err(|_| damaged("line 1"))?;
        let synced = own.synced.parse().map_err(|_| damaged("line 1"))?;
        let (cdn, api_url) = (self.head.cdn, &self.head.api_url);
        if (own.cdn, &own.api_url) != (cdn, api_url) {
            let why = format!(
                "it is of a run with CDN {} at {}, and this run has CDN {cdn} at {api_url}",
                own.cdn, own.api_url
            );
            return Err(Refused(why, "pass another --journal FILE, or the account and address of that run"));
        }
        Ok((own, synced))
    }

    /// The state of an item after earlier runs.
    pub(super) fn entry(&self, line: u64) -> Option<(Hash, State)> {
        self.entries.get(&line).copied()
    }

    /// The last line that an earlier run reached.
    pub(super) fn last_line(&self) -> u64 {
        self.entries.keys().max().copied().unwrap_or_default()
    }

    /// Whether this run created it.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Appends records, all or none. They survive the end of the process; [`Journal::sync`] makes them survive a power cut.
    pub(super) fn append(&mut self, records: &[Record]) -> Result<(), Failure> {
        if records.is_empty() {
            return Ok(());
        }
        // Writing at its old end would fill what was cut off with zeros.
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
            // A part of it may have been written.
            let _ = self.file.set_len(self.length);
            self.unwritten(&error)
        })
    }

    /// Has everything that was appended on the disk, and then says so in the head. The head is not synced itself: it may promise less
    /// than there is, never more.
    ///
    /// A journal that was removed, replaced or cut meanwhile is an error: another run would find nothing of this one.
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
        failure.hint("check at the server what was done before you begin again")
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
        Failure::config(format!("the journal {} cannot be written: {error}", self.path.display()))
    }

    /// Ends a run.
    pub(super) fn close(&mut self) -> Result<(), Failure> {
        self.sync()?;
        self.file.sync_data().map_err(|error| self.unwritten(&error))
    }

    /// Removes it if this run created it: nothing was begun.
    pub(super) fn discard(self) {
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Identifies a file whatever its name: by device, inode and the time of its last change.
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

/// Why a journal is not used, and what to do about it.
struct Refused(String, &'static str);

const REMOVE: &str = "check at the server what was done; if nothing was, remove the journal and begin again";

fn damaged(place: &str) -> Refused {
    Refused(format!("{place} is damaged or missing, so it cannot say what was done"), REMOVE)
}

/// Whether bytes can be the beginning of a record. Zeros, which a power cut may leave, cannot.
fn is_start_of_record(bytes: &[u8]) -> bool {
    const START: &[u8] = b"{\"line\":";
    let common = START.iter().zip(bytes).all(|(one, other)| one == other);
    common && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A new journal with its head, locked; `None` where something has this path. It appears whole: an empty file at its path was never
/// one of ours.
fn create(path: &Path, head: &Head) -> io::Result<Option<File>> {
    if path.symlink_metadata().is_ok() {
        return Ok(None);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".scaleengine-").suffix(".journal").tempfile_in(folder);
    // tempfile's own error names the temporary file.
    let mut file =
        file.map_err(|error| io::Error::new(error.kind(), format!("{}: {}", folder.display(), error.kind())))?;
    // Whatever the umask, so that a later run can open it.
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

/// An existing journal, locked.
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
    if is_still(&file, path) { Ok(file) } else { Err("it was removed just now".to_owned()) }
}

/// Whether the path still names the opened file: another run may have removed its own in between.
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
