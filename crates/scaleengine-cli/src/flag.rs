//! From a name as the API and the configuration have it to a flag.

/// No parameter can have this name: it is that of all others.
pub(crate) const EXTRA: &str = "--extra";

/// A parameter's name as a flag.
pub(crate) fn flag(name: &str) -> String {
    name.replace('_', "-")
}
