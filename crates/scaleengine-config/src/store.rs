//! `login`, `logout` and `profile use`: change the configuration, and leave the rest of the file
//! unchanged.

use std::fs::{self, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::ArgMatches;
use scaleengine::SecretKey;
use scaleengine::proto::{Printable, find_invisible, is_quoted, single_value, strip_around_value};
use scaleengine::{Sleep as _, SystemSleep};
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::config::{self, Config};
use super::prompt;
use crate::bounded;
use crate::failure::Failure;
use crate::output;
use crate::private;

/// The default profile name.
const MAIN: &str = "main";
/// The folder of the secrets, beside the configuration file.
const SECRETS: &str = "secrets";

/// Stores an account in a profile, and its secret in a separate file that no other user can read.
pub(crate) fn login(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = profile_name(matches)?;
    // Do not overwrite a broken configuration.
    Config::load()?;
    let key = match matches.get_one::<String>("api-key") {
        Some(key) => single_value(key).trim().to_owned(),
        None => prompt::asked("API key")?,
    };
    let cdn = match matches.get_one::<u32>("cdn") {
        Some(cdn) => *cdn,
        None => prompt::asked("CDN id")?
            .parse()
            .map_err(|_| Failure::usage("not a CDN id: expected an integer, such as 158"))?,
    };
    let mut text = secret(matches)?;
    strip_around_value(&mut text);
    let (secret, warning) = SecretKey::from_input(text.clone());
    if key.is_empty() || secret.is_blank() {
        return Err(Failure::usage("the API key or the secret key is empty: enter both"));
    }
    if let Some(found) = find_invisible(&key) {
        return Err(Failure::usage(format!("the API key contains an invisible character: {found}")));
    }
    if secret.looks_swapped_with(&key) {
        let failure = Failure::usage("the API key looks like a secret key, or the two are swapped; nothing was stored");
        return Err(failure.hint("the API key has 32 capital letters and digits, the secret key 64 hex digits"));
    }
    if let Some(warning) = warning {
        output::note(&format!("warning: {warning}"));
    }
    if is_quoted(&key) {
        output::note("warning: the API key is wrapped in quotes, which are used as part of it");
    } else if !is_usual(&key) {
        output::note(&format!("note: {UNUSUAL}"));
    }

    let path = config::path()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = Path::new(SECRETS).join(&name);
    let _lock = Lock::take(&path)?;
    // All checks come before the first write.
    check_place(&path, true)?;
    check_place(&folder.join(&file), false)?;
    let mut replaced = false;
    let changed = changed(&path, |document| {
        replaced = document.get("profiles").and_then(|profiles| profiles.get(&name)).is_some();
        let profile = table(table(document.as_table_mut(), "profiles")?, &name)?;
        profile.insert("api_key", value(key.as_str()));
        profile.insert("cdn", value(i64::from(cdn)));
        profile.insert("secret_file", value(file.to_string_lossy().as_ref()));
        profile.remove("secret_command");
        if !document.contains_key("default") {
            document.insert("default", value(name.as_str()));
        }
        Ok(())
    })?;
    create_private(&folder.join(SECRETS))?;
    write_private(&folder.join(&file), text.as_bytes())?;
    write_private(&path, changed.as_bytes())?;
    let replaced = if replaced { ", replacing the earlier one" } else { "" };
    output::note(&format!("Stored the profile {} in {}{replaced}", Printable(&name), path.display()));
    Ok(ExitCode::SUCCESS)
}

/// Refuses to write what later calls would refuse to read: in an exposed folder, over an exposed
/// file, or over a link, unless `link` allows it.
fn check_place(path: &Path, link: bool) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let checked = match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() && fs::metadata(path).is_err() => private::check_folders(folder),
        Ok(_) => private::check_own(path, false, link),
        Err(_) if folder.is_dir() => private::check_folders(folder),
        Err(_) => return Ok(()),
    };
    checked.map_err(|error| unwritten(path, &error))?.map_err(|exposed| config::refused(&exposed))
}

