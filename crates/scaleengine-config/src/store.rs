//! Changes the configuration: stores and removes profiles, and leaves the rest of the file
//! unchanged.

use std::fs::{self, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use scaleengine_http::{Sleep as _, SystemSleep};
use scaleengine_proto::{find_invisible, is_quoted, single_value, strip_around_value};
use scaleengine_sign::{SecretKey, SecretWarning};
use toml_edit::{DocumentMut, Item, Table, TableLike, value};
use zeroize::Zeroizing;

use crate::error::{ConfigError, ConfigErrorKind};
use crate::file::Config;
use crate::owner::{self, folder_of};
use crate::place::Place;
use crate::profile::SHAPES;
use crate::read;

/// The folder of the secrets, beside the configuration file.
const SECRETS: &str = "secrets";

/// An account to store in a profile. Its values were checked.
#[derive(Clone)]
pub struct Login {
    name: String,
    api_key: String,
    cdn: u32,
    secret: Zeroizing<String>,
    warnings: Vec<LoginWarning>,
}

/// A probable mistake in an account to store. The values are stored unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginWarning {
    /// A probable mistake in the secret key.
    #[error("{0}")]
    Secret(SecretWarning),
    /// The API key is in quotes.
    #[error("the API key is wrapped in quotes, which are used as part of it")]
    QuotedKey,
    /// The API key does not have the shape of known keys.
    #[error("{}", UNUSUAL_KEY)]
    UnusualKey,
}

/// The note about an API key of another shape than known keys.
pub const UNUSUAL_KEY: &str =
    "check the API key: known keys have 32 capital letters and digits; this one differs and is used unchanged";

/// Returns whether an API key has the shape of all known keys. Others may be valid too.
#[must_use]
pub fn is_usual_key(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Checks the name of a profile, which must be a valid file name too.
///
/// # Errors
///
/// Returns an error if it is empty or contains anything but letters, digits, `-` and `_`.
pub fn check_name(name: &str) -> Result<(), ConfigError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(ConfigError::value("invalid profile name: use only letters, digits, - and _"));
    }
    Ok(())
}

impl Login {
    /// Checks an account. A byte order mark, the line ending and spaces around the secret are
    /// dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if the name is not that of a profile, if a key is empty or contains an
    /// invisible character, or if the keys look swapped.
    pub fn new(name: impl Into<String>, api_key: &str, cdn: u32, secret: String) -> Result<Self, ConfigError> {
        let mut text = Zeroizing::new(secret);
        let (name, api_key) = (name.into(), single_value(api_key).trim().to_owned());
        check_name(&name)?;
        strip_around_value(&mut text);
        let (secret, warning) = SecretKey::from_input(text.as_str());
        if api_key.is_empty() || secret.is_blank() {
            return Err(ConfigError::value("the API key or the secret key is empty: enter both"));
        }
        if let Some(found) = find_invisible(&api_key) {
            return Err(ConfigError::value(format!("the API key contains an invisible character: {found}")));
        }
        if secret.looks_swapped_with(&api_key) {
            let error =
                ConfigError::value("the API key looks like a secret key, or the two are swapped; nothing was stored");
            return Err(error.remedy_is(SHAPES));
        }
        let key = match is_quoted(&api_key) {
            true => Some(LoginWarning::QuotedKey),
            false if !is_usual_key(&api_key) => Some(LoginWarning::UnusualKey),
            false => None,
        };
        let warnings = warning.map(LoginWarning::Secret).into_iter().chain(key).collect();
        Ok(Self { name, api_key, cdn, secret: text, warnings })
    }

    /// Returns the probable mistakes.
    #[must_use]
    pub fn warnings(&self) -> &[LoginWarning] {
        &self.warnings
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("name", &self.name).field("cdn", &self.cdn).finish_non_exhaustive()
    }
}

