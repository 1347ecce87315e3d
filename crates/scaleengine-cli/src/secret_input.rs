//! Reads secrets named on the command line: `-` for stdin, `@FILE` for a file, never the argument
//! itself.

use std::io;

use scaleengine::proto::{find_invisible, strip_around_value};

use crate::output;
use scaleengine::config::owner;
use scaleengine::config::read;

/// Reads a secret from its source: `-` or `@FILE`.
pub(crate) fn secret(source: &str) -> io::Result<String> {
    match source.strip_prefix('@') {
        Some(path) => read(path),
        None if source == STDIN => read(STDIN),
        None => {
            let why = "other users can see a secret in an argument: pass - to read it from stdin, @FILE from a file";
            Err(io::Error::new(io::ErrorKind::InvalidInput, why))
        }
    }
}

const STDIN: &str = "-";

/// Reads a secret from a file or stdin; drops a byte order mark and one line end.
pub(crate) fn read(path: &str) -> io::Result<String> {
    let mut text = if path == STDIN {
        read::text_stdin(read::SECRET)?
    } else {
        match owner::check_file(path.as_ref(), true)? {
            Err(exposed) if !exposed.is_readable_only() => return Err(io::Error::other(exposed.to_string())),
            Err(exposed) => output::note(&format!("warning: {exposed}")),
            Ok(()) => {}
        }
        read::text_file(path.as_ref(), read::SECRET)?
    };
    strip_around_value(&mut text);
    if text.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is empty"));
    }
    if let Some(found) = find_invisible(&text) {
        output::note(&format!("warning: the secret contains an invisible character: {found}"));
    }
    Ok(text)
}
