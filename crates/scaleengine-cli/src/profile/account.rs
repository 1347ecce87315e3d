//! Whose account it is: where the API key, the CDN id and the secret come from, in which order.
//!
//! A profile that is named on the command line comes first; then the environment; then the profile that `SCALEENGINE_PROFILE` or
//! the file names. The secret of `--secret-file` comes before all.

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

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag, by its name with `_`.
    Flag(&'static str),
    Environment(&'static str),
    Profile(String),
    /// Nobody said anything.
    Usual,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(name) => write!(f, "--{}", flag(name)),
            Source::Environment(name) => write!(f, "environment: {name}"),
            Source::Profile(name) => write!(f, "profile {}", Printable(name)),
            Source::Usual => f.write_str("unless set"),
        }
    }
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    File(PathBuf),
    Environment,
    Command(String),
}

/// What is said of one value, the first of which counts; the rest is shadowed.
pub(crate) type Sourced<T> = Vec<(Source, T)>;

/// Everything that is known of the account, before the secret is read.
#[derive(Debug, Default)]
pub(crate) struct Effective {
    /// The profile that counts, and its name.
    pub(crate) profile: Option<(String, Profile)>,
    pub(crate) api_key: Sourced<String>,
    pub(crate) cdn: Sourced<String>,
    pub(crate) secret: Sourced<Kept>,
    pub(crate) context: Vec<(&'static Setting, Sourced<String>)>,
}

/// What the command line says of it.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) profile: Option<String>,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) context: Vec<(&'static Setting, String)>,
}

impl Effective {
    /// Looks in the command line, the environment and the file. A file that cannot be read does not matter where the environment has a
    /// complete account and no profile was named.
    pub(crate) fn look(flags: &Flags) -> Result<Self, Failure> {
        let named = match &flags.profile {
            Some(named) => Some(named.clone()),
            None => variable(PROFILE)?,
        };
        let mut known = Self::of_flags(flags);
        let config = match Config::load() {
            Err(failure) if named.is_none() && environment_is_complete(flags)? => {
                // Settings are looked up more than once in a run.
                static WARNING: Once = Once::new();
                let warning = format!("warning: {}; using the environment alone", Printable(&failure.told()));
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
        // A profile named on the command line comes before what happens to be set.
        if flags.profile.is_some() {
            known.add_profile(profile.as_ref());
            known.add_environment()?;
        } else {
            known.add_environment()?;
            known.add_profile(profile.as_ref());
        }
        Ok(known)
    }

    /// What the command line says alone.
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

    /// What counts of a setting; none where nobody says anything.
    pub(crate) fn setting(&self, setting: &Setting) -> Result<Option<&str>, Failure> {
        let found = self.context.iter().find(|(own, _)| own.name == setting.name);
        let Some((source, value)) = found.and_then(|(_, values)| values.first()) else { return Ok(None) };
        let refuse = |why| Failure::config(format!("{}: {source}: {why}", setting.name));
        setting.check(value).map(|()| Some(single_value(value).trim())).map_err(refuse)
    }

    /// The same of a number.
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

    /// The account with its secret.
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
            output::note(&format!("warning: {source}: the API key has quotes around it, and is used as it is"));
        }
        // Half an account in the environment, such as with a variable that CI left empty, is filled up from the profile.
        if let (Some((key_source, _)), Some((secret_source, _))) = (self.api_key.first(), self.secret.first())
            && matches!(
                (key_source, secret_source),
                (Source::Environment(_), Source::Profile(_)) | (Source::Profile(_), Source::Environment(_))
            )
        {
            output::note(&format!(
                "warning: the API key comes from another source ({key_source}) than the secret ({secret_source})"
            ));
        } else if let (Some((key_source, _)), Some((cdn_source, _))) = (self.api_key.first(), self.cdn.first())
            && std::mem::discriminant(key_source) != std::mem::discriminant(cdn_source)
        {
            output::note(&format!(
                "warning: the API key comes from another source ({key_source}) than the CDN id ({cdn_source})"
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

    /// What nobody says, by the names of its variables.
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
            Some(found) => Err(Failure::config(format!("{source}: the API key holds an invisible character: {found}"))),
            None => Ok(Some(key)),
        }
    }

    pub(crate) fn cdn(&self) -> Result<Option<u32>, Failure> {
        let Some((source, cdn)) = self.cdn.first() else { return Ok(None) };
        single_value(cdn).trim().parse().map(Some).map_err(|_| {
            Failure::config(format!(
                "{source}: this is not a CDN id: a whole number such as 158 is expected, below 2^32"
            ))
        })
    }

    /// The secret alone.
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

    /// The time that a call may take, waiting for a helper command included.
    pub(crate) fn deadline(&self) -> Result<Duration, Failure> {
        Ok(self.number(&DEADLINE)?.map_or(RetryPolicy::DEADLINE, Duration::from_secs))
    }
}

/// Whether flags and environment have everything of an account.
fn environment_is_complete(flags: &Flags) -> Result<bool, Failure> {
    let secret = flags.secret_file.is_some() || variable(Credentials::SECRET_KEY)?.is_some();
    Ok(secret && variable(Credentials::API_KEY)?.is_some() && variable(Credentials::CDN)?.is_some())
}

/// A variable that says something.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let value = value.into_string().map_err(|_| Failure::config(format!("the value of {name} is not Unicode text")))?;
    Ok(Some(value).filter(|value| !value.trim().is_empty()))
}

fn lacking(missing: &[&str]) -> Failure {
    let failure =
        Failure::config(format!("no credentials: neither the environment nor a profile has {}", missing.join(", ")));
    failure.hint(format!(
        "scaleengine login, or set {}, {} and {} to those of the account; or try it without an account: --sandbox",
        Credentials::API_KEY,
        Credentials::SECRET_KEY,
        Credentials::CDN
    ))
}

fn from_file(path: &Path, source: &Source) -> Result<String, Failure> {
    let unread = |error: io::Error| Failure::config(format!("the secret's file {}: {error}", private::printable(path)));
    let own = folder().is_some_and(|folder| path.parent().is_some_and(|parent| parent.starts_with(folder)));
    let checked = if own && !matches!(source, Source::Flag(_)) {
        private::check_own(path, true, false)
    } else {
        private::check_file(path, true)
    };
    match checked.map_err(unread)? {
        // A file that was named by hand may be one that others made, such as a container's.
        Err(exposed) if matches!(source, Source::Flag(_)) && exposed.is_readable_only() => {
            output::note(&format!("warning: {}", exposed.what()));
        }
        checked => checked.map_err(|exposed| refused(&exposed))?,
    }
    bounded::text_file(path, bounded::SECRET).map_err(unread)
}

/// The output of a command. It runs without our own secrets in its environment, and its stderr is the person's to read.
fn from_command(command: &str, limit: Duration) -> Result<String, Failure> {
    const WITHOUT: [&str; 3] = [Credentials::API_KEY, Credentials::SECRET_KEY, Credentials::CDN];
    let refuse = |why: &dyn fmt::Display| {
        Failure::config(format!("secret_command: {why}")).hint("run it by itself to see what it writes")
    };
    let waiting = || output::note(&format!("note: waiting for secret_command, {} s at most", limit.as_secs()));
    let output = helper::run(command, &WITHOUT, limit, waiting).map_err(|error| match error {
        HelperError::Interrupted => Failure::interrupted(Exit::Interrupted, Effect::None, 0),
        error => refuse(&error),
    })?;
    bounded::text(output).map_err(|error| refuse(&error))
}
