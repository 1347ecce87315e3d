//! Refuses a name that occurs twice in one map, without keeping the names of a usual map.
//!
//! A set of names would cost an allocation for each map. Instead, each name sets one of 128 bits, chosen by a hash. A name whose
//! bit is not set yet is new. Only when two names share a bit are names compared: they are read again from the JSON that was just
//! written, where every name of this map stands in its escaped form. Typical commands have few names and rarely share a bit. A map
//! with 64 names and more would be read again too often, so its names are kept in a set after all.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

use crate::error::Refusal;

/// Up to how many names the map's own text is read again where two share a bit; more are kept.
const FEW: usize = 64;

/// The names of one map so far. A name sets one of 128 bits; only when two share a bit are names compared.
#[derive(Default)]
pub(crate) struct Names {
    mask: u128,
    /// All names, once there are many.
    all: Option<BTreeSet<String>>,
    count: usize,
    /// The names so far are 0, 1, … in order.
    list_like: bool,
}

impl Names {
    /// Takes note of a name, unless that takes a comparison with the names before it: see [`Names::compare`].
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

    /// Compares a name with all before it. `written` is the map's text so far, from after its `{`, without this name;
    /// names in their escaped form.
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

/// Of the length and five bytes; no step waits for the one before.
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

/// The names of the members in a piece of our own JSON text: every text at this level that a colon follows.
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
