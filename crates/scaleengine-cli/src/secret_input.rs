//! Secrets given on the command line: by `-` from stdin, by `@FILE` from a file, never as the argument itself.

use std::io;

use scaleengine::proto::{find_invisible, strip_around_value};

use crate::bounded;
use crate::output;
use crate::private;

/// A secret from where it is kept: `-` or `@FILE`.
pub(crate) fn secret(source: &str) -> io::Result<String> {
    match source.strip_prefix('@') {
        Some(path) => read(path),
        None if source == STDIN => read(STDIN),
        None => {
            let why = "a secret is no argument, where others could see it: - reads it from stdin, @FILE from a file";
            Err(io::Error::new(io::ErrorKind::InvalidInput, why))
        }
    }
}

const STDIN: &str = "-";

/// A secret from a file or from stdin, without a byte order mark and one line end.
pub(crate) fn read(path: &str) -> io::Result<String> {
    let mut text = if path == STDIN {
        bounded::text_stdin(bounded::SECRET)?
    } else {
        match private::check_file(path.as_ref(), true)? {
            Err(exposed) if !exposed.is_readable_only() => return Err(io::Error::other(exposed.what())),
            Err(exposed) => output::note(&format!("warning: {}", exposed.what())),
            Ok(()) => {}
        }
        bounded::text_file(path.as_ref(), bounded::SECRET)?
    };
    strip_around_value(&mut text);
    if text.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is empty"));
    }
    if let Some(found) = find_invisible(&text) {
        output::note(&format!("warning: the secret holds an invisible character: {found}"));
    }
    Ok(text)
}
