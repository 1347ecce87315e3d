//! Errors and warnings.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use scaleengine_sign::SecretWarning;

use crate::owner::Exposed;
use crate::source::Source;

/// The reason why a configuration, a value or a secret cannot be used.
///
/// `Display` names the file and the line, or the source of the value. It contains no secret and no
/// password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    message: String,
    remedy: Option<String>,
    path: Option<PathBuf>,
    line: Option<usize>,
}

/// The kind of a [`ConfigError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// A file cannot be read.
    Unreadable,
    /// The configuration is not valid TOML, or contains an unknown key or a value of a wrong type.
    Syntax,
    /// Other users could have read or changed a file.
    Exposed,
    /// No profile has this name.
    UnknownProfile,
    /// No source sets the API key, the CDN id or the secret.
    Incomplete,
    /// A value cannot be used.
    Value,
    /// A helper command failed.
    Helper,
    /// The user interrupted a helper command (Ctrl-C).
    Interrupted,
    /// The environment does not determine the place of the configuration.
    NoPlace,
    /// Another process holds the lock of the configuration.
    Locked,
    /// A file cannot be written.
    Unwritten,
}

impl ConfigError {
    pub(crate) fn new(kind: ConfigErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), remedy: None, path: None, line: None }
    }

    pub(crate) fn remedy_is(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(crate) fn in_file(mut self, path: &Path) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new(ConfigErrorKind::Value, message)
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }

    /// Returns what to do about it, as an imperative clause.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// Returns the file that cannot be used.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns the line of the file, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

impl From<Exposed> for ConfigError {
    fn from(exposed: Exposed) -> Self {
        let error = Self::new(ConfigErrorKind::Exposed, format!("{exposed} and is not used"));
        error.remedy_is(exposed.remedy()).in_file(exposed.path())
    }
}

/// A probable mistake, which does not prevent the use of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The configuration cannot be used, but the environment has a complete account.
    OnlyEnvironment(ConfigError),
    /// The API key is in quotes, which are used as part of it.
    QuotedKey(Source),
    /// The API key and another value come from different sources, which may be of two accounts.
    MixedSources {
        /// The source of the API key.
        api_key: Source,
        /// The other value: `secret` or `CDN id`.
        other: &'static str,
        /// The source of the other value.
        source: Source,
    },
    /// A file of the secret that was named explicitly can be read by other users.
    Readable(Exposed),
    /// A probable mistake in the secret key.
    Secret(SecretWarning),
    /// A helper command runs for more than 3 s. This is its time limit.
    Waiting(Duration),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::OnlyEnvironment(error) => write!(f, "{error}; using only the environment"),
            Warning::QuotedKey(source) => {
                write!(f, "{source}: the API key is wrapped in quotes, which are used as part of it")
            }
            Warning::MixedSources { api_key, other, source } => {
                write!(f, "the API key ({api_key}) and the {other} ({source}) come from different sources")
            }
            Warning::Readable(exposed) => exposed.fmt(f),
            Warning::Secret(warning) => warning.fmt(f),
            Warning::Waiting(limit) => write!(f, "waiting for secret_command, for at most {} s", limit.as_secs()),
        }
    }
}
