//! Finds the effective account and settings among their sources.
//!
//! The order of the sources: flags, the profile named on the command line, the environment, the
//! profile named by `SCALEENGINE_PROFILE` or by the configuration. `--secret-file` is the flag of
//! the secret.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use scaleengine::proto::{Printable, find_invisible, is_quoted, single_value};
use scaleengine::sign::SecretWarning;
use scaleengine::{Account, Credentials, Effect, RetryPolicy, SecretKey};

use super::config::{Config, Profile, beside_config, folder, refused};
use crate::bounded;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::flag::flag;
use crate::helper::{self, HelperError};
use crate::output;
use crate::private;
use crate::setting_table::{DEADLINE, Setting};

/// The variable that names a profile.
pub(crate) const PROFILE: &str = "SCALEENGINE_PROFILE";

/// The source of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag, by its name with `_` in place of `-`.
    Flag(&'static str),
    Environment(&'static str),
    Profile(String),
    /// The built-in default.
    Usual,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(name) => write!(f, "--{}", flag(name)),
            Source::Environment(name) => write!(f, "environment: {name}"),
            Source::Profile(name) => write!(f, "profile {}", Printable(name)),
            Source::Usual => f.write_str("default"),
        }
    }
}

/// The place of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    File(PathBuf),
    Environment,
    Command(String),
}

/// The values of one setting, each with its source. The first is effective, the others are
/// overridden.
pub(crate) type Sourced<T> = Vec<(Source, T)>;

/// The effective account and settings, before the secret is read.
#[derive(Debug, Default)]
pub(crate) struct Effective {
    /// The effective profile and its name.
    pub(crate) profile: Option<(String, Profile)>,
    pub(crate) api_key: Sourced<String>,
    pub(crate) cdn: Sourced<String>,
    pub(crate) secret: Sourced<Kept>,
    pub(crate) context: Vec<(&'static Setting, Sourced<String>)>,
}

/// The settings of the command line.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) profile: Option<String>,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) context: Vec<(&'static Setting, String)>,
}

impl Effective {
    /// Reads the command line, the environment and the configuration. A configuration that cannot
    /// be read is only a warning if no profile was named and the environment has a complete
    /// account.
    pub(crate) fn look(flags: &Flags) -> Result<Self, Failure> {
        let named = match &flags.profile {
            Some(named) => Some(named.clone()),
            None => variable(PROFILE)?,
        };
        let mut known = Self::of_flags(flags);
        let config = match Config::load() {
            Err(failure) if named.is_none() && environment_is_complete(flags)? => {
                // Warned once, although a run looks settings up several times.
                static WARNING: Once = Once::new();
                let warning = format!("warning: {}; using only the environment", Printable(&failure.told()));
                WARNING.call_once(|| output::note(&warning));
                Config::default()
            }
            loaded => loaded?,
        };
        let profile = match named.or_else(|| config.default.clone()) {
            Some(name) => Some((name.clone(), config.profile(&name)?.clone())),
            None => None,
        };
        known.profile.clone_from(&profile);
        // A profile named on the command line overrides the environment.
        if flags.profile.is_some() {
            known.add_profile(profile.as_ref());
            known.add_environment()?;
        } else {
            known.add_environment()?;
            known.add_profile(profile.as_ref());
        }
        Ok(known)
    }

