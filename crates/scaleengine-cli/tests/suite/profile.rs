//! Profiles: login, logout, and the effective values of settings.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::binary::{Ran, Serving, bare};
use crate::messages::Messages;

/// A separate home folder, and a sandbox whose credentials are not in the environment.
struct Home {
    folder: tempfile::TempDir,
    sandbox: Serving,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), sandbox: Serving::start(&[]) }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("scaleengine").join(name)
    }

    fn config(&self) -> String {
        fs::read_to_string(self.file("config.toml")).unwrap()
    }

    fn write(&self, config: &str) {
        fs::create_dir_all(self.folder.path().join("scaleengine")).unwrap();
        fs::write(self.file("config.toml"), config).unwrap();
        fs::set_permissions(self.file("config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = bare();
        command.env("XDG_CONFIG_HOME", self.folder.path()).env("PATH", "/usr/bin:/bin");
        command.env("SCALEENGINE_API_URL", self.sandbox.url()).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    fn login(&self, profile: &str, secret: &str) -> Ran {
        let args = [
            "login",
            "--profile",
            profile,
            "--api-key",
            scaleengine_sandbox::API_KEY,
            "--cdn",
            "158",
            "--secret-stdin",
        ];
        let mut command = self.command(&args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }
}

const LIST: [&str; 2] = ["app", "list"];

#[test]
fn login_stores_a_profile_and_logout_removes_it() {
    let mut messages = Messages::default();
    let home = Home::new();
    assert_eq!(home.run(&LIST).code, 3);
    let ran = home.login("main", &format!("{}\n", scaleengine_sandbox::SECRET_KEY));
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    for (name, mode) in [("config.toml", 0o600), ("secrets", 0o700), ("secrets/main", 0o600)] {
        assert_eq!(fs::metadata(home.file(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    assert!(!home.config().contains(scaleengine_sandbox::SECRET_KEY), "the secret has its own file");
    assert_eq!(home.run(&LIST).code, 0);

    // A second profile is not used until it is selected.
    assert_eq!(home.login("other", "wrong").code, 0);
    assert_eq!(home.run(&LIST).code, 0);
    assert_eq!(home.run(&["--profile", "other", "app", "list"]).code, 4);
    assert_eq!(home.run(&["profile", "use", "other"]).code, 0);
    assert_eq!(home.run(&LIST).code, 4);
    assert_eq!(
        home.run(&["profile", "list"]).stdout,
        "   profile  api_key  cdn\n   main     …0000    158\n*  other    …0000    158\n"
    );
    let by_name = home.command(&LIST).env("SCALEENGINE_PROFILE", "main").output().unwrap();
    assert_eq!(by_name.status.code(), Some(0));

    assert_eq!(home.run(&["logout", "--profile", "other"]).code, 0);
    assert!(!home.file("secrets/other").exists() && !home.config().contains("other"));
    let ran = home.run(&["--profile", "other", "app", "list"]);
    messages.add("a profile that was removed", &ran);
    assert_eq!(home.run(&["logout", "--profile", "other"]).code, 3);
    messages.compare("login-stores-a-profile-and-logout-removes-it");
}

#[test]
fn explicit_sources_win_and_overridden_ones_are_shown() {
    let mut messages = Messages::default();
    let home = Home::new();
    home.login("main", scaleengine_sandbox::SECRET_KEY);
    let shown = |args: &[&str]| {
        let mut command = home.command(args);
        command.env("SCALEENGINE_API_KEY", "OTHERKEY1234").env("SCALEENGINE_SECRET_KEY", "canary");
        let ran: Ran = command.output().unwrap().into();
        assert!(
            !format!("{ran:?}").contains("canary") && !ran.stdout.contains(scaleengine_sandbox::SECRET_KEY),
            "{ran:?}"
        );
        ran.stdout
    };
    let human = shown(&["profile", "show"]);
    assert!(human.starts_with("profile: main\napi_key: …1234 (environment: SCALEENGINE_API_KEY, overrides profile main)\ncdn: 158 (profile main)\n"), "{human}");
    let named = shown(&["--profile", "main", "-o", "json", "profile", "show"]);
    let named: serde_json::Value = serde_json::from_str(&named).unwrap();
    assert_eq!(named["values"]["api_key"]["source"], "profile main");
    assert_eq!(named["values"]["secret"]["shadows"][0], "environment: SCALEENGINE_SECRET_KEY");
    // The wrong secret in the environment is effective, unless a profile is named.
    let mut command = home.command(&LIST);
    assert_eq!(command.env("SCALEENGINE_SECRET_KEY", "wrong").output().unwrap().status.code(), Some(4));
    let mut command = home.command(&["--profile", "main", "app", "list"]);
    assert_eq!(command.env("SCALEENGINE_SECRET_KEY", "wrong").output().unwrap().status.code(), Some(0));
    // `--secret-file` overrides everything.
    let file = home.file("elsewhere");
    fs::write(&file, "wrong").unwrap();
    let ran = home.run(&["--profile", "main", "--secret-file", file.to_str().unwrap(), "app", "list"]);
    messages.add("--secret-file 644", &ran);
    messages.compare("explicit-sources-win-and-overridden-ones-are-shown");
}

#[test]
fn a_secret_command_runs_without_credentials_in_its_environment() {
    let mut messages = Messages::default();
    let home = Home::new();
    let profile = |command: &str| {
        home.write(&format!(
            "[profiles.main]\napi_key = \"{}\"\ncdn = 158\nsecret_command = {command:?}\n",
            scaleengine_sandbox::API_KEY
        ));
    };
    let named = ["--profile", "main", "app", "list"];
    profile(&format!("echo {}", scaleengine_sandbox::SECRET_KEY));
    assert_eq!(home.run(&named).code, 0);
    profile("test -z \"$SCALEENGINE_SECRET_KEY$SCALEENGINE_API_KEY\" || exit 9; exit 5");
    let mut command = home.command(&named);
    let ran: Ran = command.env("SCALEENGINE_SECRET_KEY", "x").env("SCALEENGINE_API_KEY", "y").output().unwrap().into();
    messages.add("exit 5", &ran);
    messages.compare("a-secret-command-runs-without-credentials-in-its-environment");
}

#[test]
fn an_invalid_or_writable_configuration_is_refused() {
    let mut messages = Messages::default();
    let home = Home::new();
    for config in [
        "[profiles.main]\napi_key = 7\n",
        "\n\n[profiles.main]\nsecret = \"canary\"\n",
        "default = \"absent\"\n",
        "= canary",
    ] {
        home.write(config);
        let ran = home.run(&LIST);
        assert!(!ran.stderr.contains("canary"), "{config}: {ran:?}");
        messages.add(&format!("{config:?}"), &ran);
    }
    home.write("");
    fs::set_permissions(home.file("config.toml"), fs::Permissions::from_mode(0o666)).unwrap();
    let ran = home.run(&LIST);
    messages.add("configuration 666", &ran);

    home.write("# a remark\n[profiles.main]\ntimeout = 9\n");
    home.login("main", scaleengine_sandbox::SECRET_KEY);
    assert!(home.config().contains("# a remark\n") && home.config().contains("timeout = 9\n"), "{}", home.config());
    fs::set_permissions(home.file("secrets/main"), fs::Permissions::from_mode(0o644)).unwrap();
    let ran = home.run(&LIST);
    messages.add("secret 644", &ran);
    // `--sandbox` does not need an account.
    assert_eq!(home.run(&["--sandbox", "app", "list"]).code, 0);
    messages.compare("an-invalid-or-writable-configuration-is-refused");
}

#[test]
fn login_does_not_prompt_without_a_terminal() {
    let mut messages = Messages::default();
    let home = Home::new();
    for args in
        [&["login"][..], &["login", "--api-key", "K", "--cdn", "1"], &["login", "--api-key", "K", "--secret-stdin"]]
    {
        messages.add(&args.join(" "), &home.run(args));
    }
    for args in [
        &["login", "--profile", "../x", "--api-key", "K", "--cdn", "1", "--secret-stdin"][..],
        &["login", "--secret-key", "x"],
        &["login", "--cdn", "one"],
        &["profile", "use", "none"],
    ] {
        messages.add(&args.join(" "), &home.run(args));
    }
    assert!(!home.file("config.toml").exists());
    messages.compare("login-does-not-prompt-without-a-terminal");
}

#[test]
fn concurrent_logins_are_all_stored() {
    let home = Home::new();
    let names: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| assert_eq!(home.login(name, "secret").code, 0));
        }
    });
    let listed = home.run(&["-o", "json", "profile", "list"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    let listed: Vec<_> =
        listed["profiles"].as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
}

#[test]
fn an_empty_or_oversized_secret_is_not_stored() {
    let mut messages = Messages::default();
    let home = Home::new();
    messages.add("an empty secret", &home.login("main", " \n\n"));
    let endless = ["login", "--api-key", "K", "--cdn", "1", "--secret-file", "/dev/zero"];
    let ran = home.run(&endless);
    messages.add("--secret-file /dev/zero", &ran);
    assert!(!home.file("config.toml").exists());
    messages.compare("an-empty-or-oversized-secret-is-not-stored");
}

/// Runs on a real terminal, provided by `script`.
#[test]
#[cfg(target_os = "linux")]
fn interrupt_quit_and_suspend_at_the_secret_restore_the_terminal() {
    // Ctrl-C, Ctrl-\ and Ctrl-Z. After Ctrl-Z the shell continues, and its `$?` is 128 plus the
    // number of the signal that stopped the program.
    for (key, code) in [(b"\x03", "code 130"), (b"\x1c", "code 130"), (b"\x1a", "code 147")] {
        let home = Home::new();
        let login = format!("{} login --api-key K --cdn 1; echo code $?; stty -a", env!("CARGO_BIN_EXE_scaleengine"));
        let mut terminal = Command::new("script");
        terminal.args(["-qec", &format!("bash --norc -ic '{login}; kill -KILL %1'"), "/dev/null"]);
        terminal.env("XDG_CONFIG_HOME", home.folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut terminal = terminal.spawn().unwrap();
        let (mut keys, mut screen) = (terminal.stdin.take().unwrap(), terminal.stdout.take().unwrap());
        let mut shown = String::new();
        while !shown.contains("Secret key") {
            let mut piece = [0; 256];
            let read = screen.read(&mut piece).unwrap();
            assert!(read > 0, "{shown}");
            shown += &String::from_utf8_lossy(&piece[..read]);
        }
        keys.write_all(key).unwrap();
        screen.read_to_string(&mut shown).unwrap();
        assert!(shown.contains(code) && shown.contains(" echo ") && !shown.contains("-echo "), "{code}: {shown}");
        terminal.wait().unwrap();
    }
}

#[test]
fn settings_come_from_flags_variables_and_profiles() {
    let mut messages = Messages::default();
    let home = Home::new();
    home.login("main", scaleengine_sandbox::SECRET_KEY);
    let with = |line: &str| home.write(&home.config().replace("cdn = 158\n", &format!("cdn = 158\n{line}\n")));
    let shown = |args: &[&str]| {
        let mut command = home.command(&[args, &["-o", "json", "profile", "show"]].concat());
        command.env("SCALEENGINE_TIMEOUT", "8").env("SCALEENGINE_PROXY", "http://user:canary@proxy:1");
        let ran: Ran = command.output().unwrap().into();
        assert!(!format!("{ran:?}").contains("canary"), "{ran:?}");
        serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap()["values"].clone()
    };
    with("timeout = 7\nretries = 1");
    let values = shown(&["--timeout", "9"]);
    assert_eq!(values["timeout"]["value"], "9");
    assert_eq!(values["timeout"]["shadows"], serde_json::json!(["environment: SCALEENGINE_TIMEOUT", "profile main"]));
    assert_eq!(
        (&values["retries"]["source"], &values["proxy"]["value"]),
        (&"profile main".into(), &"…@proxy:1".into())
    );
    assert_eq!(shown(&["--profile", "main"])["timeout"]["value"], "7");

    // The number of attempts follows the effective value.
    let attempts = |args: &[&str], variable: &str| {
        let mut command = home.command(&[&["-o", "json", "--api-url", "http://127.0.0.1:1/"], args, &LIST].concat());
        Ran::from(command.env("SCALEENGINE_RETRIES", variable).output().unwrap()).error()["attempts"].clone()
    };
    assert_eq!(attempts(&[], "0"), 1);
    assert_eq!(attempts(&["--profile", "main"], "0"), 2);
    assert_eq!(attempts(&["--retries", "0"], "1"), 1);

    // An invalid value is refused with its source, and a password is not repeated.
    for (args, variable) in [
        (&["--timeout", "0"][..], "1"),
        (&["--proxy", "http://user:canary@proxy"], "1"),
        (&["--proxy", "socks5://proxy"], "1"),
        (&[], "many"),
        (&["--ca-file", "/nowhere.pem"], "1"),
    ] {
        let mut command = home.command(&[args, &LIST].concat());
        let ran: Ran = command.env("SCALEENGINE_RETRIES", variable).output().unwrap().into();
        assert!(!ran.stderr.contains("canary"), "{args:?} {ran:?}");
        messages.add(&format!("SCALEENGINE_RETRIES={variable} {}", args.join(" ")), &ran);
    }
    messages.compare("settings-come-from-flags-variables-and-profiles");
}

#[test]
fn a_profile_in_any_toml_syntax_can_be_edited_and_its_external_secret_file_stays() {
    let mut messages = Messages::default();
    let home = Home::new();
    let elsewhere = home.folder.path().join("elsewhere");
    fs::write(&elsewhere, scaleengine_sandbox::SECRET_KEY).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
    home.write(&format!("profiles = {{ other = {{ api_key = \"K\", cdn = 1, secret_file = {elsewhere:?} }} }}\n"));
    assert_eq!(home.login("main", scaleengine_sandbox::SECRET_KEY).code, 0);
    assert_eq!(home.run(&LIST).code, 0, "{}", home.config());
    let gone = home.run(&["logout", "--profile", "other"]);
    assert!(elsewhere.exists(), "{gone:?}");
    messages.add("an external secret file", &gone);
    // A refused login changes nothing.
    home.write("profiles = 7\n");
    fs::write(home.file("secrets/main"), "before").unwrap();
    assert_eq!(home.login("main", "after").code, 3);
    assert_eq!(fs::read_to_string(home.file("secrets/main")).unwrap(), "before");
    messages.compare("a-profile-in-any-toml-syntax-can-be-edited-and-its-external-secret-file-stays");
}

#[test]
fn a_url_is_shown_without_its_password_and_a_variable_must_be_unicode() {
    let mut messages = Messages::default();
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::new();
    home.login("main", scaleengine_sandbox::SECRET_KEY);
    for (name, value) in [
        ("SCALEENGINE_API_URL", "https://bob:canary@api.example/?canary"),
        ("SCALEENGINE_PROXY", "bob:canary"),
        ("SCALEENGINE_PROXY", "http://bob:canary%40proxy:1"),
    ] {
        let mut command = home.command(&["profile", "show"]);
        let ran: Ran = command.env(name, value).output().unwrap().into();
        assert!(ran.code == 0 && !format!("{ran:?}").contains("canary"), "{ran:?}");
    }
    let mut command = home.command(&LIST);
    command.env("SCALEENGINE_SECRET_KEY", std::ffi::OsStr::from_bytes(b"\xff"));
    let ran: Ran = command.output().unwrap().into();
    messages.add("a secret that is not Unicode", &ran);
    messages.compare("a-url-is-shown-without-its-password-and-a-variable-must-be-unicode");
}
