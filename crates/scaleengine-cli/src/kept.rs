//! Reading a secret from where it is kept.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// No secret is longer; what is named by mistake may have no end.
const LONGEST: u64 = 64 * 1024;

/// From a file.
pub(crate) fn in_file(path: &Path) -> io::Result<String> {
    read(File::open(path)?)
}

/// From stdin.
pub(crate) fn in_stdin() -> io::Result<String> {
    read(io::stdin().lock())
}

fn read(from: impl Read) -> io::Result<String> {
    let mut text = String::new();
    from.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is over 64 KiB, and no secret"));
    }
    Ok(text)
}
