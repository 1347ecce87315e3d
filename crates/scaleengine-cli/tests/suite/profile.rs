//! Profiles: how an account gets into one, and which one counts.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::binary::{Ran, Serving, bare};

/// A home of its own, and a sandbox whose credentials are in no environment.
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
fn an_account_is_kept_used_shown_and_forgotten() {
    let home = Home::new();
    assert_eq!(home.run(&LIST).code, 3);
    let ran = home.login("main", &format!("{}\n", scaleengine_sandbox::SECRET_KEY));
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran:?}");
    for (name, mode) in [("config.toml", 0o600), ("secrets", 0o700), ("secrets/main", 0o600)] {
        assert_eq!(fs::metadata(home.file(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    assert!(!home.config().contains(scaleengine_sandbox::SECRET_KEY), "the secret has a file of its own");
    assert_eq!(home.run(&LIST).code, 0);

    // A second account, which does not count until it is chosen.
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
    assert!(ran.code == 3 && ran.stderr.contains("known: main"), "{ran:?}");
    assert_eq!(home.run(&["logout", "--profile", "other"]).code, 3);
}

#[test]
fn what_was_named_by_hand_comes_first_and_what_is_shadowed_is_shown() {
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
    assert!(human.starts_with("profile: main\napi_key: …1234 (environment: SCALEENGINE_API_KEY, shadows profile main)\ncdn: 158 (profile main)\n"), "{human}");
    let named = shown(&["--profile", "main", "-o", "json", "profile", "show"]);
    let named: serde_json::Value = serde_json::from_str(&named).unwrap();
    assert_eq!(named["values"]["api_key"]["source"], "profile main");
    assert_eq!(named["values"]["secret"]["shadows"][0], "environment: SCALEENGINE_SECRET_KEY");
    // The environment's wrong secret counts, unless the profile was named.
    let mut command = home.command(&LIST);
    assert_eq!(command.env("SCALEENGINE_SECRET_KEY", "wrong").output().unwrap().status.code(), Some(4));
    let mut command = home.command(&["--profile", "main", "app", "list"]);
    assert_eq!(command.env("SCALEENGINE_SECRET_KEY", "wrong").output().unwrap().status.code(), Some(0));
    // And a file that is named comes before all.
    let file = home.file("elsewhere");
    fs::write(&file, "wrong").unwrap();
    let ran = home.run(&["--profile", "main", "--secret-file", file.to_str().unwrap(), "app", "list"]);
    assert!(
        ran.code == 4 && ran.stderr.starts_with("warning: ") && ran.stderr.contains("can be read by other users"),
        "{ran:?}"
    );
}

#[test]
fn a_secret_can_come_from_a_command_that_does_not_see_ours() {
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
    assert!(ran.code == 3 && ran.stderr.contains("it failed (exit status: 5)"), "{ran:?}");
}

#[test]
fn a_configuration_that_is_broken_or_open_is_refused_with_its_line() {
    let home = Home::new();
    for (config, told) in [
        ("[profiles.main]\napi_key = 7\n", "line 2: invalid type"),
        ("\n\n[profiles.main]\nsecret = \"canary\"\n", "line 4: unknown field `secret`"),
        ("default = \"nobody\"\n", "the profile nobody, which is not there"),
        ("= canary", "line 1: "),
    ] {
        home.write(config);
        let ran = home.run(&LIST);
        assert!(ran.code == 3 && ran.stderr.contains(told) && !ran.stderr.contains("canary"), "{config}: {ran:?}");
    }
    home.write("");
    fs::set_permissions(home.file("config.toml"), fs::Permissions::from_mode(0o666)).unwrap();
    let ran = home.run(&LIST);
    assert!(
        ran.code == 3 && ran.stderr.contains("can be written by other users") && ran.stderr.contains("chmod"),
        "{ran:?}"
    );

    home.write("# a remark\n[profiles.main]\ntimeout = 9\n");
    home.login("main", scaleengine_sandbox::SECRET_KEY);
    assert!(home.config().contains("# a remark\n") && home.config().contains("timeout = 9\n"), "{}", home.config());
    fs::set_permissions(home.file("secrets/main"), fs::Permissions::from_mode(0o644)).unwrap();
    let ran = home.run(&LIST);
    assert!(ran.code == 3 && ran.stderr.contains("can be read by other users"), "{ran:?}");
    // What needs no account does not mind.
    assert_eq!(home.run(&["--sandbox", "app", "list"]).code, 0);
}

#[test]
fn nothing_is_asked_where_there_is_no_terminal() {
    let home = Home::new();
    for args in
        [&["login"][..], &["login", "--api-key", "K", "--cdn", "1"], &["login", "--api-key", "K", "--secret-stdin"]]
    {
        assert_eq!(home.run(args).code, 10, "{args:?}");
    }
    for (args, code) in [
        (&["login", "--profile", "../x", "--api-key", "K", "--cdn", "1", "--secret-stdin"][..], 2),
        (&["login", "--secret-key", "x"], 2),
        (&["login", "--cdn", "one"], 2),
        (&["profile", "use", "none"], 3),
    ] {
        assert_eq!(home.run(args).code, code, "{args:?}");
    }
    assert!(!home.file("config.toml").exists());
}

#[test]
fn of_logins_at_once_none_is_lost() {
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
fn what_is_no_secret_is_not_kept() {
    let home = Home::new();
    assert_eq!(home.login("main", " \n\n").code, 2);
    let endless = ["login", "--api-key", "K", "--cdn", "1", "--secret-file", "/dev/zero"];
    let ran = home.run(&endless);
    assert!(ran.code == 2 && ran.stderr.contains("longer than 64 KiB"), "{ran:?}");
    assert!(!home.file("config.toml").exists());
}

/// On a real terminal, which another program lends.
#[test]
#[cfg(target_os = "linux")]
fn interrupt_quit_and_suspend_at_the_secret_restore_the_terminal() {
    // Ctrl-C, Ctrl-\, and Ctrl-Z, after which the shell goes on; its `$?` is 128 and the number of the signal that stopped the program.
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
fn a_setting_is_a_flag_a_variable_and_a_line_of_a_profile() {
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

    // How often it is attempted follows from what counts.
    let attempts = |args: &[&str], variable: &str| {
        let mut command = home.command(&[&["-o", "json", "--api-url", "http://127.0.0.1:1/"], args, &LIST].concat());
        Ran::from(command.env("SCALEENGINE_RETRIES", variable).output().unwrap()).error()["attempts"].clone()
    };
    assert_eq!(attempts(&[], "0"), 1);
    assert_eq!(attempts(&["--profile", "main"], "0"), 2);
    assert_eq!(attempts(&["--retries", "0"], "1"), 1);

    // What makes no sense is said to be so, wherever it stands, and a password is not repeated.
    for (args, variable, code, told) in [
        (&["--timeout", "0"][..], "1", 2, "--timeout: a whole number from 1 to 3600 is expected"),
        (&["--proxy", "http://user:canary@proxy"], "1", 2, "--proxy: a password is no argument"),
        (
            &["--proxy", "socks5://proxy"],
            "1",
            2,
            "--proxy: the proxy cannot be used: only proxies that are reached by http://",
        ),
        (&[], "many", 3, "retries: environment: SCALEENGINE_RETRIES: a whole number from 0 to 99"),
        (&["--ca-file", "/nowhere.pem"], "1", 3, "/nowhere.pem: No such file"),
    ] {
        let mut command = home.command(&[args, &LIST].concat());
        let ran: Ran = command.env("SCALEENGINE_RETRIES", variable).output().unwrap().into();
        assert!(ran.code == code && ran.stderr.contains(told) && !ran.stderr.contains("canary"), "{args:?} {ran:?}");
    }
}

#[test]
fn a_profile_of_any_spelling_is_kept_and_forgotten_and_what_is_not_ours_stays() {
    let home = Home::new();
    let elsewhere = home.folder.path().join("elsewhere");
    fs::write(&elsewhere, scaleengine_sandbox::SECRET_KEY).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
    home.write(&format!("profiles = {{ other = {{ api_key = \"K\", cdn = 1, secret_file = {elsewhere:?} }} }}\n"));
    assert_eq!(home.login("main", scaleengine_sandbox::SECRET_KEY).code, 0);
    assert_eq!(home.run(&LIST).code, 0, "{}", home.config());
    let gone = home.run(&["logout", "--profile", "other"]);
    assert!(gone.code == 0 && gone.stderr.contains("its secret stays in") && elsewhere.exists(), "{gone:?}");
    // What is refused has changed nothing.
    home.write("profiles = 7\n");
    fs::write(home.file("secrets/main"), "before").unwrap();
    assert_eq!(home.login("main", "after").code, 3);
    assert_eq!(fs::read_to_string(home.file("secrets/main")).unwrap(), "before");
}

#[test]
fn an_address_shows_no_password_and_a_variable_that_is_no_text_is_told() {
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
    assert!(ran.code == 3 && ran.stderr.contains("SCALEENGINE_SECRET_KEY is not Unicode"), "{ran:?}");
}
