//! Passwords generated for a command. They must be shown to the user.

use scaleengine::param::Secret;

/// The passwords, each with the name of its parameter.
pub(crate) type GeneratedPasswords = Vec<(&'static str, Secret)>;
