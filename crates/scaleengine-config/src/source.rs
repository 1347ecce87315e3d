//! The source of a value.

use std::fmt;

use scaleengine_proto::Printable;

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A value that the program gave to the [`Loader`](crate::Loader), usually from a flag of this
    /// name. `Display` writes `--name` with `-` in place of `_`.
    Flag(&'static str),
    /// An environment variable.
    Environment(&'static str),
    /// A profile.
    Profile(String),
    /// The built-in default.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(name) => write!(f, "--{}", name.replace('_', "-")),
            Source::Environment(name) => write!(f, "environment: {name}"),
            Source::Profile(name) => write!(f, "profile {}", Printable(name)),
            Source::Default => f.write_str("default"),
        }
    }
}
