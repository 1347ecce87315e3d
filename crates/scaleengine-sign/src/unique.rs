//! Refuses a name that stands twice in one map, without keeping the names of a usual map.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

use crate::error::Refusal;

/// The names of one map so far. A name sets one of 128 bits; only when two share a bit are names compared.
#[derive(Default)]
pub(crate) struct Names {
    mask: u128,
    /// All names, from the first shared bit on.
    all: Option<BTreeSet<String>>,
    count: usize,
    /// The names so far are 0, 1, … in order.
    list_like: bool,
}

impl Names {
    /// Takes note of a name. `written` is the map's text so far, from after its `{`, without this name; names in their
    /// escaped form.
    #[inline]
    pub(crate) fn add(&mut self, name: &str, written: &str) -> Result<(), Refusal> {
        let bit = 1 << (hash(name.as_bytes()) % 128);
        if self.mask & bit != 0 || self.all.is_some() {
            let all = self.all.get_or_insert_with(|| names_in(written));
            if !all.insert(name.to_string()) {
                return Err(Refusal::RepeatedName);
            }
        }
        self.mask |= bit;
        if name.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            let index = itoa::Buffer::new().format(self.count) == name;
            self.list_like = index && (self.list_like || self.count == 0);
        } else {
            self.list_like = false;
        }
        self.count += 1;
        Ok(())
    }

    /// Whether PHP would take the whole map for something else.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        match (self.count, self.list_like) {
            (0, _) => Err(Refusal::EmptyMap),
            (_, true) => Err(Refusal::ListLikeMap),
            _ => Ok(()),
        }
    }
}

#[inline]
fn hash(name: &[u8]) -> u32 {
    // FNV-1a over length, both ends and the middle: enough to tell the parameters of any documented command apart.
    let at = |index: usize| u32::from(name.get(index).copied().unwrap_or_default());
    let bytes = [at(0), at(1), at(name.len() / 2), at(name.len().wrapping_sub(2)), at(name.len().wrapping_sub(1))];
    let start = 0x811c_9dc5 ^ u32::try_from(name.len()).unwrap_or(u32::MAX);
    let hash = bytes.into_iter().fold(start, |hash, byte| (hash ^ byte).wrapping_mul(0x0100_0193));
    hash ^ hash >> 15
}

/// The names of the members in a piece of our own JSON text: every text at this level that a colon follows.
fn names_in(written: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut depth = 0_usize;
    let mut rest = written;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
        let (_, found) = rest.split_at(at);
        let (mark, after) = found.split_at(1);
        rest = after;
        match mark {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {
                let end = text_end(after);
                let (text, tail) = after.split_at(end);
                rest = tail.strip_prefix('"').unwrap_or_default();
                if depth == 0 && rest.starts_with(':') {
                    names.insert(text.to_string());
                }
            }
        }
    }
    names
}

/// Where the closing quote of an escaped text is.
fn text_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    end.unwrap_or(text.len())
}
