//! Reads lines, headers and values of a multipart body.

use super::{is_space, split_before, trim_start, until_zero};
use alloc::vec::Vec;

/// The size of PHP's buffer. PHP reads a longer line as several lines.
const BUFFER: usize = 5 * 1024;

pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// A line feed, two dashes and the boundary: the end of a value.
    end: Vec<u8>,
    at_start: bool,
    /// The first unusual trait of the lines read so far.
    pub(super) odd: Option<&'static str>,
}

/// The headers of a part.
#[derive(Default)]
pub(super) struct Headers<'a> {
    all: Vec<(&'a [u8], Vec<u8>)>,
    folded: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(boundary: &[u8], body: &'a [u8]) -> Self {
        Self { rest: body, end: [b"\n--", boundary].concat(), at_start: true, odd: None }
    }

    /// Skips to the next part and anything before it. Returns `false` at the end of the form.
    pub(super) fn next_part(&mut self) -> bool {
        self.note_if_odd();
        self.at_start = false;
        while let Some(line) = self.line() {
            if Some(line) == self.end.get(1..) {
                return true;
            }
        }
        false
    }

    /// Reads up to the empty line. A line without its own header continues the one before.
    pub(super) fn headers(&mut self) -> Headers<'a> {
        let mut headers = Headers::default();
        while let Some(line) = self.line().filter(|line| !line.is_empty()) {
            headers.add(line);
        }
        headers
    }

    /// Reads a value up to a line that begins like a boundary, to a partial boundary at the end of
    /// the form, or to the end.
    pub(super) fn value(&mut self) -> &'a [u8] {
        let end = (0..self.rest.len()).find(|at| self.ends_value(*at));
        let (value, _) = end.and_then(|end| self.rest.split_at_checked(end)).unwrap_or((self.rest, &[]));
        let value = if end.is_some() { value.strip_suffix(b"\r").unwrap_or(value) } else { value };
        self.rest = self.rest.get(value.len()..).unwrap_or_default();
        value
    }

    fn ends_value(&self, at: usize) -> bool {
        let rest = self.rest.get(at..).unwrap_or_default();
        rest.first() == Some(&b'\n') && (rest.starts_with(&self.end) || self.end.starts_with(rest))
    }

    /// Reads a line as a C string, without its line ending. Returns `None` if the line ending is
    /// missing.
    fn line(&mut self) -> Option<&'a [u8]> {
        let buffered = self.rest.get(..self.buffer()).unwrap_or(self.rest);
        let (line, end) = split_before(buffered, |byte| byte == b'\n');
        if end.is_empty() && line.len() < self.buffer() {
            return None;
        }
        self.rest = self.rest.get(line.len() + end.len().min(1)..).unwrap_or_default();
        let (line, odd) = match (line, end) {
            (_, []) => (line, Some("a line outside the values is longer than PHP's buffer")),
            ([line @ .., b'\r'], _) => (line, None),
            _ => (line, Some("a line ends without a carriage return")),
        };
        let zero = line.contains(&0).then_some("a line outside the values has a zero byte");
        self.odd = self.odd.or(odd).or(zero);
        Some(until_zero(line))
    }

    fn buffer(&self) -> usize {
        BUFFER.max(self.end.len() + 3)
    }

    /// Notes if the next boundary is not written as clients write it.
    fn note_if_odd(&mut self) {
        let boundary = self.end.get(1..).unwrap_or_default();
        let line = if self.at_start { Some(self.rest) } else { self.rest.strip_prefix(b"\r\n") };
        let odd = match line.and_then(|line| line.strip_prefix(boundary)) {
            Some(b"--" | b"--\r\n" | [b'\r', b'\n', ..]) => None,
            Some([b'-', b'-', ..]) => Some("the form continues after the closing boundary"),
            Some([b'\n', ..]) => Some("a line ends without a carriage return"),
            Some(b"" | b"-") => Some("the closing boundary is missing"),
            Some(_) => Some("a boundary line contains more than the boundary"),
            None if self.at_start => Some("the form does not begin with the boundary"),
            None if self.rest.starts_with(&self.end) => Some("a line ends without a carriage return"),
            None if self.is_cut_off() => Some("the closing boundary is missing"),
            None => Some("PHP skips text between the parts"),
        };
        self.odd = self.odd.or(odd);
    }

    fn is_cut_off(&self) -> bool {
        self.end.starts_with(self.rest.strip_prefix(b"\r").unwrap_or(self.rest))
    }
}

impl<'a> Headers<'a> {
    fn add(&mut self, line: &'a [u8]) {
        let goes_on = line.first().is_some_and(|first| is_space(*first));
        match (split_before(line, |byte| byte == b':'), self.all.last_mut()) {
            ((key, [_, value @ ..]), _) if !goes_on => self.all.push((key, trim_start(value, is_space).to_vec())),
            (_, Some((_, value))) => {
                value.extend(line);
                self.folded = true;
            }
            _ => self.folded = true,
        }
    }

    /// Returns the first header of this name, as PHP does.
    pub(super) fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.all(name).next()
    }

    fn all(&self, name: &[u8]) -> impl Iterator<Item = &[u8]> {
        self.all.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    pub(super) fn odd(&self, name: &[u8]) -> Option<&'static str> {
        let twice = self.all(name).nth(1).is_some();
        let folded = self.folded.then_some("a part has a header line that is folded or has no colon");
        folded.or(twice.then_some("a part has two Content-Disposition headers"))
    }
}
