//! Strings as PHP's `json_encode` writes them: ASCII only, `/` escaped, lowercase hex.
//!
//! Most strings need no escapes. The length of the part that can be copied unchanged is found
//! first, eight bytes at a time: the bytes are loaded into one 64-bit word, and arithmetic on the
//! word marks each byte that is a control character, `"`, `\`, `/` or not ASCII (see
//! [`dirty_bytes`]). From the first mark on, characters are written one by one, up to the next
//! clean part.

use alloc::string::String;
use core::fmt;

/// Appends a string in quotes.
#[inline]
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Appends a string without quotes.
#[expect(
    clippy::inline_always,
    reason = "the names of declared commands are constants: inlined, they are scanned at compile time"
)]
#[inline(always)]
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    let clean = clean_prefix(text.as_bytes());
    // A prefix of clean bytes is ASCII, so it ends between characters.
    let (head, tail) = text.split_at(clean);
    out.push_str(head);
    if !tail.is_empty() {
        push_slow(out, tail);
    }
}

/// A name, displayed with JSON escapes, for the path of a refusal.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        push_escaped(&mut text, self.0);
        f.write_str(&text)
    }
}

/// A formatter target that escapes its input.
pub(crate) struct Escaping<'a>(pub(crate) &'a mut String);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_escaped(self.0, text);
        Ok(())
    }
}

fn push_slow(out: &mut String, mut text: &str) {
    while let Some(c) = text.chars().next() {
        push_char(out, c);
        let rest = text.get(c.len_utf8()..).unwrap_or_default();
        let (head, tail) = rest.split_at(clean_prefix(rest.as_bytes()));
        out.push_str(head);
        text = tail;
    }
}

fn push_char(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '/' => out.push_str("\\/"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        ' '..='\u{7f}' => out.push(c),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(hex(*unit >> shift & 0xf));
                }
            }
        }
    }
}

fn hex(digit: u16) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0')
}

/// Returns the number of leading bytes that need no escape. Reads eight at a time; the last word
/// overlaps the one before.
#[expect(
    clippy::inline_always,
    reason = "the names of declared commands are constants: inlined, they are scanned at compile time"
)]
#[inline(always)]
fn clean_prefix(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let dirty = dirty_bytes(u64::from_le_bytes(*word));
        if dirty != 0 {
            return index * 8 + (dirty.trailing_zeros() / 8) as usize;
        }
    }
    if let Some(last) = bytes.last_chunk::<8>() {
        let dirty = dirty_bytes(u64::from_le_bytes(*last));
        return if dirty == 0 { bytes.len() } else { bytes.len() - 8 + (dirty.trailing_zeros() / 8) as usize };
    }
    // Fewer than eight bytes: gathered into one word, padded with clean bytes.
    let word = rest.iter().rev().fold(u64::from_le_bytes([b' '; 8]), |word, byte| word << 8 | u64::from(*byte));
    let dirty = dirty_bytes(word);
    if dirty == 0 { rest.len() } else { (dirty.trailing_zeros() / 8) as usize }
}

/// Sets the high bit of each byte that must be escaped. A borrow may also mark a clean byte above
/// the first such byte; only the lowest mark is used, which is always correct.
#[inline]
const fn dirty_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    const fn zero(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word
    }
    let control_or_high = word.wrapping_sub(ONES * 0x20) | word;
    let quote = zero(word ^ (ONES * b'"' as u64));
    let backslash = zero(word ^ (ONES * b'\\' as u64));
    let slash = zero(word ^ (ONES * b'/' as u64));
    (control_or_high | quote | backslash | slash) & HIGHS
}
