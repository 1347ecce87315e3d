//! The `Content-Disposition` header of a part.

use super::{is_space, split_before, trim_start};
use alloc::vec::Vec;

#[derive(Default)]
pub(super) struct Disposition {
    pub(super) name: Option<Vec<u8>>,
    pub(super) file_name: Option<Vec<u8>>,
}

/// Parses the value of the header. If a parameter is repeated, the last one is used.
pub(super) fn read(header: &[u8]) -> Disposition {
    let mut out = Disposition::default();
    let mut rest = trim_start(header, is_space);
    while !rest.is_empty() {
        let (pair, after) = word(rest, b';');
        rest = trim_start(after, is_space);
        if pair.contains(&b'=') {
            out.set(word(pair, b'='));
        }
    }
    out
}

impl Disposition {
    fn set(&mut self, (key, value): (&[u8], &[u8])) {
        if key.eq_ignore_ascii_case(b"name") {
            self.name = Some(unquoted(value));
        } else if key.eq_ignore_ascii_case(b"filename") {
            self.file_name = Some(unquoted(value));
        }
    }
}

/// Splits at the first separator outside quotes. Adjacent separators count as one.
fn word(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let mut rest = text;
    while let Some((first, after)) = rest.split_first().filter(|(first, _)| **first != separator) {
        rest = if matches!(first, b'"' | b'\'') { after_quote(after, *first) } else { after };
    }
    let word = text.get(..text.len() - rest.len()).unwrap_or(text);
    (word, trim_start(rest, |byte| byte == separator))
}

/// Returns the rest after the closing quote, which has no backslash before it.
fn after_quote(mut rest: &[u8], quote: u8) -> &[u8] {
    while let [first, after @ ..] = rest {
        rest = match after {
            _ if *first == quote => return after,
            [next, after @ ..] if *first == b'\\' && *next == quote => after,
            _ => after,
        };
    }
    rest
}

/// Removes the quotes of a value. A value without quotes ends at whitespace.
fn unquoted(value: &[u8]) -> Vec<u8> {
    match trim_start(value, is_space) {
        [quote @ (b'"' | b'\''), quoted @ ..] => unescaped(quoted, Some(*quote)),
        bare => unescaped(split_before(bare, is_space).0, None),
    }
}

/// Removes backslashes, but only those before a backslash or the quote.
fn unescaped(text: &[u8], quote: Option<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next().filter(|byte| Some(*byte) != quote) {
        let escaped = bytes.next_if(|next| byte == b'\\' && (*next == b'\\' || Some(*next) == quote));
        out.push(escaped.unwrap_or(byte));
    }
    out
}

/// Describes an unusual header value of a field to which PHP gives this name.
pub(super) fn odd(header: &[u8], name: &[u8]) -> Option<&'static str> {
    let (kind, parameters) = split_before(header, |byte| byte == b';');
    let (key, value) = split_before(parameters, |byte| byte == b'=');
    let quoted = [b"=\"", name, b"\""].concat();
    match key.trim_ascii_start().strip_prefix(b";").unwrap_or(key).trim_ascii_start() {
        _ if !kind.trim_ascii().eq_ignore_ascii_case(b"form-data") => Some("the part's disposition is not form-data"),
        b"name" if value.trim_ascii_end() == quoted => None,
        b"name" if value.starts_with(&quoted) => Some("the part header has more than a name"),
        b"name" if value.starts_with(b"='") => Some("the part header has single quotes around the name"),
        b"name" if value.strip_prefix(b"=") == Some(name) => Some("the part header has no quotes around the name"),
        b"name" => Some("the part header has an unusual spelling of the name"),
        key if key.eq_ignore_ascii_case(b"name") => Some("the part header has `name` in capital letters"),
        _ => Some("the part header does not begin with the name"),
    }
}
