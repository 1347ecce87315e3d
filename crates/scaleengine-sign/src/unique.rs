//! Refuses a name that occurs twice in one map, without storing the names of a typical map.
//!
//! A set of names would cost an allocation for each map. Instead, each name sets one of 128 bits,
//! chosen by a hash. A name whose bit is not set yet is new. Only if two names share a bit are
//! names compared: they are read back from the JSON written so far, which contains each name of the
//! map in its escaped form. Typical commands have few names and rarely share a bit. A map with 64
//! or more names would be read back too often, so its names are kept in a set.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

use crate::error::Refusal;

/// The number of names from which they are kept in a set instead of being read back.
const FEW: usize = 64;

/// The names of one map so far.
#[derive(Default)]
pub(crate) struct Names {
    mask: u128,
    /// The names, once there are at least [`FEW`].
    all: Option<BTreeSet<String>>,
    count: usize,
    /// Whether the names so far are 0, 1, … in order.
    list_like: bool,
}

impl Names {
    /// Adds a name. Returns `false` if it may be repeated, so that [`Names::compare`] must decide.
    #[expect(
        clippy::inline_always,
        reason = "the names of declared commands are constants: inlined, their hash and their escapes are computed at compile time"
    )]
    #[inline(always)]
    pub(crate) fn add(&mut self, name: &str) -> bool {
        let bit = 1 << (hash(name.as_bytes()) % 128);
        let shared = self.mask & bit != 0 || self.all.is_some();
        self.mask |= bit;
        self.list_like = name.as_bytes().first().is_some_and(u8::is_ascii_digit)
            && (self.list_like || self.count == 0)
            && itoa::Buffer::new().format(self.count) == name;
        self.count += 1;
        !shared
    }

    /// Compares an escaped name with all names before it. `written` is the JSON of the map so far,
    /// from after its `{`, without this name.
    #[cold]
    pub(crate) fn compare(&mut self, name: &str, written: &str) -> Result<(), Refusal> {
        let repeated = if let Some(all) = &mut self.all {
            !all.insert(name.to_string())
        } else if self.count < FEW {
            names_in(written).any(|own| own == name)
        } else {
            let all = self.all.insert(names_in(written).map(ToString::to_string).collect());
            !all.insert(name.to_string())
        };
        if repeated { Err(Refusal::RepeatedName) } else { Ok(()) }
    }

    /// Refuses a map that PHP would turn into a list.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        match (self.count, self.list_like) {
            (0, _) => Err(Refusal::EmptyMap),
            (_, true) => Err(Refusal::ListLikeMap),
            _ => Ok(()),
        }
    }
}

/// Hashes the length and five bytes. The multiplications do not depend on each other.
#[expect(
    clippy::inline_always,
    reason = "the names of declared commands are constants: inlined, their hash and their escapes are computed at compile time"
)]
#[inline(always)]
fn hash(name: &[u8]) -> u32 {
    let len = name.len();
    let at = |index: usize| u32::from(name.get(index).copied().unwrap_or_default());
    let hash = at(0)
        .wrapping_mul(0x9e37_79b1)
        .wrapping_add(at(1).wrapping_mul(0x85eb_ca77))
        .wrapping_add(at(len / 2).wrapping_mul(0xc2b2_ae3d))
        .wrapping_add(at(len.wrapping_sub(2)).wrapping_mul(0x27d4_eb2f))
        .wrapping_add(at(len.wrapping_sub(1)).wrapping_mul(0x1656_67b1));
    (hash ^ u32::try_from(len).unwrap_or(u32::MAX)) >> 16
}

/// Returns the names of the members in JSON written by this crate: each string at the outermost
/// level that a colon follows.
fn names_in(mut rest: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    core::iter::from_fn(move || {
        while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
            let (_, found) = rest.split_at(at);
            let (mark, after) = found.split_at(1);
            rest = after;
            match mark {
                "{" | "[" => depth += 1,
                "}" | "]" => depth = depth.saturating_sub(1),
                _ => {
                    let (text, tail) = after.split_at(text_end(after));
                    rest = tail.strip_prefix('"').unwrap_or_default();
                    if depth == 0 && rest.starts_with(':') {
                        return Some(text);
                    }
                }
            }
        }
        None
    })
}

/// Returns the position of the closing quote of an escaped string.
fn text_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    end.unwrap_or(text.len())
}
