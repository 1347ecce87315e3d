//! Reads files and stdin with a size limit, and pipes and devices with a time limit of 10 s too.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use scaleengine_proto::decode_text;

/// The size limit of a secret. Secrets are much shorter, but a file named by mistake may be
/// endless.
pub const SECRET: u64 = 64 << 10;
/// The size limit of a configuration file or a file of certificates.
pub const SETTINGS: u64 = 4 << 20;

/// The time limit for reading a pipe or a device.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a file, a pipe or a device.
///
/// # Errors
///
/// Returns an error if the input cannot be read, does not end within 10 s, or is longer than
/// `longest` bytes.
pub fn file(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_file() {
        return read(File::open(path)?, longest);
    }
    // Opening a pipe can block too, so a thread does both; if it hangs, it ends with the process.
    let (done, outcome) = mpsc::channel();
    let own: PathBuf = path.to_owned();
    std::thread::Builder::new().name("read".to_owned()).spawn(move || {
        // Fails if the time limit has passed.
        let _ = done.send(File::open(own).and_then(|file| read(file, longest)));
    })?;
    let late = || {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("reading it timed out after {} s (is it a pipe without a writer?)", PATIENCE.as_secs()),
        )
    };
    outcome.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(late()))
}

/// Reads stdin to its end.
///
/// # Errors
///
/// Returns an error if the input cannot be read or is longer than `longest` bytes.
pub fn stdin(longest: u64) -> io::Result<Vec<u8>> {
    read(io::stdin().lock(), longest)
}

/// Reads a file as text; drops a byte order mark.
///
/// # Errors
///
/// Returns an error if the input cannot be read, does not end within 10 s, is not UTF-8 or is
/// longer than `longest` bytes.
pub fn text_file(path: &Path, longest: u64) -> io::Result<String> {
    text(file(path, longest)?)
}

/// Reads stdin as text; drops a byte order mark.
///
/// # Errors
///
/// Returns an error if the input cannot be read, is not UTF-8 or is longer than `longest` bytes.
pub fn text_stdin(longest: u64) -> io::Result<String> {
    text(stdin(longest)?)
}

/// Decodes bytes to text; drops a byte order mark.
///
/// # Errors
///
/// Returns an error if they are not UTF-8.
pub fn text(bytes: Vec<u8>) -> io::Result<String> {
    match decode_text(&bytes) {
        Ok(text) if text.len() == bytes.len() => {
            // Cannot fail: `decode_text` has checked the bytes.
            String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        }
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
    }
}

fn read(from: impl Read, longest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        let size = if longest >= 1 << 20 { format!("{} MiB", longest >> 20) } else { format!("{} KiB", longest >> 10) };
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it is longer than {size}")));
    }
    Ok(bytes)
}
