//! Colors: only on a terminal, and only if `NO_COLOR` and `TERM` allow them.

use std::fmt;
use std::io::{self, IsTerminal as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// The terminal of a stream, if it is one: its width, and whether to use color.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    color: bool,
    /// The width in columns, if it is a terminal.
    pub(crate) width: Option<usize>,
}

impl Terminal {
    pub(crate) fn stdout() -> Self {
        Self::of(&io::stdout(), io::stdout().is_terminal())
    }

    pub(crate) fn stderr() -> Self {
        Self::of(&io::stderr(), io::stderr().is_terminal())
    }

    fn of(stream: &impl anstream::stream::RawStream, is_terminal: bool) -> Self {
        let width = is_terminal.then(terminal_size::terminal_size).flatten();
        let color = is_terminal && AutoStream::choice(stream) != ColorChoice::Never;
        Self { color, width: width.map(|(width, _)| usize::from(width.0)) }
    }

    /// Returns a terminal without color.
    #[cfg(test)]
    pub(super) fn plain(width: Option<usize>) -> Self {
        Self { color: false, width }
    }

    /// Returns the same terminal, narrower by some columns.
    pub(crate) fn narrower(self, columns: usize) -> Self {
        Self { width: self.width.map(|width| width.saturating_sub(columns)), ..self }
    }

    /// Returns whether to use color.
    pub(crate) fn colorful(self) -> bool {
        self.color
    }

    /// Styles a success.
    pub(crate) fn good<T>(self, text: T) -> Styled<T> {
        self.styled(text, AnsiColor::Green.on_default())
    }

    /// Styles a warning.
    pub(crate) fn odd<T>(self, text: T) -> Styled<T> {
        self.styled(text, AnsiColor::Yellow.on_default())
    }

    /// Styles an error.
    pub(crate) fn bad<T>(self, text: T) -> Styled<T> {
        self.styled(text, AnsiColor::Red.on_default().bold())
    }

    /// Styles a remark.
    pub(crate) fn dim<T>(self, text: T) -> Styled<T> {
        self.styled(text, Style::new().dimmed())
    }

    /// Styles a heading.
    pub(crate) fn heading<T>(self, text: T) -> Styled<T> {
        self.styled(text, Style::new().bold())
    }

    fn styled<T>(self, text: T, style: Style) -> Styled<T> {
        Styled { text, style: if self.color { style } else { Style::new() } }
    }
}

/// A value in a style.
pub(crate) struct Styled<T> {
    text: T,
    style: Style,
}

impl<T: fmt::Display> fmt::Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:#}", self.style, self.text, self.style)
    }
}
