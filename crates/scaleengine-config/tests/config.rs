//! Files, profiles and errors from outside, without the environment of this process.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scaleengine_config::{
    Config, ConfigErrorKind, Login, LoginWarning, Profile, RemovedSecret, Setting, Source, Store,
};

const KEY: &str = "APX4GKLM0RKQLSP2FBO1ROPKSSW47DZE";
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A configuration file in a folder of its own.
struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Place {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        Self { _folder: folder, path }
    }
}

#[test]
fn a_stored_account_is_found_again_with_its_source() {
    let place = Place::new("# a remark\n[profiles.main]\ntimeout = 7\nretries = 0\n");
    let store = Store::at(&place.path);
    let login = Login::new("main", KEY, 158, format!("{SECRET}\n")).unwrap();
    assert!(login.warnings().is_empty() && !format!("{login:?}").contains(SECRET));
    assert!(store.save(&login).unwrap(), "it replaced the profile");
    assert!(fs::read_to_string(&place.path).unwrap().contains("# a remark\n"));

    let profile = Config::load_from(&place.path).unwrap().profile("main").unwrap();
    let credentials = profile.credentials().unwrap();
    assert_eq!((credentials.account().api_key(), credentials.account().cdn()), (KEY, 158));
    assert_eq!(profile.source("timeout"), Some(&Source::Profile("main".to_owned())));
    assert_eq!(profile.deadline().unwrap(), Duration::from_secs(30));
    let shown = format!("{:?}{profile:?}", profile.values());
    assert!(!shown.contains(SECRET) && !shown.contains(KEY), "{shown}");
    assert!(!format!("{credentials:?}").contains(SECRET));

    assert_eq!(store.remove("main").unwrap(), RemovedSecret::Removed);
    let gone = Config::load_from(&place.path).unwrap().profile("main").unwrap_err();
    assert_eq!(gone.kind(), ConfigErrorKind::UnknownProfile);
    assert!(gone.remedy().unwrap().contains("existing profiles: none"));
}

#[test]
fn values_of_the_program_override_a_profile_and_invalid_ones_name_their_source() {
    let place = Place::new("[profiles.main]\napi_url = \"https://api.example/\"\ntimeout = 7\n");
    let config = Config::load_from(&place.path).unwrap();
    let profile = config.profile("main").unwrap();
    assert_eq!(profile.endpoint().unwrap().to_string(), "https://api.example/");
    let shown = profile.values().into_iter().find(|shown| shown.name == "timeout").unwrap();
    assert_eq!(shown.value.as_deref(), Some("7"));

    let given = Profile::loader().set(Setting::Timeout, "0").only_given();
    assert_eq!(given.options().unwrap_err().to_string(), "timeout: --timeout: expected an integer from 1 to 3600");
    let given = Profile::loader().set(Setting::Proxy, "socks5://user:canary@proxy").only_given();
    let error = given.proxies().unwrap_err();
    assert!(error.kind() == ConfigErrorKind::Value && !error.to_string().contains("canary"), "{error}");
}

#[test]
fn an_error_names_the_file_and_the_line_and_no_value() {
    for (text, line) in [("[profiles.main]\napi_key = 7\n", 2), ("\n\n[profiles.main]\nsecret = \"canary\"\n", 4)] {
        let place = Place::new(text);
        let error = Config::load_from(&place.path).unwrap_err();
        assert_eq!((error.kind(), error.line()), (ConfigErrorKind::Syntax, Some(line)));
        assert_eq!(error.path(), Some(place.path.as_path()));
        assert!(!format!("{error:?}{error}").contains("canary"), "{error:?}");
    }
    let missing = Config::load_from("/nowhere/config.toml").unwrap_err();
    assert_eq!(missing.kind(), ConfigErrorKind::Unreadable);
    assert_eq!(Store::at("/nowhere/config.toml").config().unwrap().profiles().count(), 0);
}

#[test]
fn a_login_refuses_empty_and_swapped_keys_and_warns_of_unusual_ones() {
    for (name, key, secret) in
        [("../x", KEY, SECRET), ("main", "", SECRET), ("main", KEY, " \n"), ("main", SECRET, KEY)]
    {
        let error = Login::new(name, key, 158, secret.to_owned()).unwrap_err();
        assert!(error.kind() == ConfigErrorKind::Value && !format!("{error:?}").contains(SECRET), "{error:?}");
    }
    let login = Login::new("main", "short", 158, SECRET.to_owned()).unwrap();
    assert_eq!(login.warnings(), [LoginWarning::UnusualKey]);
}

/// The secret of a helper command, and the keys of tokens and links.
#[test]
fn helpers_and_keys_have_their_places() {
    let place = Place::new(&format!(
        "[profiles.main]\napi_key = \"{KEY}\"\ncdn = 158\nsecret_command = \"echo {SECRET}\"\ntoken_key_file = \"token\"\n\
         [profiles.late]\napi_key = \"{KEY}\"\ncdn = 158\ndeadline = 1\nsecret_command = \"sleep 60\"\n",
    ));
    let config = Config::load_from(&place.path).unwrap();
    let main = config.profile("main").unwrap();
    assert_eq!(main.credentials().unwrap().account().cdn(), 158);
    assert!(main.link_key().unwrap().is_none());
    let unread = main.token_key().unwrap_err();
    assert_eq!(unread.kind(), ConfigErrorKind::Unreadable, "{unread}");
    let late = config.profile("late").unwrap().credentials().unwrap_err();
    assert_eq!(late.to_string(), "secret_command: it did not end within 1 s");
    assert_eq!(late.kind(), ConfigErrorKind::Helper);
}

#[test]
fn warnings_reach_the_program() {
    let place = Place::new("");
    let file = place.path.with_file_name("secret");
    fs::write(&file, SECRET).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    let loader = Profile::loader().secret_file(&file);
    let profile = loader.on_warning(move |warning| hearing.lock().unwrap().push(warning.to_string())).only_given();
    profile.secret().unwrap();
    assert_eq!(*heard.lock().unwrap(), [format!("{} can be read by other users", file.display())]);
}

/// A login that cannot write the configuration stores no secret, and removes no file of others.
#[test]
fn a_failed_login_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let login = Login::new("main", KEY, 158, SECRET.to_owned()).unwrap();
    let dangling = folder.path().join("link.toml");
    std::os::unix::fs::symlink("nowhere/x.toml", &dangling).unwrap();
    fs::create_dir(folder.path().join("folder.toml")).unwrap();
    fs::write(folder.path().join("thesis.unfinished"), "mine").unwrap();
    for path in [dangling, folder.path().join("folder.toml")] {
        assert!(Store::at(&path).save(&login).is_err(), "{path:?}");
        assert!(!folder.path().join("secrets").exists(), "{path:?}");
    }
    Store::at(folder.path().join("good.toml")).save(&login).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("thesis.unfinished")).unwrap(), "mine");
}
