//! The configuration file: profiles, each with an account and settings.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use scaleengine_proto::Printable;
use serde::Deserialize;

use crate::error::{ConfigError, ConfigErrorKind};
use crate::owner::{self, folder_of};
use crate::place::{CONFIG, Place};
use crate::read;
use crate::setting::Setting;

/// A configuration file that was read, or the absence of one. Reading it runs no helper command and
/// reads no secret.
///
/// ```no_run
/// # fn run() -> Result<(), scaleengine_config::ConfigError> {
/// use scaleengine_config::Config;
///
/// let config = Config::load()?;
/// let profile = config.profile("main")?;
/// println!("CDN {:?}, from {:?}", profile.cdn()?, profile.source("cdn"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Config {
    path: Option<PathBuf>,
    pub(crate) content: Content,
}

/// The content of the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    /// The profile to use if none is named.
    pub(crate) default: Option<String>,
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, StoredProfile>,
}

/// A profile as it is stored. The effective values are those of [`Config::profile`].
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredProfile {
    pub(crate) api_key: Option<String>,
    pub(crate) cdn: Option<u32>,
    /// A file that no other user can read; relative to the configuration folder.
    pub(crate) secret_file: Option<PathBuf>,
    /// A command that writes the secret to stdout.
    pub(crate) secret_command: Option<String>,
    /// A file with the key of playback tokens.
    pub(crate) token_key_file: Option<PathBuf>,
    /// A file with the key of signed links.
    pub(crate) link_key_file: Option<PathBuf>,
    pub(crate) api_url: Option<String>,
    pub(crate) timeout: Option<u64>,
    pub(crate) retries: Option<u64>,
    pub(crate) deadline: Option<u64>,
    pub(crate) proxy: Option<String>,
    /// A PEM file; relative to the configuration folder.
    pub(crate) ca_file: Option<PathBuf>,
}

impl StoredProfile {
    /// Returns the API key.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.api_key.as_deref()
    }

    /// Returns the CDN id.
    #[must_use]
    pub fn cdn(&self) -> Option<u32> {
        self.cdn
    }

    /// Returns the profile's value of a setting; paths are relative to `folder`.
    pub(crate) fn setting(&self, setting: Setting, folder: &Path) -> Option<String> {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        match setting {
            Setting::ApiUrl => self.api_url.clone(),
            Setting::Timeout => number(self.timeout),
            Setting::Retries => number(self.retries),
            Setting::Deadline => number(self.deadline),
            Setting::Proxy => self.proxy.clone(),
            Setting::CaFile => self.ca_file.as_ref().map(|file| folder.join(file).to_string_lossy().into_owned()),
        }
    }
}

/// Shows no values: an API key or a password of a proxy may be among them.
impl fmt::Debug for StoredProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredProfile").field("cdn", &self.cdn).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the configuration of this user. Without a file, the configuration is empty.
    ///
    /// The file is the value of `SCALEENGINE_CONFIG`, or else `scaleengine/config.toml` in
    /// `XDG_CONFIG_HOME` or `~/.config`; on Windows, in `APPDATA`.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or is not valid, if other users could have
    /// changed it, or if `SCALEENGINE_CONFIG` names a file that does not exist.
    pub fn load() -> Result<Self, ConfigError> {
        match Place::find()? {
            Some(place) => {
                let config = Self::read(&place.path)?;
                match config {
                    None if place.named => Err(missing(&place.path)),
                    config => Ok(config.unwrap_or_else(|| Self::empty(place.path))),
                }
            }
            None => Ok(Self::default()),
        }
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// As [`Config::load`]; also if the file does not exist.
    pub fn load_from(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        Self::read(path)?.ok_or_else(|| missing(path))
    }

    /// Returns the path of this user's configuration file, which may not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the environment does not determine the path.
    pub fn usual_path() -> Result<PathBuf, ConfigError> {
        Place::require().map(|place| place.path)
    }

    /// Reads a file. Returns `None` if it does not exist.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        let unread = |error: io::Error| {
            ConfigError::new(ConfigErrorKind::Unreadable, format!("{}: {error}", path.display())).in_file(path)
        };
        let text = match read::text_file(path, read::SETTINGS) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unread(error)),
        };
        owner::check_own(path, false, true).map_err(unread)?.map_err(ConfigError::from)?;
        let content: Content = toml::from_str(&text).map_err(|error| broken(path, &text, &error))?;
        let config = Self { path: Some(path.to_owned()), content };
        match config.default_profile().filter(|name| !config.content.profiles.contains_key(*name)) {
            Some(name) => {
                let message = format!(
                    "{}: default names the profile `{}`, which does not exist",
                    path.display(),
                    Printable(name)
                );
                let error = ConfigError::new(ConfigErrorKind::UnknownProfile, message).in_file(path);
                Err(error.remedy_is(format!("existing profiles: {}", config.names())))
            }
            None => Ok(Some(config)),
        }
    }

    pub(crate) fn empty(path: PathBuf) -> Self {
        Self { path: Some(path), content: Content::default() }
    }

    /// Returns the path of the file; `None` if the environment does not determine it.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns the folder that paths in the file are relative to.
    pub(crate) fn folder(&self) -> &Path {
        self.path.as_deref().map_or(Path::new("."), folder_of)
    }

    /// Returns the name of the profile that is used if none is named.
    #[must_use]
    pub fn default_profile(&self) -> Option<&str> {
        self.content.default.as_deref()
    }

    /// Returns the stored profiles, in the order of their names.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &StoredProfile)> {
        self.content.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    pub(crate) fn stored(&self, name: &str) -> Result<&StoredProfile, ConfigError> {
        self.content.profiles.get(name).ok_or_else(|| {
            // A long name may be a key in the wrong place.
            let shown = if name.len() < 32 { Printable(name).to_string() } else { "…".to_owned() };
            let error = ConfigError::new(ConfigErrorKind::UnknownProfile, format!("no profile is named `{shown}`"));
            let names = self.names();
            error.remedy_is(format!("existing profiles: {names}; create one with scaleengine login --profile NAME"))
        })
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.content.profiles.keys().map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

fn missing(path: &Path) -> ConfigError {
    let message = format!("the configuration file {} does not exist", path.display());
    let error = ConfigError::new(ConfigErrorKind::Unreadable, message).in_file(path);
    error.remedy_is(format!("correct {CONFIG}, or create the file with scaleengine login"))
}

/// Names the broken line without its content, which may be a secret in the wrong place.
fn broken(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    let message = without_value(error.message());
    let message = format!("{}: line {line}: {message}", path.display());
    let error = ConfigError::new(ConfigErrorKind::Syntax, message).in_file(path).at_line(line);
    error.remedy_is(
        "correct that line; a profile contains api_key, cdn, secret_file or secret_command, token_key_file, link_key_file, api_url, timeout, retries, deadline, proxy, ca_file",
    )
}

/// Removes the unexpected value from a parser's message.
fn without_value(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => {
            let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
            format!("{kind}, expected {expected}")
        }
        _ => message.to_owned(),
    }
}
