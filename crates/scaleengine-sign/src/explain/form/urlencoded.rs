//! Fields of `application/x-www-form-urlencoded`.

use super::variable::Variable;
use super::{FormField, MAX_FIELDS, NoField, split_before};
use alloc::vec::Vec;

/// Reads one field more than PHP's limit, because PHP counts a field after it has stored it.
pub(super) fn read(body: &[u8], variable: &mut Variable<'_>) {
    let mut start = 0;
    let mut pairs = body.split(|byte| *byte == b'&');
    for pair in pairs.by_ref().take(MAX_FIELDS + 1) {
        let (name, value) = split_before(pair, |byte| byte == b'=');
        let from = start + name.len() + value.len().min(1);
        variable.register(&decoded(name), || field(value.strip_prefix(b"=").unwrap_or_default(), from));
        start += pair.len() + 1;
    }
    variable.stopped = pairs.next().map(|_| NoField::TooMany);
}

fn field(value: &[u8], from: usize) -> FormField {
    let unusual = has_stray_percent(value).then_some("the value has a `%` that does not begin an escape");
    FormField { bytes: decoded(value), encoded_from: Some(from), twice: false, unusual }
}

/// Decodes `%` escapes, and each `+` as a space. Keeps a `%` without two hex digits.
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let (byte, next) = match first {
            b'+' => (b' ', after),
            b'%' => escape(after).unwrap_or((b'%', after)),
            other => (*other, after),
        };
        out.push(byte);
        rest = next;
    }
    out
}

fn has_stray_percent(mut text: &[u8]) -> bool {
    while let (_, [b'%', after @ ..]) = split_before(text, |byte| byte == b'%') {
        let Some((_, next)) = escape(after) else { return true };
        text = next;
    }
    false
}

fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk()?;
    Some((digit(*high)? << 4 | digit(*low)?, rest))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
