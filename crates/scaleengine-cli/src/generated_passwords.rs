//! Passwords that were made for a command: their caller has to be told.

use scaleengine::param::Secret;

/// Each with the name of its parameter.
pub(crate) type GeneratedPasswords = Vec<(&'static str, Secret)>;
