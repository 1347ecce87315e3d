//! Finds the sources of a profile.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use scaleengine_sign::Credentials;

use crate::error::{ConfigError, Warning};
use crate::file::Config;
use crate::place::variable;
use crate::profile::{OnWarning, Profile};
use crate::setting::Setting;

/// Finds the effective values, with values of the program, which override every other source.
///
/// ```no_run
/// # fn run() -> Result<(), scaleengine_config::ConfigError> {
/// use scaleengine_config::{Profile, Setting};
///
/// let loader = Profile::loader().set(Setting::Timeout, "5").on_warning(|warning| eprintln!("{warning}"));
/// let profile = loader.load()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Loader {
    profile: Option<String>,
    secret_file: Option<PathBuf>,
    settings: Vec<(Setting, String)>,
    on_warning: Option<OnWarning>,
}

impl fmt::Debug for Loader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl Loader {
    /// Names the profile. Its values then precede those of the environment.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Names a file with the secret key. Other users may be able to read it; that is a warning.
    pub fn secret_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.secret_file = Some(path.into());
        self
    }

    /// Sets a setting.
    pub fn set(mut self, setting: Setting, value: impl Into<String>) -> Self {
        self.settings.push((setting, value.into()));
        self
    }

    /// Sets a function that receives the warnings of loading, and of reading the secret later.
    pub fn on_warning(mut self, on_warning: impl Fn(&Warning) + Send + Sync + 'static) -> Self {
        self.on_warning = Some(Arc::new(on_warning));
        self
    }

    /// Reads the environment and the configuration.
    ///
    /// A configuration that cannot be read is only a warning if no profile was named and the
    /// program and the environment together set a complete account.
    ///
    /// # Errors
    ///
    /// As [`Config::load`] and [`Config::profile`].
    pub fn load(self) -> Result<Profile, ConfigError> {
        let config = match Config::load() {
            Err(error) if self.named()?.is_none() && self.has_complete_account()? => {
                self.warn(&Warning::OnlyEnvironment(error));
                Config::default()
            }
            loaded => loaded?,
        };
        self.load_in(&config)
    }

    /// Returns only the values of the program, without the environment and the configuration.
    #[must_use]
    pub fn only_given(self) -> Profile {
        Profile::of_program(&self.settings, self.secret_file, self.on_warning)
    }

    pub(crate) fn load_in(self, config: &Config) -> Result<Profile, ConfigError> {
        let name = self.named()?.or_else(|| config.default_profile().map(str::to_owned));
        let stored = match &name {
            Some(name) => Some((name.clone(), config.stored(name)?)),
            None => None,
        };
        let named_by_program = self.profile.is_some();
        let mut profile = self.only_given().in_config(name, config.folder());
        if named_by_program {
            profile.add_stored(stored.as_ref());
            profile.add_environment()?;
        } else {
            profile.add_environment()?;
            profile.add_stored(stored.as_ref());
        }
        Ok(profile)
    }

    /// Returns the profile that the program or the environment names.
    fn named(&self) -> Result<Option<String>, ConfigError> {
        match &self.profile {
            Some(named) => Ok(Some(named.clone())),
            None => variable(Profile::VARIABLE),
        }
    }

    /// Returns whether the program and the environment set a complete account.
    fn has_complete_account(&self) -> Result<bool, ConfigError> {
        let secret = self.secret_file.is_some() || variable(Credentials::SECRET_KEY)?.is_some();
        Ok(secret && variable(Credentials::API_KEY)?.is_some() && variable(Credentials::CDN)?.is_some())
    }

    fn warn(&self, warning: &Warning) {
        if let Some(on_warning) = &self.on_warning {
            on_warning(warning);
        }
    }
}

impl Config {
    /// Returns a profile by name. Its values precede those of the environment, which fill the gaps.
    ///
    /// # Errors
    ///
    /// Returns an error if no profile has this name, or if a variable is not Unicode text.
    pub fn profile(&self, name: &str) -> Result<Profile, ConfigError> {
        Loader::default().profile(name).load_in(self)
    }
}

impl Profile {
    /// Reads the environment and the configuration: `SCALEENGINE_PROFILE` or the configuration
    /// names the profile, and variables override it.
    ///
    /// # Errors
    ///
    /// As [`Loader::load`].
    pub fn load() -> Result<Self, ConfigError> {
        Loader::default().load()
    }

    /// Returns a loader, for values of the program and for warnings.
    pub fn loader() -> Loader {
        Loader::default()
    }
}
