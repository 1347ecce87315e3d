//! Handling of text from files, stdin, the environment, helper commands, CSV and PEM: checks the
//! encoding, strips a byte order mark and a line end, and names unexpected characters.

use alloc::string::String;
use core::fmt;

/// The byte order mark that some editors write at the start of a file.
const MARK: &str = "\u{feff}";

/// Decodes the content of a file and strips a byte order mark.
///
/// # Errors
///
/// Returns an error if the bytes are not UTF-8; UTF-16 with a byte order mark is recognized.
pub fn decode_text(bytes: &[u8]) -> Result<&str, TextError> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix(MARK).unwrap_or(text)),
        Err(_) if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => Err(TextError::Utf16),
        Err(error) => Err(TextError::NotUtf8 { line: line_at(bytes, error.valid_up_to()) }),
    }
}

/// Strips a leading byte order mark and one trailing line end (`\n`, `\r\n` or `\r`) from a single
/// value.
///
/// ```
/// assert_eq!(scaleengine_proto::single_value("\u{feff}secret\r\n"), "secret");
/// ```
#[must_use]
pub fn single_value(text: &str) -> &str {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Like [`single_value`], but in place, so that a secret is not copied.
pub fn strip_around_value(text: &mut String) {
    let start = if text.starts_with(MARK) { MARK.len() } else { 0 };
    text.truncate(start + single_value(text).len());
    text.drain(..start);
}

/// Returns whether a string is in matching quotes, which a `.env` file or a shell may leave in
/// place.
#[must_use]
pub fn is_quoted(text: &str) -> bool {
    ['"', '\''].into_iter().any(|quote| text.len() >= 2 && text.starts_with(quote) && text.ends_with(quote))
}

/// Finds the first invisible character: a control character, a line break, a space other than
/// U+0020, or a zero-width character. Copying can insert them, and they make different values look
/// equal.
#[must_use]
pub fn find_invisible(text: &str) -> Option<Invisible> {
    text.chars().enumerate().find_map(|(index, c)| Invisible::name_of(c).map(|name| Invisible { c, name, index }))
}

/// An invisible character and its position. `Display` shows its name, code point and position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Invisible {
    c: char,
    name: &'static str,
    index: usize,
}

impl Invisible {
    /// The character.
    #[must_use]
    pub fn char(&self) -> char {
        self.c
    }

    /// Returns whether a character is invisible. U+0020 counts as visible.
    #[must_use]
    pub fn is_invisible(c: char) -> bool {
        Self::name_of(c).is_some()
    }

    fn name_of(c: char) -> Option<&'static str> {
        Some(match c {
            ' '..='~' => return None,
            '\0' => "NUL",
            '\t' => "tab",
            '\n' => "line feed",
            '\r' => "carriage return",
            '\u{a0}' | '\u{202f}' => "no-break space",
            '\u{ad}' => "soft hyphen",
            '\u{34f}' => "grapheme joiner",
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "direction mark",
            '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "Hangul filler",
            '\u{17b4}' | '\u{17b5}' => "Khmer inherent vowel",
            '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "variation selector",
            '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{3000}' => "wide or narrow space",
            '\u{200b}' => "zero width space",
            '\u{200c}' => "zero width non-joiner",
            '\u{200d}' => "zero width joiner",
            '\u{2028}' | '\u{2029}' => "line separator",
            '\u{2060}' => "word joiner",
            '\u{2061}'..='\u{2064}' => "invisible operator",
            '\u{206a}'..='\u{206f}' => "deprecated format character",
            '\u{2800}' => "blank braille pattern",
            '\u{feff}' => "byte order mark",
            '\u{fff9}'..='\u{fffb}' => "annotation mark",
            '\u{fffc}' => "object replacement character",
            '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' => "musical format character",
            '\u{1bca0}'..='\u{1bca3}' => "shorthand format character",
            '\u{e0000}'..='\u{e007f}' => "tag character",
            c if c.is_control() => "control character",
            _ => return None,
        })
    }
}

impl fmt::Display for Invisible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (U+{:04X}) at character {}", self.name, u32::from(self.c), self.index + 1)
    }
}

/// An error for bytes that are not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The bytes begin with a UTF-16 byte order mark.
    #[error("the text is UTF-16; save it as UTF-8")]
    Utf16,
    /// The bytes are not UTF-8.
    #[error("line {line} is not UTF-8")]
    #[non_exhaustive]
    NotUtf8 {
        /// The line of the first invalid byte, starting at 1.
        line: usize,
    },
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn a_byte_order_mark_and_one_line_end_are_stripped() {
        for (input, value) in [
            ("s\n", "s"),
            ("s\r\n", "s"),
            ("s\r", "s"),
            ("s\n\n", "s\n"),
            ("s\n\r", "s\n"),
            ("\u{feff}s\r\n", "s"),
            ("\u{feff}\u{feff}s", "\u{feff}s"),
            (" s ", " s "),
            ("\r\n", ""),
            ("", ""),
        ] {
            assert_eq!(single_value(input), value, "{input:?}");
            let mut own = String::from(input);
            strip_around_value(&mut own);
            assert_eq!(own, value, "{input:?}");
        }
    }

    #[test]
    fn a_file_must_be_utf8() {
        assert_eq!(decode_text(b"\xef\xbb\xbfa\n"), Ok("a\n"));
        assert_eq!(decode_text(b"\xff\xfea\0"), Err(TextError::Utf16));
        assert_eq!(decode_text(b"\xfe\xff\0a"), Err(TextError::Utf16));
        assert_eq!(decode_text(b"a\nb\xe9\n"), Err(TextError::NotUtf8 { line: 2 }));
    }

    #[test]
    fn an_invisible_character_is_named_with_its_position() {
        let named = |text: &str| find_invisible(text).map(|found| found.to_string());
        for text in ["", "a b", "über", "名前", "e\u{301}", "\u{1f600}", "~"] {
            assert_eq!(named(text), None, "{text:?}");
        }
        for (text, name) in [
            ("a\u{200b}b", "zero width space (U+200B) at character 2"),
            ("\u{feff}a", "byte order mark (U+FEFF) at character 1"),
            ("ab\u{a0}", "no-break space (U+00A0) at character 3"),
            ("a\rb", "carriage return (U+000D) at character 2"),
            ("\u{3164}", "Hangul filler (U+3164) at character 1"),
            ("\u{e0041}", "tag character (U+E0041) at character 1"),
            ("\u{1b}[", "control character (U+001B) at character 1"),
        ] {
            assert_eq!(named(text).as_deref(), Some(name));
        }
    }
}
