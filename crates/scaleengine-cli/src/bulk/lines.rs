//! The texts of an input that stand for a command each, and where they stand.

use std::io::{BufRead as _, BufReader, Read};

/// The longest text that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Each with the number of its first line. Empty lines are none; after one that cannot be read nothing follows.
pub(super) struct Texts<R> {
    source: BufReader<R>,
    line: u64,
    /// Whether a line that ends inside quotes goes on in the next.
    csv: bool,
    ended: bool,
}

impl<R: Read> Texts<R> {
    pub(super) fn of(source: R, csv: bool) -> Self {
        Self { source: BufReader::new(source), line: 0, csv, ended: false }
    }

    /// The next line, without its end; none at the end of the input.
    fn line(&mut self, room: usize) -> Result<Option<String>, &'static str> {
        self.line += 1;
        let mut bytes = Vec::new();
        let limit = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
        match self.source.by_ref().take(limit).read_until(b'\n', &mut bytes) {
            Ok(0) => return Ok(None),
            Ok(count) if count > room => return Err("it is longer than 1 MiB"),
            Ok(_) => {}
            Err(_) => return Err("the input cannot be read"),
        }
        while bytes.ends_with(b"\n") || bytes.ends_with(b"\r") {
            bytes.pop();
        }
        let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
        // Some editors begin a file with a mark.
        Ok(Some(if self.line == 1 { text.trim_start_matches('\u{feff}').to_owned() } else { text }))
    }

    /// The next text, and the number of its first line.
    fn text(&mut self) -> Result<Option<(u64, String)>, (u64, &'static str)> {
        loop {
            let Some(mut text) = self.line(LONGEST).map_err(|why| (self.line, why))? else { return Ok(None) };
            let first = self.line;
            while self.csv && !text.matches('"').count().is_multiple_of(2) {
                let room = LONGEST.saturating_sub(text.len());
                match self.line(room).map_err(|why| (first, why))? {
                    Some(more) => text = text + "\n" + &more,
                    None => return Err((first, "a quote that begins in it is never ended")),
                }
            }
            if !text.trim().is_empty() {
                return Ok(Some((first, text)));
            }
        }
    }
}

impl<R: Read> Iterator for Texts<R> {
    type Item = Result<(u64, String), (u64, &'static str)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.text() {
            Ok(text) => text.map(Ok),
            Err((line, why)) => {
                // Where a text that cannot be read ends nobody knows.
                self.ended = true;
                Some(Err((line, why)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8], csv: bool) -> Vec<Result<(u64, String), u64>> {
        Texts::of(bytes, csv).map(|text| text.map_err(|(line, _)| line)).collect()
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let told = |line: u64, text: &str| Ok((line, text.to_owned()));
        assert_eq!(texts(b"\xef\xbb\xbfa\r\n\r\n\nb\n  \nc", false), [told(1, "a"), told(4, "b"), told(6, "c")]);
        let quoted = b"a,b\r\n1,\"two\r\nlines \"\"x\"\"\"\r\n\r\n3,4\r\n";
        assert_eq!(texts(quoted, true), [told(1, "a,b"), told(2, "1,\"two\nlines \"\"x\"\"\""), told(5, "3,4")]);
    }

    #[test]
    fn what_cannot_be_read_is_the_last() {
        let long = [b"a\n".to_vec(), vec![b'x'; LONGEST + 1], b"\nb".to_vec()].concat();
        assert_eq!(texts(&long, false), [Ok((1, "a".to_owned())), Err(2)]);
        assert_eq!(texts(b"a\n\xff\nb", false), [Ok((1, "a".to_owned())), Err(2)]);
        assert_eq!(texts(b"a\n1,\"never\nended", true), [Ok((1, "a".to_owned())), Err(2)]);
    }
}
