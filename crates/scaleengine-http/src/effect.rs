//! The effect of a call: not executed, possibly executed, or executed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The effect of a call at the server, ordered: `None` < `Unknown` < `Applied`. Its string is
/// `none`, `unknown` or `applied`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The command was not executed, or it only reads.
    None,
    /// The command may have been executed. Unless it is safe to repeat, check the current state
    /// first.
    Unknown,
    /// The command was executed. In an error: its reply could not be decoded.
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
