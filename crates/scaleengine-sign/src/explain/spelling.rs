//! Compares how JSON is written with how PHP writes it.

use alloc::string::String;
use alloc::vec::Vec;

use super::mistake::Mistake;
use crate::escape;
use crate::json::Json;

/// Returns each mistake in valid JSON, with the offset of its first occurrence.
pub(super) fn mistakes(text: &str, json: &Json) -> Vec<(Mistake, usize)> {
    let mut scan = Scan { text, at: 0, found: Vec::new() };
    scan.tokens();
    shapes(json, true, &mut scan.found);
    let mut found = scan.found;
    found.sort_by_key(|(reason, at)| (*reason, *at));
    found.dedup_by_key(|(reason, _)| *reason);
    found
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    found: Vec<(Mistake, usize)>,
}

impl Scan<'_> {
    fn tokens(&mut self) {
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {
                    self.note(Mistake::Spaces, self.at);
                    self.at += 1;
                }
                b'"' => self.quoted(),
                b'-' | b'0'..=b'9' => self.number(),
                _ => self.at += 1,
            }
        }
    }

    fn note(&mut self, reason: Mistake, at: usize) {
        if self.found.iter().all(|(own, _)| *own != reason) {
            self.found.push((reason, at));
        }
    }

    fn number(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let len = rest.bytes().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'));
        let token = rest.get(..len.unwrap_or(rest.len())).unwrap_or_default();
        let mut own = String::new();
        let written = Json::parse(token).map(|json| json.push_reencoded(crate::reencode::Objects::Objects, &mut own));
        if written != Ok(Ok(())) || own != token {
            self.note(Mistake::FloatForm, self.at);
        }
        self.at += token.len().max(1);
    }

    fn quoted(&mut self) {
        self.at += 1;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut chars = rest.char_indices();
        while let Some((offset, c)) = chars.next() {
            let at = self.at + offset;
            match c {
                '"' => {
                    self.at = at + 1;
                    return;
                }
                '/' => self.note(Mistake::SlashUnescaped, at),
                '\\' => {
                    let escaped = chars.next().map(|(_, c)| c);
                    if escaped == Some('u') {
                        let digits = rest.get(offset + 2..offset + 6).unwrap_or_default();
                        if let Some(reason) = unit(digits) {
                            self.note(reason, at);
                        }
                    }
                }
                c if !c.is_ascii() => self.note(Mistake::Utf8Raw, at),
                _ => {}
            }
        }
        self.at = self.text.len();
    }
}

/// Returns the mistake in a `\u` escape of these four hex digits.
fn unit(digits: &str) -> Option<Mistake> {
    let unit = u16::from_str_radix(digits, 16).ok()?;
    let upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
    match unit {
        0x7f => Some(Mistake::DelEscaped),
        // PHP's own flags write uppercase digits for these.
        0x22 | 0x26 | 0x27 | 0x3c | 0x3e => Some(Mistake::HtmlEscaped),
        0x20..0x80 | 0x8..=0xa | 0xc | 0xd => Some(Mistake::EscapeUnusual),
        _ => upper.then_some(Mistake::HexUpper),
    }
}

/// Finds objects that PHP would change. Parsed values have no offsets, so the offset is 0.
fn shapes(json: &Json, outer: bool, found: &mut Vec<(Mistake, usize)>) {
    let members = match json {
        Json::List(values) => return values.iter().for_each(|value| shapes(value, false, found)),
        Json::Object(members) => members,
        _ => return,
    };
    let mut index = itoa::Buffer::new();
    if members.iter().any(|(name, _)| name.starts_with('\0')) {
        note(Mistake::NulName, found);
    }
    if members.is_empty() && !outer {
        note(Mistake::EmptyObject, found);
    } else if !members.is_empty() && members.iter().enumerate().all(|(i, (name, _))| index.format(i) == name) {
        note(Mistake::ListObject, found);
    }
    // Repeated signatures are a separate mistake.
    let repeated = members.len() - crate::reencode::distinct(members).len();
    let signatures = if outer { members.iter().filter(|(name, _)| name == "signature").count() } else { 0 };
    if repeated > signatures.saturating_sub(1) {
        note(Mistake::KeysRepeated, found);
    }
    for (_, value) in members {
        shapes(value, false, found);
    }
}

