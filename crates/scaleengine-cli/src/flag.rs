//! Converts names of parameters and settings to flags.

/// The clap id of `--extra`, which passes undeclared parameters. Not a valid parameter name.
pub(crate) const EXTRA: &str = "--extra";

/// Returns the flag of a parameter or setting, without `--`.
pub(crate) fn flag(name: &str) -> String {
    name.replace('_', "-")
}
