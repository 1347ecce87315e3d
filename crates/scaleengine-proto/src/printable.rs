//! Escaping of untrusted text for terminals and logs.

use core::fmt::{self, Write as _};

use crate::input::Invisible;

/// A string that is displayed with every character escaped that is invisible, or that could move
/// the cursor, change the reading direction or forge a log line. Different strings look different.
///
/// ```
/// use scaleengine_proto::Printable;
///
/// assert_eq!(Printable("live\u{200b}\u{1b}[2J").to_string(), "live\\u{200b}\\u{1b}[2J");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a>(pub &'a str);

/// The longest run of combining marks that is not escaped; no script stacks more on one letter.
const MARKS: usize = 4;

impl Printable<'_> {
    /// Returns whether a character is always escaped.
    #[must_use]
    pub fn is_escaped(c: char) -> bool {
        Invisible::is_invisible(c)
    }
}

/// Returns whether a character combines with the preceding one. Covers the blocks of combining
/// marks that are common to all scripts.
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{302a}'..='\u{302f}' | '\u{3099}' | '\u{309a}' | '\u{fe20}'..='\u{fe2f}')
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut marks = 0;
        for c in self.0.chars() {
            marks = if is_combining(c) { marks + 1 } else { 0 };
            if Self::is_escaped(c) || marks > MARKS {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString as _};

    use super::*;

    #[test]
    fn only_invisible_characters_and_long_runs_of_marks_are_escaped() {
        for text in ["a b", "über 名前", "e\u{301}\u{302}", "\u{1f600}"] {
            assert_eq!(Printable(text).to_string(), text);
        }
        for c in ['\u{200b}', '\u{3164}', '\u{e0041}', '\u{a0}', '\u{202e}', '\u{7f}', '\u{fe0f}', '\u{2800}', '\n'] {
            assert!(!Printable(&format!("a{c}b")).to_string().contains(c), "{c:?}");
        }
        let stacked: String = core::iter::once('a').chain(core::iter::repeat_n('\u{301}', 6)).collect();
        assert_eq!(Printable(&stacked).to_string(), "a\u{301}\u{301}\u{301}\u{301}\\u{301}\\u{301}");
    }
}
