//! `login`, `logout` and `profile use`.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use scaleengine::config::{ConfigError, ConfigErrorKind, Login, LoginWarning, RemovedSecret, Store, owner, read};
use scaleengine::proto::Printable;

use super::prompt;
use crate::failure::Failure;
use crate::output;

/// The default profile name.
const MAIN: &str = "main";

/// Stores an account in a profile.
pub(crate) fn login(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = profile_name(matches);
    scaleengine::config::check_name(name).map_err(refused)?;
    let store = Store::usual()?;
    // Do not ask for values that cannot be stored.
    store.config()?;
    let key = match matches.get_one::<String>("api-key") {
        Some(key) => key.clone(),
        None => prompt::asked("API key")?,
    };
    let cdn = match matches.get_one::<u32>("cdn") {
        Some(cdn) => *cdn,
        None => prompt::asked("CDN id")?
            .parse()
            .map_err(|_| Failure::usage("not a CDN id: expected an integer, such as 158"))?,
    };
    let login = Login::new(name, &key, cdn, secret(matches)?).map_err(refused)?;
    for warning in login.warnings() {
        let kind = if *warning == LoginWarning::UnusualKey { "note" } else { "warning" };
        output::note(&format!("{kind}: {warning}"));
    }
    let replaced = if store.save(&login)? { ", replacing the earlier one" } else { "" };
    output::note(&format!("Stored the profile {} in {}{replaced}", Printable(name), store.path().display()));
    Ok(ExitCode::SUCCESS)
}

/// Removes a profile.
pub(crate) fn logout(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = profile_name(matches);
    scaleengine::config::check_name(name).map_err(refused)?;
    let rest = match Store::usual()?.remove(name)? {
        RemovedSecret::UsedBy(other) => {
            format!("; its secret stays, because the profile {} uses it too", Printable(&other))
        }
        RemovedSecret::File(file) => format!("; its secret stays in {}", file.display()),
        RemovedSecret::Command => "; its secret stays where secret_command reads it".to_owned(),
        _ => " and its secret".to_owned(),
    };
    output::note(&format!("Removed the profile {}{rest}", Printable(name)));
    Ok(ExitCode::SUCCESS)
}

/// Sets the profile to use if none is named.
pub(super) fn make_default(name: &str) -> Result<ExitCode, Failure> {
    Store::usual()?.set_default(name)?;
    Ok(ExitCode::SUCCESS)
}

fn profile_name(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("profile").map_or(MAIN, String::as_str)
}

/// Creates the failure of values of this command line.
fn refused(error: ConfigError) -> Failure {
    match error.kind() {
        ConfigErrorKind::Value => {
            let failure = Failure::usage(error.to_string());
            error.remedy().into_iter().fold(failure, Failure::hint)
        }
        _ => error.into(),
    }
}

/// Reads the secret from the named file, from stdin, or from a prompt. An error does not repeat the
/// file name, which may be the secret itself.
fn secret(matches: &ArgMatches) -> Result<String, Failure> {
    let unread = |error: io::Error| Failure::usage(format!("the secret cannot be read: {error}"));
    if let Some(path) = matches.get_one::<PathBuf>("secret-file") {
        match owner::check_file(path, true).map_err(unread)? {
            Err(exposed) if exposed.is_readable_only() => output::note(&format!("warning: {exposed}")),
            Err(exposed) => return Err(ConfigError::from(exposed).into()),
            Ok(()) => {}
        }
        return read::text_file(path, read::SECRET).map_err(unread);
    }
    if matches.get_flag("secret-stdin") {
        return read::text_stdin(read::SECRET).map_err(unread);
    }
    prompt::secret()
}
