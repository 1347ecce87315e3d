//! Whether a command may be repeated.

/// Whether a command may be sent again when the outcome of an attempt is not known.
///
/// Every command is a POST, so the HTTP method says nothing; the command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Changes nothing.
    ReadOnly,
    /// Sets a state: sent twice equals sent once.
    Idempotent,
    /// Each execution does something of its own. Also assumed of every command that is not declared.
    Unsafe,
}
