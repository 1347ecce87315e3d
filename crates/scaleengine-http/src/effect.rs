//! Whether a command may have been executed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The effect of a call at the server. The stronger is the greater. As text it is `none`, `unknown` or `applied`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// None: the command was not executed.
    None,
    /// The command may have been executed: check the current state before repeating it.
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
