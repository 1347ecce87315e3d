//! `login`, `logout` and `profile use`: what writes the configuration. What else stands in the file stays as it is.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;
use scaleengine::SecretKey;
use scaleengine::proto::Printable;
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::config::{self, Config};
use super::prompt;
use crate::exit::Failure;
use crate::kept;
use crate::output;

/// The profile's name where none is given.
const MAIN: &str = "main";
/// The folder of the secrets, beside the file.
const SECRETS: &str = "secrets";

/// Keeps an account in a profile, its secret in a file of its own that nobody else can read.
pub(crate) fn login(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = profile_name(matches)?;
    // What is broken is not written over.
    Config::load()?;
    let key = match matches.get_one::<String>("api-key") {
        Some(key) => key.trim().to_owned(),
        None => prompt::asked("API key")?,
    };
    let cdn = match matches.get_one::<u32>("cdn") {
        Some(cdn) => *cdn,
        None => {
            prompt::asked("CDN id")?.parse().map_err(|_| Failure::usage("a CDN id is a whole number, such as 158"))?
        }
    };
    let text = secret(matches)?;
    let (_, warning) = SecretKey::from_input(text.clone());
    if key.is_empty() || text.trim().is_empty() {
        return Err(Failure::usage("an API key and a secret key are needed, and one of them is empty"));
    }
    if let Some(warning) = warning {
        output::note(&format!("warning: {warning}"));
    }
    if !is_usual(&key) {
        output::note(&format!("note: {UNUSUAL}"));
    }

    let path = config::path()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = Path::new(SECRETS).join(&name);
    let _lock = lock(&path)?;
    // Everything that may be refused comes before anything is written.
    let changed = changed(&path, |document| {
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
    write_private(&folder.join(&file), text.trim_end_matches(['\n', '\r']).as_bytes())?;
    write_private(&path, changed.as_bytes())?;
    output::note(&format!("The profile {} is kept in {}", Printable(&name), path.display()));
    Ok(ExitCode::SUCCESS)
}

/// Takes a profile away, and its secret where that is kept here.
pub(crate) fn logout(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = profile_name(matches)?;
    let path = config::path()?;
    Config::load()?.profile(&name)?;
    let _lock = lock(&path)?;
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
    match fs::remove_file(&secret) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritten(&secret, &error)),
        _ => {}
    }
    let rest = match (&profile.secret_file, &profile.secret_command) {
        (Some(file), _) if *file != own => format!(", and its secret stays in {}", file.display()),
        (None, Some(_)) => ", and its secret stays where secret_command has it from".to_owned(),
        _ => ", and its secret".to_owned(),
    };
    output::note(&format!("The profile {} is gone{rest}", Printable(&name)));
    Ok(ExitCode::SUCCESS)
}

/// The profile that counts where none is named.
pub(crate) fn make_default(name: &str) -> Result<ExitCode, Failure> {
    let path = config::path()?;
    Config::load()?.profile(name)?;
    let _lock = lock(&path)?;
    let changed = changed(&path, |document| {
        document.insert("default", value(name));
        Ok(())
    })?;
    write_private(&path, changed.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// A name that can be a file's too.
fn profile_name(matches: &ArgMatches) -> Result<String, Failure> {
    let name = matches.get_one::<String>("profile").map_or(MAIN, String::as_str);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Failure::usage("a profile's name is made of letters, digits, - and _"));
    }
    Ok(name.to_owned())
}

/// The secret, from where it was said to be, or asked for without being shown.
fn secret(matches: &ArgMatches) -> Result<String, Failure> {
    let unread = |error: io::Error| Failure::usage(format!("the secret cannot be read: {error}"));
    if let Some(path) = matches.get_one::<std::path::PathBuf>("secret-file") {
        return kept::in_file(path).map_err(unread);
    }
    if matches.get_flag("secret-stdin") {
        return kept::in_stdin().map_err(unread);
    }
    prompt::secret()
}

/// Keys were seen in one shape only; another may be right all the same.
pub(crate) fn is_usual(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// What is said of another.
pub(crate) const UNUSUAL: &str =
    "the keys that are known have 32 capital letters and digits; this one looks different, and is used as it is";

/// A table by its name, in either way of writing one; made where there is none.
fn table<'a>(parent: &'a mut dyn TableLike, name: &str) -> Result<&'a mut dyn TableLike, Failure> {
    if parent.get(name).is_none() {
        let mut table = Table::new();
        table.set_implicit(true);
        parent.insert(name, Item::Table(table));
    }
    let own = parent.get_mut(name).and_then(Item::as_table_like_mut);
    own.ok_or_else(|| Failure::config(format!("{name} is no table in the configuration")))
}

/// The file's text, changed, and nothing of it but what is meant.
fn changed(path: &Path, change: impl FnOnce(&mut DocumentMut) -> Result<(), Failure>) -> Result<String, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unwritten(path, &error)),
    };
    let mut document: DocumentMut =
        text.parse().map_err(|_| Failure::config(format!("{} is no TOML", path.display())))?;
    change(&mut document)?;
    Ok(document.to_string())
}

/// Keeps others from changing the file until this is dropped: of two at once none is lost.
fn lock(config: &Path) -> Result<fs::File, Failure> {
    create_private(config.parent().unwrap_or(Path::new(".")))?;
    let path = config.with_file_name("config.lock");
    let lock = || {
        let file = fs::File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|error: io::Error| unwritten(&path, &error))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::config(format!("{} cannot be written: {error}", path.display()))
}

/// A folder that nobody else can look into, where it is made here.
fn create_private(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| unwritten(folder, &error))
}

/// Whole or not at all, and readable to nobody else: a temporary file is, and takes the place of the old one. A link stays one.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private(folder)?;
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(target.parent().unwrap_or(folder))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&target).map_err(|error| error.error).map(drop)
    };
    write().map_err(|error| unwritten(path, &error))
}