    /// Reads only the command line.
    pub(crate) fn of_flags(flags: &Flags) -> Self {
        let said = |setting: &'static Setting| {
            let values = flags.context.iter().filter(|(own, _)| own.name == setting.name);
            (setting, values.map(|(_, value)| (Source::Flag(setting.name), value.clone())).collect())
        };
        let mut known = Self { context: Setting::ALL.map(said).into(), ..Self::default() };
        if let Some(path) = &flags.secret_file {
            known.secret.push((Source::Flag("secret_file"), Kept::File(path.clone())));
        }
        known
    }

    /// Returns the effective value of a setting, or `None` if no source sets it.
    pub(crate) fn setting(&self, setting: &Setting) -> Result<Option<&str>, Failure> {
        let found = self.context.iter().find(|(own, _)| own.name == setting.name);
        let Some((source, value)) = found.and_then(|(_, values)| values.first()) else { return Ok(None) };
        let refuse = |why| Failure::config(format!("{}: {source}: {why}", setting.name));
        setting.check(value).map(|()| Some(single_value(value).trim())).map_err(refuse)
    }

    /// Returns the effective value of a numeric setting, or `None` if no source sets it.
    pub(crate) fn number(&self, setting: &Setting) -> Result<Option<u64>, Failure> {
        Ok(self.setting(setting)?.and_then(|value| value.parse().ok()))
    }

    fn add_environment(&mut self) -> Result<(), Failure> {
        let found = |name| variable(name).map(|value| value.map(|value| (Source::Environment(name), value)));
        self.api_key.extend(found(Credentials::API_KEY)?);
        self.cdn.extend(found(Credentials::CDN)?);
        for (setting, values) in &mut self.context {
            values.extend(found(setting.variable)?);
        }
        let secret = found(Credentials::SECRET_KEY)?.map(|(source, _)| (source, Kept::Environment));
        self.secret.extend(secret);
        Ok(())
    }

    fn add_profile(&mut self, profile: Option<&(String, Profile)>) {
        let Some((name, own)) = profile else { return };
        let source = || Source::Profile(name.clone());
        self.api_key.extend(own.api_key.clone().map(|key| (source(), key)));
        self.cdn.extend(own.cdn.map(|cdn| (source(), cdn.to_string())));
        for (setting, values) in &mut self.context {
            values.extend(own.setting(setting).map(|value| (source(), value)));
        }
        let file = own.secret_file.as_ref().map(|file| Kept::File(beside_config(file)));
        let command = own.secret_command.clone().map(Kept::Command);
        self.secret.extend(file.into_iter().chain(command).map(|kept| (source(), kept)));
    }

    /// Returns the account with its secret, which is read here, and a warning about the secret.
    pub(crate) fn credentials(&self) -> Result<(Credentials, Option<SecretWarning>), Failure> {
        let (Some(key), Some(cdn), false) = (self.key()?, self.cdn()?, self.secret.is_empty()) else {
            return Err(lacking(&self.missing()));
        };
        if let [(Source::Profile(name), Kept::File(_)), (Source::Profile(_), Kept::Command(_)), ..] = &*self.secret {
            let failure =
                Failure::config(format!("the profile {} sets both secret_file and secret_command", Printable(name)));
            return Err(failure.hint("remove one of the two lines"));
        }
        if is_quoted(key) {
            let source = self.api_key.first().map(|(source, _)| source.to_string()).unwrap_or_default();
            output::note(&format!("warning: {source}: the API key is wrapped in quotes, which are used as part of it"));
        }
        // Accounts may be mixed by accident: a variable that CI left empty is replaced by the
        // profile's value.
        if let (Some((key_source, _)), Some((secret_source, _))) = (self.api_key.first(), self.secret.first())
            && matches!(
                (key_source, secret_source),
                (Source::Environment(_), Source::Profile(_)) | (Source::Profile(_), Source::Environment(_))
            )
        {
            output::note(&format!(
                "warning: the API key ({key_source}) and the secret ({secret_source}) come from different sources"
            ));
        } else if let (Some((key_source, _)), Some((cdn_source, _))) = (self.api_key.first(), self.cdn.first())
            && std::mem::discriminant(key_source) != std::mem::discriminant(cdn_source)
        {
            output::note(&format!(
                "warning: the API key ({key_source}) and the CDN id ({cdn_source}) come from different sources"
            ));
        }
        let (secret, warning) = self.secret()?;
        if secret.looks_swapped_with(key) {
            let source = self.api_key.first().map(|(source, _)| source.to_string()).unwrap_or_default();
            let failure =
                Failure::config(format!("{source}: the API key looks like a secret key, or the two are swapped"));
            return Err(failure.hint("the API key has 32 capital letters and digits, the secret key 64 hex digits"));
        }
        Ok((Credentials::new(Account::new(key, cdn), secret), warning))
    }

    /// Returns the variables of the account that no source sets.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let names = [
            (Credentials::API_KEY, self.api_key.is_empty()),
            (Credentials::SECRET_KEY, self.secret.is_empty()),
            (Credentials::CDN, self.cdn.is_empty()),
        ];
        names.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect()
    }

    pub(crate) fn key(&self) -> Result<Option<&str>, Failure> {
        let Some((source, key)) = self.api_key.first() else { return Ok(None) };
        let key = single_value(key).trim();
        match find_invisible(key) {
            Some(found) => {
                Err(Failure::config(format!("{source}: the API key contains an invisible character: {found}")))
            }
            None => Ok(Some(key)),
        }
    }

    pub(crate) fn cdn(&self) -> Result<Option<u32>, Failure> {
        let Some((source, cdn)) = self.cdn.first() else { return Ok(None) };
        single_value(cdn).trim().parse().map(Some).map_err(|_| {
            Failure::config(format!("{source}: not a CDN id: expected an integer below 2^32, such as 158"))
        })
    }

    /// Reads only the secret.
    pub(crate) fn secret(&self) -> Result<(SecretKey, Option<SecretWarning>), Failure> {
        let Some((source, kept)) = self.secret.first() else { return Err(lacking(&[Credentials::SECRET_KEY])) };
        let text = match kept {
            Kept::Environment => variable(Credentials::SECRET_KEY)?.unwrap_or_default(),
            Kept::File(path) => from_file(path, source)?,
            Kept::Command(command) => from_command(command, self.deadline()?)?,
        };
        let (secret, warning) = SecretKey::from_input(text);
        if secret.is_blank() {
            return Err(Failure::config(format!("{source}: the secret key is empty")));
        }
        Ok((secret, warning))
    }

    /// Returns the deadline of a call, which includes the wait for a helper command.
    pub(crate) fn deadline(&self) -> Result<Duration, Failure> {
        Ok(self.number(&DEADLINE)?.map_or(RetryPolicy::DEADLINE, Duration::from_secs))
    }
}

