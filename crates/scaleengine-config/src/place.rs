//! The place of the configuration file.

use std::path::PathBuf;

use crate::error::{ConfigError, ConfigErrorKind};

/// The environment variable that names the configuration file.
pub(crate) const CONFIG: &str = "SCALEENGINE_CONFIG";

/// The path of a configuration file, which may not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    /// Whether a file is expected there, because its path was given.
    pub(crate) named: bool,
}

impl Place {
    /// Finds the place: the value of `SCALEENGINE_CONFIG`, or else `scaleengine/config.toml` in the
    /// user's folder of configurations. Returns `None` if the environment does not determine it.
    pub(crate) fn find() -> Result<Option<Self>, ConfigError> {
        if let Some(path) = variable(CONFIG)? {
            return Ok(Some(Self { path: PathBuf::from(path), named: true }));
        }
        let path = folder().map(|folder| folder.join("scaleengine").join("config.toml"));
        Ok(path.map(|path| Self { path, named: false }))
    }

    pub(crate) fn require() -> Result<Self, ConfigError> {
        Self::find()?.ok_or_else(|| {
            let error = ConfigError::new(ConfigErrorKind::NoPlace, NO_PLACE);
            error.remedy_is(format!("{REMEDY}, or name the file by {CONFIG}"))
        })
    }
}

fn absolute(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(not(windows))]
fn folder() -> Option<PathBuf> {
    absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))
}

#[cfg(not(windows))]
const NO_PLACE: &str = "no configuration folder: neither XDG_CONFIG_HOME nor HOME is an absolute path";
#[cfg(not(windows))]
const REMEDY: &str = "set HOME or XDG_CONFIG_HOME to an absolute path";

#[cfg(windows)]
fn folder() -> Option<PathBuf> {
    absolute("APPDATA")
}

#[cfg(windows)]
const NO_PLACE: &str = "no configuration folder: APPDATA is not an absolute path";
#[cfg(windows)]
const REMEDY: &str = "set APPDATA to an absolute path";

/// Reads a variable; a blank one counts as not set.
pub(crate) fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let value =
        value.into_string().map_err(|_| ConfigError::value(format!("the value of {name} is not Unicode text")))?;
    Ok(Some(value).filter(|value| !value.trim().is_empty()))
}