/// Removes a profile, and its secret if it is in the folder of the secrets.
pub(crate) fn logout(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = profile_name(matches)?;
    let path = config::path()?;
    Config::load()?.profile(&name)?;
    let _lock = Lock::take(&path)?;
    let profile = Config::load()?.profile(&name)?.clone();
    let changed = changed(&path, |document| {
        table(document.as_table_mut(), "profiles")?.remove(&name);
        if document.get("default").and_then(Item::as_str) == Some(&name) {
            document.remove("default");
        }
        Ok(())
    })?;
    write_private(&path, changed.as_bytes())?;
    let own = Path::new(SECRETS).join(&name);
    let secret = path.with_file_name(&own);
    let shared = Config::load()?.profiles.into_iter().find(|(_, other)| {
        other.secret_file.as_ref().is_some_and(|file| same_file(&config::beside_config(file), &secret))
    });
    if shared.is_none() {
        match fs::remove_file(&secret) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritten(&secret, &error)),
            _ => {}
        }
    }
    let rest = match (&profile.secret_file, &profile.secret_command, shared) {
        (_, _, Some((other, _))) => {
            format!("; its secret stays, because the profile {} uses it too", Printable(&other))
        }
        (Some(file), ..) if *file != own => format!("; its secret stays in {}", file.display()),
        (None, Some(_), _) => "; its secret stays where secret_command reads it".to_owned(),
        _ => " and its secret".to_owned(),
    };
    output::note(&format!("Removed the profile {}{rest}", Printable(&name)));
    Ok(ExitCode::SUCCESS)
}

/// Returns whether two paths name the same file, through links too.
fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Sets the profile to use if none is named.
pub(crate) fn make_default(name: &str) -> Result<ExitCode, Failure> {
    let path = config::path()?;
    Config::load()?.profile(name)?;
    let _lock = Lock::take(&path)?;
    let changed = changed(&path, |document| {
        document.insert("default", value(name));
        Ok(())
    })?;
    write_private(&path, changed.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of the profile, which must be a valid file name too.
fn profile_name(matches: &ArgMatches) -> Result<String, Failure> {
    let name = matches.get_one::<String>("profile").map_or(MAIN, String::as_str);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Failure::usage("invalid profile name: use only letters, digits, - and _"));
    }
    Ok(name.to_owned())
}

/// Reads the secret from the named file, from stdin, or from a prompt. An error does not repeat the
/// file name, which may be the secret itself.
fn secret(matches: &ArgMatches) -> Result<String, Failure> {
    let unread = |error: io::Error| Failure::usage(format!("the secret cannot be read: {error}"));
    if let Some(path) = matches.get_one::<std::path::PathBuf>("secret-file") {
        let checked = private::check_file(path, true).map_err(unread)?;
        match checked {
            Err(exposed) if exposed.is_readable_only() => output::note(&format!("warning: {}", exposed.what())),
            checked => checked.map_err(|exposed| config::refused(&exposed))?,
        }
        return bounded::text_file(path, bounded::SECRET).map_err(unread);
    }
    if matches.get_flag("secret-stdin") {
        return bounded::text_stdin(bounded::SECRET).map_err(unread);
    }
    prompt::secret()
}

/// Returns whether a key has the only observed shape. Others may be valid too.
pub(crate) fn is_usual(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The note about a key of another shape.
pub(crate) const UNUSUAL: &str =
    "check the API key: known keys have 32 capital letters and digits; this one differs and is used unchanged";

/// Returns a table by its name, inline or not; creates it if it is missing.
fn table<'a>(parent: &'a mut dyn TableLike, name: &str) -> Result<&'a mut dyn TableLike, Failure> {
    if parent.get(name).is_none() {
        let mut table = Table::new();
        table.set_implicit(true);
        parent.insert(name, Item::Table(table));
    }
    let own = parent.get_mut(name).and_then(Item::as_table_like_mut);
    own.ok_or_else(|| Failure::config(format!("{name} in the configuration is not a table")))
}

