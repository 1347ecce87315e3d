//! The file parts of a form, as far as they decide about its fields.

use super::variable::{Effect, Variable};

/// The limit `max_file_uploads`.
pub(super) const MAX_FILES: usize = 20;

/// The files so far.
#[derive(Default)]
pub(super) struct Uploads {
    count: usize,
    /// After one file too many, or one with a garbled name, PHP ignores all files.
    ignored: bool,
}

impl Uploads {
    /// Takes a file, and tells whether PHP reads its content.
    pub(super) fn add(&mut self, name: &[u8], file_name: &[u8], variable: &mut Variable<'_>) -> bool {
        self.ignored |= self.count >= MAX_FILES || !is_balanced(name);
        let read = !self.ignored && !file_name.is_empty();
        self.count += usize::from(read);
        if !self.ignored {
            note_file(name, variable);
        }
        read
    }
}

/// Follows what PHP does in `$_FILES`, where a file is an array of its properties.
fn note_file(name: &[u8], variable: &mut Variable<'_>) {
    match variable.effect(&[name, b"[size]"].concat()) {
        Effect::None => {}
        effect => variable.is_file = effect == Effect::SetArray,
    }
}

/// Tests for a name whose brackets are not nested wrongly and have nothing after them.
fn is_balanced(name: &[u8]) -> bool {
    let mut open = 0_usize;
    let mut rest = name;
    while let [first, after @ ..] = rest {
        let closed = match (first, after) {
            (b'[', _) => open.checked_add(1),
            (b']', [] | [b'[', ..]) => open.checked_sub(1),
            (b']', _) => None,
            _ => Some(open),
        };
        let Some(now) = closed else { return false };
        (open, rest) = (now, after);
    }
    open == 0
}
