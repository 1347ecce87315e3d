//! A reader that drops a byte order mark at the start of its source. It looks for the mark on the
//! first read, so that creating it does not block on a silent pipe.

use std::io::{self, Read};

const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

pub(crate) struct Unmarked<R> {
    source: R,
    /// The part of the first bytes that is not returned yet; `None` before the first read.
    start: Option<Vec<u8>>,
}

impl<R: Read> Unmarked<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, start: None }
    }

    fn begin(&mut self) -> io::Result<Vec<u8>> {
        let mut start = Vec::new();
        self.source.by_ref().take(MARK.len() as u64).read_to_end(&mut start)?;
        Ok(if start == MARK { Vec::new() } else { start })
    }
}

impl<R: Read> Read for Unmarked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut start = match self.start.take() {
            Some(start) => start,
            None => self.begin()?,
        };
        let count = start.len().min(buffer.len());
        if count == 0 {
            self.start = Some(start);
            return self.source.read(buffer);
        }
        for (to, from) in buffer.iter_mut().zip(start.drain(..count)) {
            *to = from;
        }
        self.start = Some(start);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_is_dropped_at_the_start_and_nowhere_else() {
        for (input, output) in [
            (&b"\xef\xbb\xbfab"[..], &b"ab"[..]),
            (b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\xbb\xbf"),
            (b"\xef\xbb", b"\xef\xbb"),
            (b"abc\xef\xbb\xbf", b"abc\xef\xbb\xbf"),
            (b"", b""),
        ] {
            let mut read = Vec::new();
            Unmarked::new(input).read_to_end(&mut read).unwrap();
            assert_eq!(read, output);
        }
    }
}
