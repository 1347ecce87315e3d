//! The lines of a JSON Lines input, with their line numbers.

use std::io::{BufRead as _, BufReader, Read};

use scaleengine::proto::{TextError, decode_text};

use crate::limits;
use crate::unmarked::Unmarked;

/// Yields each line that is not blank, with its number. Stops after a line that cannot be read,
/// because its end is unknown.
pub(super) struct Lines<R> {
    source: BufReader<Unmarked<R>>,
    line: u64,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn of(source: R) -> Self {
        Self { source: BufReader::new(Unmarked::new(source)), line: 0, ended: false }
    }

    /// Reads the next line, without its line end; returns `None` at the end of the input.
    fn line(&mut self) -> Result<Option<String>, String> {
        self.line += 1;
        let mut bytes = Vec::new();
        match self.source.by_ref().take(limits::ITEM + 1).read_until(b'\n', &mut bytes) {
            Ok(0) => return Ok(None),
            Ok(count) if count as u64 > limits::ITEM => return Err("longer than 1 MiB".to_owned()),
            Ok(_) => {}
            Err(error) => return Err(format!("cannot read the input: {error}")),
        }
        let text = decode_text(&bytes).map_err(|error| match error {
            TextError::Utf16 => error.to_string(),
            _ => "not UTF-8".to_owned(),
        })?;
        Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Result<(u64, String), (u64, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.line() {
                Ok(Some(text)) if text.trim().is_empty() => {}
                Ok(Some(text)) => return Some(Ok((self.line, text))),
                Ok(None) => self.ended = true,
                Err(why) => {
                    self.ended = true;
                    return Some(Err((self.line, why)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Result<(u64, String), u64>> {
        Lines::of(bytes).map(|line| line.map_err(|(line, _)| line)).collect()
    }

    #[test]
    fn line_numbers_include_blank_lines() {
        let line = |line: u64, text: &str| Ok((line, text.to_owned()));
        assert_eq!(lines(b"\xef\xbb\xbfa\r\n\r\n\nb\n  \nc"), [line(1, "a"), line(4, "b"), line(6, "c")]);
    }

    #[test]
    fn nothing_is_read_after_an_unreadable_line() {
        let long = [b"a\n".to_vec(), vec![b'x'; 1 << 21], b"\nb".to_vec()].concat();
        assert_eq!(lines(&long), [Ok((1, "a".to_owned())), Err(2)]);
        assert_eq!(lines(b"a\n\xff\nb"), [Ok((1, "a".to_owned())), Err(2)]);
    }
}
