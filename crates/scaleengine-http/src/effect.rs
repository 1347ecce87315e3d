//! Whether a command may have been executed.

use std::fmt;

/// What a call may have done at the server. The stronger is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing.
    None,
    /// The command may have been executed: look before repeating.
    Unknown,
    /// The command was executed.
    Applied,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Effect::None => "none",
            Effect::Unknown => "unknown",
            Effect::Applied => "applied",
        })
    }
}