fn note(reason: Mistake, found: &mut Vec<(Mistake, usize)>) {
    if found.iter().all(|(own, _)| *own != reason) {
        found.push((reason, 0));
    }
}

/// Differences from how PHP writes JSON. The default writes as PHP does.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one habit of a JSON library")]
pub(super) struct Style {
    pub(super) raw_slash: bool,
    pub(super) raw_utf8: bool,
    pub(super) upper_hex: bool,
    pub(super) escaped_del: bool,
    /// The characters that are escaped, and whether their hex digits are uppercase.
    pub(super) html: Option<(&'static str, bool)>,
    pub(super) spaces: bool,
    /// Writes each value on its own line, with this string before it for each level.
    pub(super) indent: Option<&'static str>,
    pub(super) sorted: bool,
}

impl Style {
    /// Appends a value, with objects as objects.
    pub(super) fn push(self, json: &Json, out: &mut String) {
        self.push_at(json, 0, out);
    }

    fn push_at(self, json: &Json, level: usize, out: &mut String) {
        match json {
            Json::Text(text) => self.push_text(text, out),
            Json::List(values) => {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    self.separate(index, level + 1, out);
                    self.push_at(value, level + 1, out);
                }
                self.close(values.is_empty(), level, ']', out);
            }
            Json::Object(members) => {
                let mut members = crate::reencode::distinct(members);
                if self.sorted {
                    members.sort_by_key(|(name, _)| *name);
                }
                let is_empty = members.is_empty();
                out.push('{');
                for (index, (name, value)) in members.into_iter().enumerate() {
                    self.separate(index, level + 1, out);
                    self.push_text(name, out);
                    out.push_str(if self.spaces || self.indent.is_some() { ": " } else { ":" });
                    self.push_at(value, level + 1, out);
                }
                self.close(is_empty, level, '}', out);
            }
            // A value that PHP cannot encode truncates the JSON, which then matches no signature.
            plain => drop(plain.push_reencoded(crate::reencode::Objects::Objects, out)),
        }
    }

    fn separate(self, index: usize, level: usize, out: &mut String) {
        if index > 0 {
            out.push_str(if self.spaces && self.indent.is_none() { ", " } else { "," });
        }
        self.begin_line(level, out);
    }

    fn close(self, is_empty: bool, level: usize, bracket: char, out: &mut String) {
        if !is_empty {
            self.begin_line(level, out);
        }
        out.push(bracket);
    }

    fn begin_line(self, level: usize, out: &mut String) {
        if let Some(indent) = self.indent {
            out.push('\n');
            (0..level).for_each(|_| out.push_str(indent));
        }
    }

    fn push_text(self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            let html = self.html.filter(|(set, _)| set.contains(c));
            match c {
                '/' if self.raw_slash => out.push(c),
                c if !c.is_ascii() && self.raw_utf8 => out.push(c),
                '\u{7f}' if self.escaped_del => out.push_str("\\u007f"),
                _ if html.is_some() => push_escape(c, html.is_some_and(|(_, upper)| upper), out),
                c if self.upper_hex => {
                    let mut own = String::new();
                    escape::push_escaped(&mut own, c.encode_utf8(&mut [0; 4]));
                    let upper = own.starts_with("\\u").then(|| own.to_ascii_uppercase().replace("\\U", "\\u"));
                    out.push_str(&upper.unwrap_or(own));
                }
                c => escape::push_escaped(out, c.encode_utf8(&mut [0; 4])),
            }
        }
        out.push('"');
    }
}

fn push_escape(c: char, upper: bool, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let escape = if upper { alloc::format!("\\u{unit:04X}") } else { alloc::format!("\\u{unit:04x}") };
        out.push_str(&escape);
    }
}