/// Returns whether flags and environment have a complete account.
fn environment_is_complete(flags: &Flags) -> Result<bool, Failure> {
    let secret = flags.secret_file.is_some() || variable(Credentials::SECRET_KEY)?.is_some();
    Ok(secret && variable(Credentials::API_KEY)?.is_some() && variable(Credentials::CDN)?.is_some())
}

/// Reads a variable; a blank one counts as not set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let value = value.into_string().map_err(|_| Failure::config(format!("the value of {name} is not Unicode text")))?;
    Ok(Some(value).filter(|value| !value.trim().is_empty()))
}

fn lacking(missing: &[&str]) -> Failure {
    let failure = Failure::config(format!(
        "credentials are incomplete: neither the environment nor a profile sets {}",
        missing.join(", ")
    ));
    failure.hint(format!(
        "run scaleengine login, or set {}, {} and {}; to try it without an account, pass --sandbox",
        Credentials::API_KEY,
        Credentials::SECRET_KEY,
        Credentials::CDN
    ))
}

fn from_file(path: &Path, source: &Source) -> Result<String, Failure> {
    let unread = |error: io::Error| {
        Failure::config(format!("the secret file {} cannot be read: {error}", private::printable(path)))
    };
    let own = folder().is_some_and(|folder| path.parent().is_some_and(|parent| parent.starts_with(folder)));
    let checked = if own && !matches!(source, Source::Flag(_)) {
        private::check_own(path, true, false)
    } else {
        private::check_file(path, true)
    };
    match checked.map_err(unread)? {
        // A file named on the command line may be readable by others on purpose, such as a
        // container's secret.
        Err(exposed) if matches!(source, Source::Flag(_)) && exposed.is_readable_only() => {
            output::note(&format!("warning: {}", exposed.what()));
        }
        checked => checked.map_err(|exposed| refused(&exposed))?,
    }
    bounded::text_file(path, bounded::SECRET).map_err(unread)
}

/// Returns the output of a command. Its environment has no credentials of ours, and its stderr is
/// that of this program.
fn from_command(command: &str, limit: Duration) -> Result<String, Failure> {
    const WITHOUT: [&str; 3] = [Credentials::API_KEY, Credentials::SECRET_KEY, Credentials::CDN];
    let refuse = |why: &dyn fmt::Display| {
        Failure::config(format!("secret_command: {why}")).hint("run the command by itself to see its output")
    };
    let waiting = || output::note(&format!("note: waiting for secret_command, for at most {} s", limit.as_secs()));
    let output = helper::run(command, &WITHOUT, limit, waiting).map_err(|error| match error {
        HelperError::Interrupted => Failure::interrupted(Exit::Interrupted, Effect::None, 0),
        error => refuse(&error),
    })?;
    bounded::text(output).map_err(|error| refuse(&error))
}
