//! Reading files and standard input, bounded in size and, where a file may have no end, in time. Nothing here knows the command line.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use scaleengine::proto::decode_text;

/// The longest secret. A secret is much shorter; what is named by mistake may have no end.
pub(crate) const SECRET: u64 = 64 << 10;
/// The longest configuration, and the longest file of certificates.
pub(crate) const SETTINGS: u64 = 4 << 20;
/// The longest item of a bulk run.
pub(crate) const ITEM: u64 = 1 << 20;
/// The longest request, seed or reply: twice what a POST may hold.
pub(crate) const BODY: u64 = 16 << 20;

/// How long a pipe or a device may take to come to its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a file, a pipe or a device.
pub(crate) fn file(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.is_file() {
        return read(File::open(path)?, longest);
    }
    // Opening a pipe may block as reading it may; the thread ends with the process.
    let (done, outcome) = mpsc::channel();
    let own: PathBuf = path.to_owned();
    std::thread::Builder::new().name("read".to_owned()).spawn(move || {
        // Nobody waits any longer where this cannot be sent.
        let _ = done.send(File::open(own).and_then(|file| read(file, longest)));
    })?;
    let late = || {
        io::Error::new(
            io::ErrorKind::TimedOut,
            format!("reading it took longer than {} s (is it a pipe without a writer?)", PATIENCE.as_secs()),
        )
    };
    outcome.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(late()))
}

/// Reads standard input to its end.
pub(crate) fn stdin(longest: u64) -> io::Result<Vec<u8>> {
    read(io::stdin().lock(), longest)
}

/// Reads a text from a file, without a byte order mark.
pub(crate) fn text_file(path: &Path, longest: u64) -> io::Result<String> {
    text(file(path, longest)?)
}

/// Reads a text from standard input, without a byte order mark.
pub(crate) fn text_stdin(longest: u64) -> io::Result<String> {
    text(stdin(longest)?)
}

/// The text of some bytes, without a byte order mark.
pub(crate) fn text(bytes: Vec<u8>) -> io::Result<String> {
    match decode_text(&bytes) {
        Ok(text) if text.len() == bytes.len() => {
            // Checked just above.
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
