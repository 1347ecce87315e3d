//! Checks owners and modes of files and folders as ssh does: the owner is this user or root, and no
//! other user can write; for a secret, no other user can read. Windows has no such modes: there,
//! every file passes.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Formats a path for people. Hides a path that looks like a key: a secret may have been passed in
/// place of its file.
#[must_use]
pub fn printable(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let key = name.len() >= 32 && name.iter().all(u8::is_ascii_alphanumeric);
    if key { "…".to_owned() } else { path.display().to_string() }
}

/// Returns the folder of a file; `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file or folder that other users could have read or changed, and the reason. `Display` names
/// both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has these owners and modes"))]
enum Problem {
    Owner,
    Writable,
    Readable,
    Link,
}

impl Exposed {
    /// Returns the path of the file or folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the command that corrects it.
    #[must_use]
    pub fn remedy(&self) -> String {
        let path = printable(&self.path);
        match self.problem {
            Problem::Owner => format!("check its content, then make yourself its owner (chown): {path}"),
            Problem::Writable => format!("chmod go-w {path}"),
            Problem::Readable => format!("chmod go-rwx {path}"),
            Problem::Link => format!("replace it with a file, or name its target in the profile: {path}"),
        }
    }

    /// Returns whether the only problem is that others can read it, as is usual for a container's
    /// secrets.
    #[must_use]
    pub fn is_readable_only(&self) -> bool {
        self.problem == Problem::Readable
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clause = match self.problem {
            Problem::Owner => "belongs to another user",
            Problem::Writable => "can be written by other users",
            Problem::Readable => "can be read by other users",
            Problem::Link => "is a link",
        };
        write!(f, "{} {clause}", printable(&self.path))
    }
}

/// Checks a file that was named explicitly, but not its folders. Follows links. With `secret`,
/// no other user may read it.
///
/// # Errors
///
/// The outer error is that of reading the owner and mode, the inner one what is wrong with them.
pub fn check_file(path: &Path, secret: bool) -> io::Result<Result<(), Exposed>> {
    let problem = of(&std::fs::metadata(path)?, secret);
    Ok(problem.map_or(Ok(()), |problem| Err(Exposed { path: path.to_owned(), problem })))
}

/// Checks a file of the configuration and the folders above it, up to the home folder. Refuses a
/// link unless `link` allows it.
pub(crate) fn check_own(path: &Path, secret: bool, link: bool) -> io::Result<Result<(), Exposed>> {
    let found = std::fs::symlink_metadata(path)?;
    if found.is_symlink() && (!link || of_owner(&found).is_some()) {
        return Ok(Err(Exposed { path: path.to_owned(), problem: Problem::Link }));
    }
    if let Err(exposed) = check_file(path, secret)? {
        return Ok(Err(exposed));
    }
    check_folders(folder_of(path))
}

/// Checks a folder of the configuration and the folders above it, up to the home folder.
pub(crate) fn check_folders(folder: &Path) -> io::Result<Result<(), Exposed>> {
    let home = std::env::var_os("HOME").map(PathBuf::from).and_then(|home| home.canonicalize().ok());
    let folder = folder.canonicalize()?;
    for folder in folder.ancestors() {
        if let Some(problem) = of_folder(&std::fs::metadata(folder)?) {
            return Ok(Err(Exposed { path: folder.to_owned(), problem }));
        }
        if home.as_deref() == Some(folder) {
            break;
        }
    }
    Ok(Ok(()))
}

#[cfg(unix)]
mod unix {
    use std::fs::Metadata;
    use std::os::unix::fs::MetadataExt as _;

    use super::Problem;

    /// In a folder with this bit, users can replace and remove only their own files.
    const STICKY: u32 = 0o1000;

    pub(super) fn of_owner(data: &Metadata) -> Option<Problem> {
        let own = [0, rustix::process::geteuid().as_raw()].contains(&data.uid());
        (!own).then_some(Problem::Owner)
    }

    pub(super) fn of(data: &Metadata, secret: bool) -> Option<Problem> {
        // Only files matter: others cannot open a pipe such as that of `<(command)`.
        let writable = data.mode() & 0o022 != 0 && data.is_file();
        let readable = secret && data.mode() & 0o077 != 0 && data.is_file();
        of_owner(data).or(writable.then_some(Problem::Writable)).or(readable.then_some(Problem::Readable))
    }

    pub(super) fn of_folder(data: &Metadata) -> Option<Problem> {
        let writable = data.mode() & 0o022 != 0 && data.mode() & STICKY == 0;
        of_owner(data).or(writable.then_some(Problem::Writable))
    }
}

#[cfg(unix)]
use unix::{of, of_folder, of_owner};

/// Accepts everything, because there are no Unix owners and modes to check.
#[cfg(not(unix))]
mod other {
    use std::fs::Metadata;

    use super::Problem;

    pub(super) fn of_owner(_: &Metadata) -> Option<Problem> {
        None
    }

    pub(super) fn of(_: &Metadata, _: bool) -> Option<Problem> {
        None
    }

    pub(super) fn of_folder(_: &Metadata) -> Option<Problem> {
        None
    }
}

#[cfg(not(unix))]
use other::{of, of_folder, of_owner};
