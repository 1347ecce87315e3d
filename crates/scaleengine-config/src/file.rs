//! The configuration file: profiles, each with an account and settings.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use scaleengine::proto::Printable;
use serde::Deserialize;

use crate::bounded;
use crate::failure::Failure;
use crate::private::{self, Exposed};
use crate::setting_table::Setting;

/// The content of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The profile to use if none is named.
    pub(crate) default: Option<String>,
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// One profile.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) api_key: Option<String>,
    pub(crate) cdn: Option<u32>,
    /// A file that no other user can read; relative to the configuration folder.
    pub(crate) secret_file: Option<PathBuf>,
    /// A command that writes the secret to stdout.
    pub(crate) secret_command: Option<String>,
    pub(crate) api_url: Option<String>,
    pub(crate) timeout: Option<u64>,
    pub(crate) retries: Option<u64>,
    pub(crate) deadline: Option<u64>,
    pub(crate) proxy: Option<String>,
    /// A PEM file; relative to the configuration folder.
    pub(crate) ca_file: Option<PathBuf>,
}

impl Profile {
    /// Returns the profile's value of a setting.
    pub(crate) fn setting(&self, setting: &Setting) -> Option<String> {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        match setting.name {
            "api_url" => self.api_url.clone(),
            "timeout" => number(self.timeout),
            "retries" => number(self.retries),
            "deadline" => number(self.deadline),
            "proxy" => self.proxy.clone(),
            "ca_file" => self.ca_file.as_ref().map(|file| beside_config(file).to_string_lossy().into_owned()),
            _ => None,
        }
    }
}

/// Resolves a path relative to the configuration folder.
pub(crate) fn beside_config(file: &Path) -> PathBuf {
    folder().map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

/// Returns the folder `scaleengine` in `XDG_CONFIG_HOME` or `~/.config`; `None` if neither is
/// known.
pub(crate) fn folder() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".config"));
    absolute("XDG_CONFIG_HOME").or_else(home).map(|folder| folder.join("scaleengine"))
}

/// Returns the path of the configuration file.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    let folder = folder().ok_or_else(|| {
        Failure::config("no configuration folder: neither XDG_CONFIG_HOME nor HOME is an absolute path")
            .hint("set HOME or XDG_CONFIG_HOME to an absolute path")
    })?;
    Ok(folder.join("config.toml"))
}

impl Config {
    /// Reads the file. A missing file is an empty configuration.
    pub(crate) fn load() -> Result<Self, Failure> {
        let Some(folder) = folder() else { return Ok(Self::default()) };
        let path = folder.join("config.toml");
        let unread = |error: io::Error| Failure::config(format!("{}: {error}", path.display()));
        let text = match bounded::text_file(&path, bounded::SETTINGS) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(unread(error)),
        };
        private::check_own(&path, false, true).map_err(unread)?.map_err(|exposed| refused(&exposed))?;
        let config: Self = toml::from_str(&text).map_err(|error| broken(&path, &text, &error))?;
        let named = config.default.as_ref().filter(|name| !config.profiles.contains_key(*name));
        match named {
            Some(name) => Err(Failure::config(format!(
                "{}: default names the profile `{}`, which does not exist",
                path.display(),
                Printable(name)
            ))
            .hint(format!("existing profiles: {}", config.names()))),
            None => Ok(config),
        }
    }

    /// Returns the profile of a name.
    pub(crate) fn profile(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.get(name).ok_or_else(|| {
            // A long name may be a key in the wrong place.
            let shown = if name.len() < 32 { Printable(name).to_string() } else { "…".to_owned() };
            let failure = Failure::config(format!("no profile is named `{shown}`"));
            failure
                .hint(format!("existing profiles: {}; create one with scaleengine login --profile NAME", self.names()))
        })
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.profiles.keys().map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

/// Names the broken line without its content, which may be a secret in the wrong place.
fn broken(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    let message = without_value(error.message());
    let failure = Failure::config(format!("{}: line {line}: {message}", path.display()));
    failure.hint(
        "correct that line; a profile contains api_key, cdn, secret_file or secret_command, api_url, timeout, retries, deadline, proxy, ca_file",
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

/// Creates the failure of a file that is not used because other users could have written or read
/// it.
pub(crate) fn refused(exposed: &Exposed) -> Failure {
    Failure::config(format!("{} and is not used", exposed.what())).hint(exposed.remedy())
}
