//! The first difference between two byte strings.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The number of bytes shown before and after the difference.
const AROUND: usize = 16;

/// The first difference between expected and received bytes. `Display` shows both around it, as
/// ASCII and as hex.
#[derive(Clone, PartialEq, Eq)]
pub struct Difference {
    offset: usize,
    start: usize,
    expected: Vec<u8>,
    received: Vec<u8>,
}

impl Difference {
    /// Compares expected with received bytes. Returns `None` if they are equal.
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

    /// Returns the offset of the first byte that differs, counted from 0.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the offset at which the shown bytes begin.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// Returns the expected bytes around the difference.
    #[must_use]
    pub fn expected(&self) -> &[u8] {
        &self.expected
    }

    /// Returns the received bytes around the difference.
    #[must_use]
    pub fn received(&self) -> &[u8] {
        &self.received
    }
}

/// Formats bytes as ASCII, with a dot for each byte that is not printable.
fn plain(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }).collect()
}

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
