//! The places of secrets, and how they are read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use scaleengine_sign::Credentials;

use crate::error::{ConfigError, ConfigErrorKind, Warning};
use crate::helper::{self, HelperError};
use crate::owner;
use crate::read;
use crate::source::Source;

/// The environment variable of the key of playback tokens.
pub(crate) const TOKEN_KEY: &str = "SCALEENGINE_TOKEN_KEY";
/// The environment variable of the key of signed links.
pub(crate) const LINK_KEY: &str = "SCALEENGINE_LINK_KEY";

/// The place of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    File(PathBuf),
    Environment(&'static str),
    Command(String),
}

/// Reads the file of a secret. `folder` is that of the configuration.
pub(crate) fn read_file(
    path: &Path,
    source: &Source,
    folder: &Path,
    warn: &dyn Fn(&Warning),
) -> Result<String, ConfigError> {
    let unread = |error: io::Error| {
        let message = format!("the secret file {} cannot be read: {error}", owner::printable(path));
        ConfigError::new(ConfigErrorKind::Unreadable, message).in_file(path)
    };
    let own = path.parent().is_some_and(|parent| parent.starts_with(folder));
    let checked = if own && !matches!(source, Source::Flag(_)) {
        owner::check_own(path, true, false)
    } else {
        owner::check_file(path, true)
    };
    match checked.map_err(unread)? {
        // A file named by the program may be readable by others on purpose, such as a container's
        // secret.
        Err(exposed) if matches!(source, Source::Flag(_)) && exposed.is_readable_only() => {
            warn(&Warning::Readable(exposed));
        }
        checked => checked.map_err(ConfigError::from)?,
    }
    read::text_file(path, read::SECRET).map_err(unread)
}

/// Returns the output of a command. Its environment has no credentials of ours, and its stderr is
/// that of this program.
pub(crate) fn run_command(command: &str, limit: Duration, warn: &dyn Fn(&Warning)) -> Result<String, ConfigError> {
    const WITHOUT: [&str; 5] = [Credentials::API_KEY, Credentials::SECRET_KEY, Credentials::CDN, TOKEN_KEY, LINK_KEY];
    let refuse = |why: &dyn fmt::Display| {
        let error = ConfigError::new(ConfigErrorKind::Helper, format!("secret_command: {why}"));
        error.remedy_is("run the command by itself to see its output")
    };
    let output = helper::run(command, &WITHOUT, limit, || warn(&Warning::Waiting(limit)));
    let output = output.map_err(|error| match error {
        HelperError::Interrupted => ConfigError::new(ConfigErrorKind::Interrupted, format!("secret_command: {error}")),
        error => refuse(&error),
    })?;
    read::text(output).map_err(|error| refuse(&error))
}