/// Returns the text of the file with a change applied, and the rest unchanged.
fn changed(path: &Path, change: impl FnOnce(&mut DocumentMut) -> Result<(), Failure>) -> Result<String, Failure> {
    let text = match bounded::text_file(path, bounded::SETTINGS) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unwritten(path, &error)),
    };
    let mut document: DocumentMut =
        text.parse().map_err(|_| Failure::config(format!("{} is not valid TOML", path.display())))?;
    change(&mut document)?;
    Ok(document.to_string())
}

/// A lock that keeps concurrent logins from losing each other's changes, until it is dropped.
struct Lock {
    _file: fs::File,
}

impl Lock {
    /// The time limit for another login to end.
    const PATIENCE: Duration = Duration::from_secs(10);
    const PAUSE: Duration = Duration::from_millis(50);

    /// Takes the lock, and removes incomplete files of a login that was killed.
    fn take(config: &Path) -> Result<Self, Failure> {
        let folder = config.parent().unwrap_or(Path::new("."));
        create_private(folder)?;
        let path = config.with_file_name("config.lock");
        let file = open_lock(&path).map_err(|error| unwritten(&path, &error))?;
        // Lets the next login open it, whatever the umask. Fails if the file belongs to another
        // user.
        let _ = set_mode(&path, 0o600);
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if waited < Self::PATIENCE => {
                    SystemSleep.sleep_blocking(Self::PAUSE);
                    waited += Self::PAUSE;
                }
                Err(TryLockError::WouldBlock) => {
                    let failure = Failure::config(format!("{} is held by another login", path.display()));
                    return Err(failure.hint("try again when that login has ended"));
                }
                Err(TryLockError::Error(error)) => return Err(unwritten(&path, &error)),
            }
        }
        for folder in [folder.to_owned(), folder.join(SECRETS)] {
            remove_unfinished(&folder);
        }
        Ok(Self { _file: file })
    }
}

/// Opens the lock file. Anything but a file could block, or could not be locked.
fn open_lock(path: &Path) -> io::Result<fs::File> {
    match fs::symlink_metadata(path) {
        Ok(data) if !data.is_file() => Err(io::Error::other("it is not a file")),
        _ => fs::OpenOptions::new().write(true).create(true).truncate(false).open(path),
    }
}

/// The suffix of an incomplete file. The name is fixed, so that the next login finds it.
const UNFINISHED: &str = ".unfinished";

fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            // A failure is reported when the file is written.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::config(format!("{} cannot be written: {error}", path.display()))
}

/// Creates a folder with mode 0700, whatever the umask, unless it exists.
fn create_private(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_private(parent)?;
    }
    let create = || match fs::create_dir(folder) {
        // Another login created it first.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        created => created.and_then(|()| set_mode(folder, 0o700)),
    };
    create().map_err(|error| unwritten(folder, &error))
}

/// Replaces a file atomically; no other user can read it. A link stays a link, even if its target
/// does not exist yet.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    create_private(path.parent().unwrap_or(Path::new(".")))?;
    let write = || {
        let target = target(path)?;
        if fs::symlink_metadata(&target).is_ok_and(|data| !data.is_file()) {
            return Err(io::Error::other("it is not a file"));
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(UNFINISHED);
        let unfinished = target.with_file_name(format!(".{}", name.to_string_lossy()));
        let _ = fs::remove_file(&unfinished);
        let mut file = create_file(&unfinished)?;
        set_mode(&unfinished, 0o600)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, &target)
    };
    write().map_err(|error| unwritten(path, &error))
}

/// Returns the file that a path names, through links.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..16 {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new(".")).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many links in a chain"))
}

fn create_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Sets a mode, regardless of the umask.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
