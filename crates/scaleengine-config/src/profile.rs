//! The effective account and settings, each with its source.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::transport::proxy::{Proxies, ProxyAddress};
use scaleengine_http::{CallOptions, Endpoint, RetryPolicy};
use scaleengine_proto::{Printable, find_invisible, is_quoted, single_value};
use scaleengine_sign::{Account, Credentials, SecretKey};

use crate::error::{ConfigError, ConfigErrorKind, Warning};
use crate::file::StoredProfile;
use crate::kept::{self, Kept};
use crate::owner;
use crate::place::variable;
use crate::read;
use crate::setting::Setting;
use crate::source::Source;

/// The values of one setting, each with its source. The first is effective, the others are
/// overridden.
type Sourced<T> = Vec<(Source, T)>;

/// A function that receives the warnings.
pub(crate) type OnWarning = Arc<dyn Fn(&Warning) + Send + Sync>;

/// A value for display: without secrets and passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// The name of the value, such as `api_key` or `timeout`.
    pub name: &'static str,
    /// The effective value, or the place of a secret; `None` if no source sets it.
    pub value: Option<String>,
    /// The source of the effective value.
    pub source: Option<Source>,
    /// The sources whose values are overridden.
    pub overridden: Vec<Source>,
}

/// The effective account and settings. Each value knows its source. The secret is read by
/// [`Profile::credentials`], not before.
///
/// ```no_run
/// # fn run() -> Result<(), scaleengine_config::ConfigError> {
/// use scaleengine_config::Profile;
///
/// let profile = Profile::load()?;
/// let (credentials, endpoint, options) = (profile.credentials()?, profile.endpoint()?, profile.options()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Profile {
    name: Option<String>,
    /// The folder of the configuration.
    folder: PathBuf,
    api_key: Sourced<String>,
    cdn: Sourced<String>,
    secret: Sourced<Kept>,
    token_key: Sourced<Kept>,
    link_key: Sourced<Kept>,
    settings: Vec<(Setting, Sourced<String>)>,
    on_warning: Option<OnWarning>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Profile {
    /// The environment variable that names the profile to use.
    pub const VARIABLE: &'static str = "SCALEENGINE_PROFILE";
    /// The environment variable of the key of playback tokens.
    pub const TOKEN_KEY: &'static str = kept::TOKEN_KEY;
    /// The environment variable of the key of signed links.
    pub const LINK_KEY: &'static str = kept::LINK_KEY;

    /// Returns the name of the profile; `None` if only the environment is used.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the source of a value: `api_key`, `cdn`, `secret`, or the name of a [`Setting`].
    #[must_use]
    pub fn source(&self, name: &str) -> Option<&Source> {
        match name {
            "api_key" => self.api_key.first().map(|(source, _)| source),
            "cdn" => self.cdn.first().map(|(source, _)| source),
            "secret" => self.secret.first().map(|(source, _)| source),
            name => {
                let (_, values) = self.settings.iter().find(|(setting, _)| setting.name() == name)?;
                values.first().map(|(source, _)| source)
            }
        }
    }

    /// Returns all values for display: the account, then the settings that have a value. Reads no
    /// secret.
    #[must_use]
    pub fn values(&self) -> Vec<Shown> {
        // Any other value may be a key in the wrong place.
        let cdn =
            |cdn: &String| cdn.trim().parse::<u32>().map_or("… (not a CDN id)".to_owned(), |cdn| cdn.to_string());
        let kept = |kept: &Kept| match kept {
            Kept::File(path) => format!("in the file {}", owner::printable(path)),
            Kept::Environment(_) => "set".to_owned(),
            Kept::Command(_) => "from a command".to_owned(),
        };
        let mut values = vec![
            shown("api_key", &self.api_key, |key| last_four(key)),
            shown("cdn", &self.cdn, cdn),
            shown("secret", &self.secret, kept),
        ];
        for (name, keys) in [("token_key", &self.token_key), ("link_key", &self.link_key)] {
            if !keys.is_empty() {
                values.push(shown(name, keys, kept));
            }
        }
        for (setting, found) in &self.settings {
            let default = vec![(Source::Default, Endpoint::DEFAULT.to_owned())];
            let found = if found.is_empty() && *setting == Setting::ApiUrl { &default } else { found };
            if !found.is_empty() {
                values.push(shown(setting.name(), found, |value| setting.printable(value)));
            }
        }
        values
    }

    /// Returns the names of the variables of the account that no source sets.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let names = [
            (Credentials::API_KEY, self.api_key.is_empty()),
            (Credentials::SECRET_KEY, self.secret.is_empty()),
            (Credentials::CDN, self.cdn.is_empty()),
        ];
        names.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect()
    }

    /// Returns the API key; `None` if no source sets it.
    ///
    /// # Errors
    ///
    /// Returns an error if it contains an invisible character.
    pub fn api_key(&self) -> Result<Option<&str>, ConfigError> {
        let Some((source, key)) = self.api_key.first() else { return Ok(None) };
        let key = single_value(key).trim();
        match find_invisible(key) {
            Some(found) => {
                Err(ConfigError::value(format!("{source}: the API key contains an invisible character: {found}")))
            }
            None => Ok(Some(key)),
        }
    }

    /// Returns the CDN id; `None` if no source sets it.
    ///
    /// # Errors
    ///
    /// Returns an error if it is not a number.
    pub fn cdn(&self) -> Result<Option<u32>, ConfigError> {
        let Some((source, cdn)) = self.cdn.first() else { return Ok(None) };
        single_value(cdn).trim().parse().map(Some).map_err(|_| {
            ConfigError::value(format!("{source}: not a CDN id: expected an integer below 2^32, such as 158"))
        })
    }

    /// Returns the account with its secret, which is read here: from the environment, from a file,
    /// or by running a helper command for at most the deadline of a call. So this can block.
    ///
    /// [`Credentials::warning`] has a probable mistake in the secret.
    ///
    /// # Errors
    ///
    /// Returns an error if a part of the account is missing or invalid, if the secret cannot be
    /// read, if other users could have read or changed its file, or if the keys look swapped.
    pub fn credentials(&self) -> Result<Credentials, ConfigError> {
        let (Some(key), Some(cdn), false) = (self.api_key()?, self.cdn()?, self.secret.is_empty()) else {
            return Err(lacking(&self.missing()));
        };
        let api_key = self.source("api_key").cloned().unwrap_or(Source::Default);
        if is_quoted(key) {
            self.warn(&Warning::QuotedKey(api_key.clone()));
        }
        // Accounts may be mixed by accident: a variable that CI left empty is replaced by the
        // profile's value.
        let mixed = |other: &'static str, source: &Source| Warning::MixedSources {
            api_key: api_key.clone(),
            other,
            source: source.clone(),
        };
        match (self.source("secret"), self.source("cdn")) {
            (Some(secret), _) if differ(&api_key, secret) => self.warn(&mixed("secret", secret)),
            (_, Some(cdn)) if std::mem::discriminant(&api_key) != std::mem::discriminant(cdn) => {
                self.warn(&mixed("CDN id", cdn));
            }
            _ => {}
        }
        let credentials = Credentials::from_input(Account::new(key, cdn), self.secret_text()?);
        if credentials.secret().looks_swapped_with(key) {
            let error =
                ConfigError::value(format!("{api_key}: the API key looks like a secret key, or the two are swapped"));
            return Err(error.remedy_is(SHAPES));
        }
        Ok(credentials)
    }

    /// Reads only the secret key. This can block, as [`Profile::credentials`] can.
    ///
    /// # Errors
    ///
    /// Returns an error if no source sets it, or if it cannot be read.
    pub fn secret(&self) -> Result<SecretKey, ConfigError> {
        let (secret, warning) = SecretKey::from_input(self.secret_text()?);
        if let Some(warning) = warning {
            self.warn(&Warning::Secret(warning));
        }
        Ok(secret)
    }

    fn secret_text(&self) -> Result<String, ConfigError> {
        if let [(Source::Profile(name), Kept::File(_)), (Source::Profile(_), Kept::Command(_)), ..] = &*self.secret {
            let message = format!("the profile {} sets both secret_file and secret_command", Printable(name));
            return Err(ConfigError::value(message).remedy_is("remove one of the two lines"));
        }
        let (source, kept) = self.secret.first().ok_or_else(|| lacking(&[Credentials::SECRET_KEY]))?;
        self.key(source, kept, "secret key")
    }

    /// Reads the key of playback tokens; `None` if no source sets it.
    ///
    /// The sources are `SCALEENGINE_TOKEN_KEY` and `token_key_file` of the profile.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read.
    pub fn token_key(&self) -> Result<Option<SecretKey>, ConfigError> {
        self.optional_key(&self.token_key, "token key")
    }

    /// Reads the key of signed links; `None` if no source sets it.
    ///
    /// The sources are `SCALEENGINE_LINK_KEY` and `link_key_file` of the profile.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read.
    pub fn link_key(&self) -> Result<Option<SecretKey>, ConfigError> {
        self.optional_key(&self.link_key, "link key")
    }

    fn optional_key(&self, found: &Sourced<Kept>, what: &str) -> Result<Option<SecretKey>, ConfigError> {
        let Some((source, kept)) = found.first() else { return Ok(None) };
        Ok(Some(SecretKey::from_input(self.key(source, kept, what)?).0))
    }

    /// Reads a key from its place.
    fn key(&self, source: &Source, kept: &Kept, what: &str) -> Result<String, ConfigError> {
        let text = match kept {
            Kept::Environment(name) => variable(name)?.unwrap_or_default(),
            Kept::File(path) => kept::read_file(path, source, &self.folder, &|warning| self.warn(warning))?,
            Kept::Command(command) => kept::run_command(command, self.deadline()?, &|warning| self.warn(warning))?,
        };
        if SecretKey::from_input(text.as_str()).0.is_blank() {
            return Err(ConfigError::value(format!("{source}: the {what} is empty")));
        }
        Ok(text)
    }

    /// Returns the effective value of a setting; `None` if no source sets it.
    ///
    /// # Errors
    ///
    /// Returns an error with the source of the value if [`Setting::check`] refuses it.
    pub fn setting(&self, setting: Setting) -> Result<Option<&str>, ConfigError> {
        let found = self.settings.iter().find(|(own, _)| *own == setting);
        let Some((source, value)) = found.and_then(|(_, values)| values.first()) else { return Ok(None) };
        let refuse = |why| ConfigError::value(format!("{setting}: {source}: {why}"));
        setting.check(value).map(|()| Some(single_value(value).trim())).map_err(refuse)
    }

    fn number(&self, setting: Setting) -> Result<Option<u64>, ConfigError> {
        Ok(self.setting(setting)?.and_then(|value| value.parse().ok()))
    }

    /// Returns the address of the API.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not a valid endpoint.
    pub fn endpoint(&self) -> Result<Endpoint, ConfigError> {
        let url = self.setting(Setting::ApiUrl)?.unwrap_or(Endpoint::DEFAULT);
        url.parse().map_err(|error: scaleengine_http::EndpointError| {
            let remedy = format!("correct {}, or the profile's api_url", Setting::ApiUrl.variable());
            ConfigError::value(error.to_string()).remedy_is(remedy)
        })
    }

    /// Returns the options of calls: timeout, deadline and number of attempts.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not a number within its range.
    pub fn options(&self) -> Result<CallOptions, ConfigError> {
        let mut options = CallOptions::default().deadline(self.deadline()?);
        if let Some(seconds) = self.number(Setting::Timeout)? {
            options = options.timeout(Duration::from_secs(seconds));
        }
        if let Some(retries) = self.number(Setting::Retries)? {
            options = options.max_attempts(u32::try_from(retries).unwrap_or(u32::MAX).saturating_add(1));
        }
        Ok(options)
    }

    /// Returns the deadline of a call. The wait for a helper command counts against it.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not a number within its range.
    pub fn deadline(&self) -> Result<Duration, ConfigError> {
        Ok(self.number(Setting::Deadline)?.map_or(RetryPolicy::DEADLINE, Duration::from_secs))
    }

    /// Returns the proxy; `None` if no source sets it, so that the proxy variables of the
    /// environment apply.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not the address of a proxy.
    pub fn proxy(&self) -> Result<Option<ProxyAddress>, ConfigError> {
        let Some(address) = self.setting(Setting::Proxy)? else { return Ok(None) };
        ProxyAddress::parse(address).map(Some).map_err(|error| ConfigError::value(error.to_string()))
    }

    /// Returns the proxies of calls: the proxy of the profile, or else those of the environment.
    ///
    /// # Errors
    ///
    /// As [`Profile::proxy`].
    pub fn proxies(&self) -> Result<Proxies, ConfigError> {
        Ok(self.proxy()?.map_or_else(Proxies::from_env, Proxies::only))
    }

    /// Reads the certificates to trust in addition to the platform's, as PEM.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read.
    pub fn ca(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        let Some(path) = self.setting(Setting::CaFile)? else { return Ok(None) };
        let path = Path::new(path);
        read::file(path, read::SETTINGS).map(Some).map_err(|error| {
            let message = format!("the certificates of --ca-file {}: {error}", path.display());
            ConfigError::new(ConfigErrorKind::Unreadable, message).in_file(path)
        })
    }

    fn warn(&self, warning: &Warning) {
        if let Some(on_warning) = &self.on_warning {
            on_warning(warning);
        }
    }

    /// Creates a profile with only the values of the program.
    pub(crate) fn of_program(
        settings: &[(Setting, String)],
        secret_file: Option<PathBuf>,
        on_warning: Option<OnWarning>,
    ) -> Self {
        let values = |setting: Setting| {
            let values = settings.iter().filter(|(own, _)| *own == setting);
            (setting, values.map(|(_, value)| (Source::Flag(setting.name()), value.clone())).collect())
        };
        let secret = secret_file.map(|path| (Source::Flag("secret_file"), Kept::File(path)));
        Self {
            settings: Setting::ALL.map(values).into(),
            secret: secret.into_iter().collect(),
            on_warning,
            ..Self::default()
        }
    }

    pub(crate) fn in_config(self, name: Option<String>, folder: &Path) -> Self {
        Self { name, folder: folder.to_owned(), ..self }
    }

    pub(crate) fn add_environment(&mut self) -> Result<(), ConfigError> {
        let found = |name| variable(name).map(|value| value.map(|value| (Source::Environment(name), value)));
        self.api_key.extend(found(Credentials::API_KEY)?);
        self.cdn.extend(found(Credentials::CDN)?);
        for (setting, values) in &mut self.settings {
            values.extend(found(setting.variable())?);
        }
        let key = |name| found(name).map(|found| found.map(|(source, _)| (source, Kept::Environment(name))));
        self.secret.extend(key(Credentials::SECRET_KEY)?);
        self.token_key.extend(key(Self::TOKEN_KEY)?);
        self.link_key.extend(key(Self::LINK_KEY)?);
        Ok(())
    }

    pub(crate) fn add_stored(&mut self, profile: Option<&(String, &StoredProfile)>) {
        let Some((name, own)) = profile else { return };
        let source = || Source::Profile(name.clone());
        let folder = self.folder.clone();
        let file = |file: &Option<PathBuf>| file.as_ref().map(|file| Kept::File(folder.join(file)));
        self.api_key.extend(own.api_key.clone().map(|key| (source(), key)));
        self.cdn.extend(own.cdn.map(|cdn| (source(), cdn.to_string())));
        for (setting, values) in &mut self.settings {
            values.extend(own.setting(*setting, &folder).map(|value| (source(), value)));
        }
        let command = own.secret_command.clone().map(Kept::Command);
        self.secret.extend(file(&own.secret_file).into_iter().chain(command).map(|kept| (source(), kept)));
        self.token_key.extend(file(&own.token_key_file).map(|kept| (source(), kept)));
        self.link_key.extend(file(&own.link_key_file).map(|kept| (source(), kept)));
    }
}

