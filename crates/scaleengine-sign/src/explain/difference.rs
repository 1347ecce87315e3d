//! Where two texts part.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// How many bytes are shown before and after the place.
const AROUND: usize = 16;

/// The first difference of two texts. `Display` shows both around it, as text and as hex.
#[derive(Clone, PartialEq, Eq)]
pub struct Difference {
    offset: usize,
    start: usize,
    expected: Vec<u8>,
    received: Vec<u8>,
}

impl Difference {
    /// Between a text that was expected and one that was received; `None` where they are the same.
    #[must_use]
    pub fn between(expected: &[u8], received: &[u8]) -> Option<Self> {
        let common = expected.iter().zip(received).take_while(|(a, b)| a == b).count();
        if common == expected.len() && common == received.len() {
            return None;
        }
        let start = common.saturating_sub(AROUND);
        let around = |text: &[u8]| {
            let end = text.len().min(common + AROUND);
            text.get(start..end).unwrap_or_default().to_vec()
        };
        Some(Self { offset: common, start, expected: around(expected), received: around(received) })
    }

    /// The first byte that differs, counted from 0.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Where what is shown of both begins.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// The expected bytes around it.
    #[must_use]
    pub fn expected(&self) -> &[u8] {
        &self.expected
    }

    /// The received bytes around it.
    #[must_use]
    pub fn received(&self) -> &[u8] {
        &self.received
    }
}

/// Bytes as text, with a point for each that is not to be seen.
fn plain(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }).collect()
}

/// Bytes in hex, with a blank between two.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| alloc::format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, bytes) in [("expected", &self.expected), ("received", &self.received)] {
            let line =
                if what == "expected" { alloc::format!("at byte {}:\n", self.offset) } else { String::from("\n") };
            write!(f, "{line}  {what} {}  {}", plain(bytes), hex(bytes))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Difference").field("offset", &self.offset).finish_non_exhaustive()
    }
}
