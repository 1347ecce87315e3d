//! The file parts of a form, as far as they affect its fields.

use super::variable::{Effect, Variable};

/// The limit `max_file_uploads`.
pub(super) const MAX_FILES: usize = 20;

#[derive(Default)]
pub(super) struct Uploads {
    count: usize,
    /// Whether PHP ignores all further files, after too many files or a garbled name.
    ignored: bool,
}

impl Uploads {
    /// Adds a file. Returns whether PHP reads its content.
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

/// Follows PHP's `$_FILES`, in which a file is an array of its properties.
fn note_file(name: &[u8], variable: &mut Variable<'_>) {
    match variable.effect(&[name, b"[size]"].concat()) {
        Effect::None => {}
        effect => variable.is_file = effect == Effect::SetArray,
    }
}

/// Returns whether the brackets of a name are balanced, and only `[` follows a `]`.
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