/// The place of the secret of a profile that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemovedSecret {
    /// The file of the secret was removed too.
    Removed,
    /// The file stays, because this profile uses it too.
    UsedBy(String),
    /// The file stays, because it is not in the folder of the secrets.
    File(PathBuf),
    /// A helper command reads the secret elsewhere.
    Command,
}

/// Changes a configuration file. Concurrent changes wait for each other for at most 10 s; a file is
/// replaced atomically and is readable only by this user.
///
/// ```no_run
/// # fn run(secret: String) -> Result<(), scaleengine_config::ConfigError> {
/// use scaleengine_config::{Login, Store};
///
/// let login = Login::new("main", "YOUR_API_KEY", 158, secret)?;
/// Store::usual()?.save(&login)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// Returns the store of this user's configuration, whose place [`Config::load`] describes.
    ///
    /// # Errors
    ///
    /// Returns an error if the environment does not determine the place.
    pub fn usual() -> Result<Self, ConfigError> {
        Place::require().map(|place| Self { path: place.path })
    }

    /// Returns the store of a configuration file, which may not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the configuration. A missing file is an empty configuration.
    ///
    /// # Errors
    ///
    /// As [`Config::load_from`].
    pub fn config(&self) -> Result<Config, ConfigError> {
        Ok(Config::read(&self.path)?.unwrap_or_else(|| Config::empty(self.path.clone())))
    }

    /// Stores an account in a profile, and its secret in a separate file that no other user can
    /// read. The first profile becomes the default. Returns whether it replaced a profile.
    ///
    /// # Errors
    ///
    /// Returns an error if the configuration is broken or exposed, or cannot be written. Nothing is
    /// changed then.
    pub fn save(&self, login: &Login) -> Result<bool, ConfigError> {
        let (path, folder) = (&self.path, folder_of(&self.path));
        let file = Path::new(SECRETS).join(&login.name);
        // Do not overwrite a broken configuration.
        self.config()?;
        let _lock = Lock::take(path)?;
        // All checks come before the first write.
        check_place(path, true)?;
        check_place(&folder.join(&file), false)?;
        let mut replaced = false;
        let changed = changed(path, |document| {
            replaced = document.get("profiles").and_then(|profiles| profiles.get(&login.name)).is_some();
            let profile = table(table(document.as_table_mut(), "profiles")?, &login.name)?;
            profile.insert("api_key", value(login.api_key.as_str()));
            profile.insert("cdn", value(i64::from(login.cdn)));
            profile.insert("secret_file", value(file.to_string_lossy().as_ref()));
            profile.remove("secret_command");
            if !document.contains_key("default") {
                document.insert("default", value(login.name.as_str()));
            }
            Ok(())
        })?;
        create_private(&folder.join(SECRETS))?;
        write_private(&folder.join(&file), login.secret.as_bytes())?;
        write_private(path, changed.as_bytes())?;
        Ok(replaced)
    }

    /// Removes a profile, and its secret if it is in the folder of the secrets and no other profile
    /// uses it.
    ///
    /// # Errors
    ///
    /// Returns an error if no profile has this name, or if the configuration is broken or cannot be
    /// written.
    pub fn remove(&self, name: &str) -> Result<RemovedSecret, ConfigError> {
        check_name(name)?;
        self.config()?.stored(name)?;
        let _lock = Lock::take(&self.path)?;
        let profile = self.config()?.stored(name)?.clone();
        let changed = changed(&self.path, |document| {
            table(document.as_table_mut(), "profiles")?.remove(name);
            if document.get("default").and_then(Item::as_str) == Some(name) {
                document.remove("default");
            }
            Ok(())
        })?;
        write_private(&self.path, changed.as_bytes())?;
        let folder = folder_of(&self.path);
        let own = Path::new(SECRETS).join(name);
        let secret = folder.join(&own);
        let config = self.config()?;
        let uses = |file: &Option<PathBuf>| file.as_ref().is_some_and(|file| same_file(&folder.join(file), &secret));
        let shared = config.profiles().find(|(_, other)| uses(&other.secret_file)).map(|(name, _)| name.to_owned());
        if shared.is_none() {
            match fs::remove_file(&secret) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritten(&secret, &error)),
                _ => {}
            }
        }
        Ok(match (profile.secret_file, profile.secret_command, shared) {
            (_, _, Some(other)) => RemovedSecret::UsedBy(other),
            (Some(file), ..) if file != own => RemovedSecret::File(file),
            (None, Some(_), _) => RemovedSecret::Command,
            _ => RemovedSecret::Removed,
        })
    }

    /// Sets the profile that is used if none is named.
    ///
    /// # Errors
    ///
    /// As [`Store::remove`].
    pub fn set_default(&self, name: &str) -> Result<(), ConfigError> {
        self.config()?.stored(name)?;
        let _lock = Lock::take(&self.path)?;
        let changed = changed(&self.path, |document| {
            document.insert("default", value(name));
            Ok(())
        })?;
        write_private(&self.path, changed.as_bytes())
    }
}

