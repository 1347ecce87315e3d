//! The records of a CSV input, with their line numbers. One parser (`csv_core`) decides where a
//! record ends and what its cells are. A record that is not an exact encoding of those cells is
//! refused, so that a stray quote cannot swallow other records.

use std::io::{self, BufRead as _, BufReader, Read};

use scaleengine::proto::{TextError, decode_text};

use crate::limits;
use crate::unmarked::Unmarked;

/// A record: the number of its first line, its cells, and its text as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    pub(super) text: String,
}

/// Yields each record that is not blank. Stops after a record that cannot be read, because its end
/// is unknown.
pub(super) struct Records<R> {
    source: BufReader<Unmarked<R>>,
    parser: csv_core::Reader,
    /// The line number of the next byte.
    line: u64,
    after_return: bool,
    ended: bool,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> Records<R> {
    pub(super) fn of(source: R) -> Self {
        Self {
            source: BufReader::new(Unmarked::new(source)),
            parser: csv_core::Reader::new(),
            line: 1,
            after_return: false,
            ended: false,
            cells: vec![0; 1024],
            ends: vec![0; 64],
        }
    }

    /// Stops reading.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Reads the next record; returns `None` at the end of the input.
    fn record(&mut self) -> Result<Option<Record>, (u64, String)> {
        let parsed = self.parsed().map_err(|why| (self.line, why))?;
        let Some((raw, written, count)) = parsed else { return Ok(None) };
        // Blank lines before a record are not part of it.
        let start = raw.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(raw.len());
        let (blank, raw) = raw.split_at_checked(start).unwrap_or_default();
        self.count(blank);
        let line = self.line;
        self.count(raw);
        let unreadable = |why: &str| (line, why.to_owned());
        let text = decode_text(raw).map_err(|error| match error {
            TextError::Utf16 => unreadable(&error.to_string()),
            _ => unreadable("the record is not UTF-8"),
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        let cells = cells(self.cells.get(..written).unwrap_or_default(), self.ends.get(..count).unwrap_or_default())
            .ok_or_else(|| unreadable("the record is not UTF-8"))?;
        if !is_written_as(text, &cells) {
            return Err(unreadable(
                "unclosed quote, or text after a closing quote; inside quotes, write a quote twice",
            ));
        }
        Ok(Some(Record { line, cells, text: text.replace("\r\n", "\n") }))
    }

    /// Parses one record; returns its bytes, the length of its cells, and their number.
    fn parsed(&mut self) -> Result<Option<(Vec<u8>, usize, usize)>, String> {
        use csv_core::ReadRecordResult::{End, InputEmpty, OutputEndsFull, OutputFull, Record};

        let (mut raw, mut written, mut count) = (Vec::new(), 0, 0);
        loop {
            let input = match self.source.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                input => input.map_err(|error| format!("cannot read the input: {error}"))?,
            };
            let cells = self.cells.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(count..).unwrap_or_default();
            let (result, read, wrote, ended) = self.parser.read_record(input, cells, ends);
            raw.extend_from_slice(input.get(..read).unwrap_or_default());
            self.source.consume(read);
            (written, count) = (written + wrote, count + ended);
            // Drop blank lines before a record: any number of them is allowed.
            if raw.iter().all(|byte| matches!(byte, b'\n' | b'\r')) {
                self.count(&raw);
                raw.clear();
            }
            if raw.len() as u64 > limits::ITEM {
                return Err("the record that begins here is longer than 1 MiB; check for an unclosed quote".to_owned());
            }
            match result {
                InputEmpty => {}
                OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                Record => return Ok(Some((raw, written, count))),
                End => return Ok(None),
            }
        }
    }

    /// Counts the line ends in these bytes: `\n`, `\r\n` and `\r`, as in an editor.
    fn count(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let ends = *byte == b'\r' || *byte == b'\n' && !self.after_return;
            self.line += u64::from(ends);
            self.after_return = *byte == b'\r';
        }
    }
}

/// Splits joined bytes into cells at their ends; returns `None` if a cell is not UTF-8.
fn cells(bytes: &[u8], ends: &[usize]) -> Option<Vec<String>> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let cells =
        starts.zip(ends).map(|(start, end)| std::str::from_utf8(bytes.get(start..*end)?).ok().map(str::to_owned));
    cells.collect()
}