/// The shapes of the keys.
pub(crate) const SHAPES: &str = "the API key has 32 capital letters and digits, the secret key 64 hex digits";

/// Returns whether one value is from the environment and the other from a profile.
fn differ(one: &Source, other: &Source) -> bool {
    matches!((one, other), (Source::Environment(_), Source::Profile(_)) | (Source::Profile(_), Source::Environment(_)))
}

fn shown<T>(name: &'static str, found: &Sourced<T>, printable: impl Fn(&T) -> String) -> Shown {
    Shown {
        name,
        value: found.first().map(|(_, value)| printable(value)),
        source: found.first().map(|(source, _)| source.clone()),
        overridden: found.iter().skip(1).map(|(source, _)| source.clone()).collect(),
    }
}

/// Returns the end of a key: enough to tell two keys apart, too little to use.
#[must_use]
pub fn last_four(key: &str) -> String {
    let count = key.chars().count();
    let end: String = key.chars().skip(count.saturating_sub(4).max(count.min(1))).collect();
    format!("…{end}")
}

fn lacking(missing: &[&str]) -> ConfigError {
    let message =
        format!("credentials are incomplete: neither the environment nor a profile sets {}", missing.join(", "));
    ConfigError::new(ConfigErrorKind::Incomplete, message).remedy_is(format!(
        "run scaleengine login, or set {}, {} and {}",
        Credentials::API_KEY,
        Credentials::SECRET_KEY,
        Credentials::CDN
    ))
}
