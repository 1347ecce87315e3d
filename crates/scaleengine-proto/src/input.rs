//! Text as it is read from a file, an environment or standard input.

use alloc::string::String;

/// Takes one line end off, which whoever wrote the text did not mean to be part of it. Everything else stays.
pub fn strip_line_end(text: &mut String) {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
}