/// Refuses to write what later calls would refuse to read: in an exposed folder, over an exposed
/// file, or over a link, unless `link` allows it.
fn check_place(path: &Path, link: bool) -> Result<(), ConfigError> {
    let folder = folder_of(path);
    // A file is replaced, so its target must be a file in a folder that exists.
    let target = target(path).map_err(|error| unwritten(path, &error))?;
    match fs::symlink_metadata(&target) {
        Ok(data) if !data.is_file() => return Err(unwritten(path, &io::Error::other("it is not a file"))),
        Err(error) if target != path && !folder_of(&target).is_dir() => return Err(unwritten(path, &error)),
        _ => {}
    }
    let checked = match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() && fs::metadata(path).is_err() => owner::check_folders(folder),
        Ok(_) => owner::check_own(path, false, link),
        Err(_) if folder.is_dir() => owner::check_folders(folder),
        Err(_) => return Ok(()),
    };
    checked.map_err(|error| unwritten(path, &error))?.map_err(ConfigError::from)
}

/// Returns whether two paths name the same file, through links too.
fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Returns a table by its name, inline or not; creates it if it is missing.
fn table<'a>(parent: &'a mut dyn TableLike, name: &str) -> Result<&'a mut dyn TableLike, ConfigError> {
    if parent.get(name).is_none() {
        let mut table = Table::new();
        table.set_implicit(true);
        parent.insert(name, Item::Table(table));
    }
    let own = parent.get_mut(name).and_then(Item::as_table_like_mut);
    own.ok_or_else(|| ConfigError::new(ConfigErrorKind::Syntax, format!("{name} in the configuration is not a table")))
}

/// Returns the text of the file with a change applied, and the rest unchanged.
fn changed(
    path: &Path,
    change: impl FnOnce(&mut DocumentMut) -> Result<(), ConfigError>,
) -> Result<String, ConfigError> {
    let text = match read::text_file(path, read::SETTINGS) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unwritten(path, &error)),
    };
    let mut document: DocumentMut = text.parse().map_err(|_| {
        ConfigError::new(ConfigErrorKind::Syntax, format!("{} is not valid TOML", path.display())).in_file(path)
    })?;
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
    fn take(config: &Path) -> Result<Self, ConfigError> {
        let folder = folder_of(config);
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
                    let message = format!("{} is held by another login", path.display());
                    let error = ConfigError::new(ConfigErrorKind::Locked, message).in_file(&path);
                    return Err(error.remedy_is("try again when that login has ended"));
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
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') && name.ends_with(UNFINISHED) {
            // A failure is reported when the file is written.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn unwritten(path: &Path, error: &io::Error) -> ConfigError {
    let message = format!("{} cannot be written: {error}", path.display());
    ConfigError::new(ConfigErrorKind::Unwritten, message).in_file(path)
}

/// Creates a folder with mode 0700, whatever the umask, unless it exists.
fn create_private(folder: &Path) -> Result<(), ConfigError> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
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
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), ConfigError> {
    create_private(folder_of(path))?;
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
