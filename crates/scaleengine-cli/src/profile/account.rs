//! Whose account it is: where the API key, the CDN id and the secret come from, in which order.
//!
//! A profile that is named on the command line comes first; then the environment; then the profile that `SCALEENGINE_PROFILE` or
//! the file names. The secret of `--secret-file` comes before all.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use scaleengine::proto::{Printable, strip_around_value};
use scaleengine::sign::SecretWarning;
use scaleengine::{Account, Credentials, SecretKey};

use super::config::{self, Config, Profile, beside_config};
use crate::exit::Failure;
use crate::flag::flag;
use crate::kept;
use crate::output;
use crate::setting::Setting;

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
pub(crate) struct Known {
    /// The profile that counts, and its name.
    pub(crate) profile: Option<(String, Profile)>,
    pub(crate) api_key: Sourced<String>,
    pub(crate) cdn: Sourced<String>,
    pub(crate) secret: Sourced<Kept>,
    pub(crate) settings: Vec<(&'static Setting, Sourced<String>)>,
}

/// What the command line says of it.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) profile: Option<String>,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) settings: Vec<(&'static Setting, String)>,
}

impl Known {
    /// Looks in the command line, the environment and the file.
    pub(crate) fn look(flags: &Flags) -> Result<Self, Failure> {
        let config = Config::load()?;
        let chosen = match &flags.profile {
            Some(named) => Some(named.clone()),
            None => variable(PROFILE)?.or_else(|| config.default.clone()),
        };
        let profile = match chosen {
            Some(name) => Some((name.clone(), config.profile(&name)?.clone())),
            None => None,
        };
        let mut known = Self::of_flags(flags);
        known.profile.clone_from(&profile);
        // What was named by hand comes before what happens to be set.
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
            let values = flags.settings.iter().filter(|(own, _)| own.name == setting.name);
            (setting, values.map(|(_, value)| (Source::Flag(setting.name), value.clone())).collect())
        };
        let mut known = Self { settings: Setting::ALL.map(said).into(), ..Self::default() };
        if let Some(path) = &flags.secret_file {
            known.secret.push((Source::Flag("secret_file"), Kept::File(path.clone())));
        }
        known
    }

    /// What counts of a setting; none where nobody says anything.
    pub(crate) fn setting(&self, setting: &Setting) -> Result<Option<&str>, Failure> {
        let found = self.settings.iter().find(|(own, _)| own.name == setting.name);
        let Some((source, value)) = found.and_then(|(_, values)| values.first()) else { return Ok(None) };
        let refuse = |why| Failure::config(format!("{}: {source}: {why}", setting.name));
        setting.check(value).map(|()| Some(value.trim())).map_err(refuse)
    }

    /// The same of a number.
    pub(crate) fn number(&self, setting: &Setting) -> Result<Option<u64>, Failure> {
        Ok(self.setting(setting)?.and_then(|value| value.parse().ok()))
    }

    fn add_environment(&mut self) -> Result<(), Failure> {
        let found = |name| variable(name).map(|value| value.map(|value| (Source::Environment(name), value)));
        self.api_key.extend(found(Credentials::API_KEY)?);
        self.cdn.extend(found(Credentials::CDN)?);
        for (setting, values) in &mut self.settings {
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
        for (setting, values) in &mut self.settings {
            values.extend(own.setting(setting).map(|value| (source(), value)));
        }
        let file = own.secret_file.as_ref().map(|file| Kept::File(beside_config(file)));
        let command = own.secret_command.clone().map(Kept::Command);
        self.secret.extend(file.into_iter().chain(command).map(|kept| (source(), kept)));
    }

    /// The account with its secret.
    pub(crate) fn credentials(&self) -> Result<(Credentials, Option<SecretWarning>), Failure> {
        let (Some(key), Some(cdn), false) = (self.key(), self.cdn()?, self.secret.is_empty()) else {
            return Err(lacking(&self.missing()));
        };
        let (secret, warning) = self.secret()?;
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

    pub(crate) fn key(&self) -> Option<&str> {
        self.api_key.first().map(|(_, key)| key.trim())
    }

    pub(crate) fn cdn(&self) -> Result<Option<u32>, Failure> {
        let Some((source, cdn)) = self.cdn.first() else { return Ok(None) };
        cdn.trim().parse().map(Some).map_err(|_| {
            Failure::config(format!("{source}: this is no CDN id: a whole number such as 158 is expected, below 2^32"))
        })
    }

    /// The secret alone.
    pub(crate) fn secret(&self) -> Result<(SecretKey, Option<SecretWarning>), Failure> {
        let Some((source, kept)) = self.secret.first() else { return Err(lacking(&[Credentials::SECRET_KEY])) };
        let text = match kept {
            Kept::Environment => variable(Credentials::SECRET_KEY)?.unwrap_or_default(),
            Kept::File(path) => from_file(path, source)?,
            Kept::Command(command) => from_command(command)?,
        };
        if text.trim().is_empty() {
            return Err(Failure::config(format!("{source}: the secret key is empty")));
        }
        Ok(SecretKey::from_input(text))
    }
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
    let unread = |error| Failure::config(format!("the secret's file {}: {error}", path.display()));
    let text = kept::in_file(path).map_err(unread)?;
    match config::refuse_open(path, 0o077, "read") {
        // A file that was named by hand may be one that others made, such as a container's.
        Err(refused) if matches!(source, Source::Flag(_)) => {
            output::note(&format!("warning: {}", refused.message.replace(", and is not used", "")));
        }
        judged => judged?,
    }
    Ok(text)
}

/// What a command writes. It runs without our own secrets in its environment, and its stderr is the person's to read.
fn from_command(command: &str) -> Result<String, Failure> {
    let refuse =
        |why: String| Failure::config(format!("secret_command: {why}")).hint("run it by itself to see what it says");
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command);
    for name in [Credentials::API_KEY, Credentials::SECRET_KEY, Credentials::CDN] {
        shell.env_remove(name);
    }
    let output = shell.stdin(Stdio::inherit()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error: io::Error| refuse(error.to_string()))?;
    if !output.status.success() {
        return Err(refuse(format!("it failed ({})", output.status)));
    }
    let mut text =
        String::from_utf8(output.stdout).map_err(|_| refuse("what it wrote is not Unicode text".to_owned()))?;
    strip_around_value(&mut text);
    Ok(text)
}
