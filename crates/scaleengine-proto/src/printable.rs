//! Text from elsewhere, made safe for a terminal and a log.

use core::fmt::{self, Write as _};

/// Shows a text with its control characters escaped, so that an answer cannot move a cursor or forge a log line.
///
/// Also escaped: characters that change the reading direction.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a>(pub &'a str);

impl Printable<'_> {
    /// Whether a character is escaped.
    #[must_use]
    pub fn is_escaped(c: char) -> bool {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if Self::is_escaped(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}