/// Returns whether a record is an exact encoding of these cells: each plain or quoted, separated by
/// commas.
fn is_written_as(record: &str, cells: &[String]) -> bool {
    let mut rest = record;
    for (index, cell) in cells.iter().enumerate() {
        let after_comma = if index == 0 { Some(rest) } else { rest.strip_prefix(',') };
        let after_cell = after_comma.and_then(|rest| match rest.strip_prefix('"') {
            Some(quoted) => quoted.strip_prefix(&*cell.replace('"', "\"\""))?.strip_prefix('"'),
            None => rest.strip_prefix(cell.as_str()),
        });
        let Some(after_cell) = after_cell else { return false };
        rest = after_cell;
    }
    rest.is_empty()
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<Record, (u64, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.record() {
                Ok(Some(record)) if record.text.trim().is_empty() => {}
                Ok(Some(record)) => return Some(Ok(record)),
                Ok(None) => self.ended = true,
                Err(why) => {
                    self.ended = true;
                    return Some(Err(why));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(bytes: &[u8]) -> Vec<Result<(u64, Vec<String>), u64>> {
        let record = |read: Result<Record, (u64, String)>| match read {
            Ok(record) => Ok((record.line, record.cells)),
            Err((line, _)) => Err(line),
        };
        Records::of(bytes).map(record).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with results that may be errors")]
    fn record(line: u64, cells: &[&str]) -> Result<(u64, Vec<String>), u64> {
        Ok((line, cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn records_are_counted_by_their_first_line() {
        let quoted = b"\xef\xbb\xbfa,b\r\n1,\"two\r\nlines \"\"x\"\"\"\r\n\r\n  \r\n3,4\r\n";
        assert_eq!(
            records(quoted),
            [record(1, &["a", "b"]), record(2, &["1", "two\r\nlines \"x\""]), record(6, &["3", "4"])]
        );
        let blank = [&vec![b'\n'; 2 << 20][..], b"a,b\n"].concat();
        assert_eq!(records(&blank), [record((2 << 20) + 1, &["a", "b"])]);
        assert_eq!(records(b"a\rb\rc"), [record(1, &["a"]), record(2, &["b"]), record(3, &["c"])]);
        assert_eq!(records(b"a,\n\"\",b"), [record(1, &["a", ""]), record(2, &["", "b"])]);
        assert_eq!(records(b""), []);
    }

    #[test]
    fn a_quote_inside_an_unquoted_cell_is_a_character() {
        let rows = b"demo,live,12\" mix\ndemo,live,b\ndemo,live,\"c \"\"d\"\n";
        let expected = [["demo", "live", "12\" mix"], ["demo", "live", "b"], ["demo", "live", "c \"d"]];
        let expected: Vec<_> = (1..).zip(&expected).map(|(line, cells)| record(line, cells)).collect();
        assert_eq!(records(rows), expected);
    }

    #[test]
    fn a_record_with_a_stray_quote_is_refused_with_its_line_and_is_the_last() {
        for wrong in ["1,\"never\nended", "1,\"a\"b", "1,\"a\" ,2", "\"a\"\"", "1,\"a\nb\"c"] {
            let input = format!("a,b\n\n{wrong}\n3,4\n");
            assert_eq!(records(input.as_bytes()), [record(1, &["a", "b"]), Err(3)], "{wrong}");
        }
        let long = [b"a\n\"".to_vec(), vec![b'x'; 1 << 21]].concat();
        assert_eq!(records(&long), [record(1, &["a"]), Err(2)]);
        assert_eq!(records(b"a\n\xff\nb"), [record(1, &["a"]), Err(2)]);
    }
}
