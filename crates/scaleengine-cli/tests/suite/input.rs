//! Input from files, stdin, variables and helper commands: additions of editors and shells are
//! dropped, suspicious characters are named, and every read is bounded.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use scaleengine_sandbox::{API_KEY, SECRET_KEY};

use crate::binary::{Ran, Serving, at, bare};
use crate::messages::Messages;

const LIST: [&str; 2] = ["app", "list"];

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
        self.folder.path().join(".config/scaleengine").join(name)
    }

    /// Writes a profile with one more line.
    fn profile(&self, line: &str) {
        fs::create_dir_all(self.file("secrets")).unwrap();
        for folder in [self.file("secrets"), self.file(""), self.folder.path().join(".config")] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
        }
        let text = format!("default = \"main\"\n[profiles.main]\napi_key = \"{API_KEY}\"\ncdn = 158\n{line}\n");
        write_private(&self.file("config.toml"), &text);
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = bare();
        command.env("HOME", self.folder.path()).env("PATH", std::env::var("PATH").unwrap());
        command.env("SCALEENGINE_API_URL", self.sandbox.url()).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    fn piped(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Fails if the program has refused its arguments and does not read.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        child.wait_with_output().unwrap().into()
    }
}

fn write_private(path: &Path, text: &str) {
    let _ = fs::remove_file(path);
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Returns whether a process with this word in its command line runs.
fn runs(word: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path().join("cmdline"));
    processes.filter_map(|path| fs::read(path).ok()).any(|line| String::from_utf8_lossy(&line).contains(word))
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{what}");
}

#[test]
fn byte_order_mark_and_line_end_are_not_part_of_the_secret() {
    for around in ["SECRET\n", "SECRET\r\n", "SECRET\r", "\u{feff}SECRET\n", "\u{feff}SECRET"] {
        let (home, text) = (Home::new(), around.replace("SECRET", SECRET_KEY));
        let login = ["login", "--api-key", API_KEY, "--cdn", "158", "--secret-stdin"];
        let ran = home.piped(&login, text.as_bytes());
        assert_eq!((ran.code, ran.stderr.contains("warning")), (0, false), "{around:?} {ran:?}");
        assert_eq!(home.run(&LIST).code, 0, "{around:?}");
        let ran: Ran = at(home.sandbox.url()).env("SCALEENGINE_SECRET_KEY", &text).args(LIST).output().unwrap().into();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{around:?}");
        let home = Home::new();
        home.profile("secret_file = \"secrets/main\"");
        write_private(&home.file("secrets/main"), &text);
        assert_eq!(home.run(&LIST).code, 0, "{around:?}");
        home.profile(&format!("secret_command = \"cat {}\"", home.file("secrets/main").display()));
        assert_eq!(home.run(&LIST).code, 0, "{around:?}");
    }
}

#[test]
fn other_invisible_characters_quotes_and_swapped_keys_are_named_and_not_repeated() {
    let mut messages = Messages::default();
    let home = Home::new();
    let login = |key: &str, secret: &str| {
        home.piped(&["login", "--api-key", key, "--cdn", "158", "--secret-stdin"], secret.as_bytes())
    };
    for (case, key, secret) in [
        ("a zero width space", API_KEY, format!("{SECRET_KEY}\u{200b}\n")),
        ("a no-break space", API_KEY, format!("\u{a0}{SECRET_KEY}")),
        ("quotes around the secret", API_KEY, format!("\"{SECRET_KEY}\"")),
        ("quotes around the key", "\"KEY\"", SECRET_KEY.to_owned()),
        ("a zero width space in the key", "KEY\u{200b}", SECRET_KEY.to_owned()),
        ("swapped keys", SECRET_KEY, API_KEY.to_owned()),
    ] {
        let ran = login(key, &secret);
        messages.add(case, &ran);
        assert!(!ran.stderr.contains(SECRET_KEY), "{ran:?}");
    }
    let mut command = at(home.sandbox.url());
    command.env("SCALEENGINE_API_KEY", SECRET_KEY).env("SCALEENGINE_SECRET_KEY", API_KEY);
    let ran: Ran = command.args(LIST).output().unwrap().into();
    assert!(!ran.stderr.contains(SECRET_KEY), "{ran:?}");
    messages.add("swapped variables", &ran);
    let mut command = at(home.sandbox.url());
    let ran: Ran = command.env("SCALEENGINE_API_KEY", format!("{API_KEY}\r\n")).args(LIST).output().unwrap().into();
    assert_eq!(ran.code, 0, "{ran:?}");
    // A configuration with a byte order mark and CRLF, and one in UTF-16.
    home.profile(&format!("secret_command = \"echo {SECRET_KEY}\""));
    let text = fs::read_to_string(home.file("config.toml")).unwrap();
    write_private(&home.file("config.toml"), &format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!(home.run(&LIST).code, 0);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    fs::write(home.file("config.toml"), utf16).unwrap();
    messages.add("UTF-16", &home.run(&LIST));
    messages.compare("other-invisible-characters-quotes-and-swapped-keys-are-named-and-not-repeated");
}

#[test]
fn a_profile_with_two_sources_of_its_secret_is_refused() {
    let mut messages = Messages::default();
    let home = Home::new();
    home.profile(&format!("secret_command = \"echo {SECRET_KEY}\"\nsecret_file = \"secrets/main\""));
    write_private(&home.file("secrets/main"), "another\n");
    let ran = home.run(&LIST);
    messages.add("two sources of a secret", &ran);
    let mut command = home.command(&LIST);
    let ran: Ran = command.env("SCALEENGINE_SECRET_KEY", SECRET_KEY).output().unwrap().into();
    assert_eq!(ran.code, 0, "{ran:?}");
    messages.compare("a-profile-with-two-sources-of-its-secret-is-refused");
}

#[test]
fn a_bulk_input_that_is_a_pipe_or_utf_16_is_refused() {
    let mut messages = Messages::default();
    let home = Home::new();
    let csv = "app,inst,stream\na,b,c\n";
    let wide =
        |mark: &[u8], text: &str| [mark, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
    let check = ["bulk", "--check", "--command", "stream.close"];
    for (name, bytes) in [
        ("marked.csv", wide(b"\xff\xfe", csv)),
        ("bare.csv", wide(b"", csv)),
        ("marked.jsonl", wide(b"\xff\xfe", "{}\n")),
        ("latin.jsonl", b"{\"app\":\"\xe9\"}\n".to_vec()),
    ] {
        let path = home.file("..").join(name);
        fs::create_dir_all(home.file("")).unwrap();
        fs::write(&path, bytes).unwrap();
        let ran = home.run(&[&check[..], &[path.to_str().unwrap()]].concat());
        messages.add(name, &ran);
    }
    let ran = home.piped(&["--yes", "bulk", "--command", "stream.close", "/dev/stdin"], csv.as_bytes());
    messages.add("a pipe", &ran);
    home.profile(&format!("secret_command = \"echo {SECRET_KEY}\""));
    let ran = home.piped(&["bulk", "--journal", "no/such", "-"], b"{\"command\":\"app.list\"}\n");
    messages.add("a journal in a folder that does not exist", &ran);
    messages.compare("a-bulk-input-that-is-a-pipe-or-utf-16-is-refused");
}

#[test]
fn a_helper_command_does_not_share_stdin_and_ends_with_the_program() {
    let mut messages = Messages::default();
    let home = Home::new();
    home.profile(&format!("secret_command = \"cat >/dev/null; echo {SECRET_KEY}\""));
    let ran = home.piped(&["bulk", "--journal", "j", "-"], b"{\"command\":\"app.list\"}\n{\"command\":\"app.list\"}\n");
    assert!(ran.code == 0 && ran.stderr.contains("2 done"), "{ran:?}");
    let _ = fs::remove_file("j");

    home.profile("secret_command = \"sleep 71.001\"");
    let ran = home.run(&["--deadline", "1", "app", "list"]);
    messages.add("sleep", &ran);
    assert!(!runs("71.001"), "the helper is still running");

    home.profile("secret_command = \"sleep 71.002 | sleep 71.002 & sleep 71.002\"");
    for signal in ["TERM", "INT", "KILL"] {
        let mut child = home.command(&LIST).stderr(Stdio::null()).spawn().unwrap();
        until("the helper did not start", || runs("71.002"));
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        child.wait().unwrap();
        until("the helper is still running", || !runs("71.002"));
    }

    home.profile("secret_command = \"yes\"");
    let ran = home.run(&LIST);
    messages.add("yes", &ran);
    // The program waits for the end of the command, not of its pipe.
    home.profile(&format!("secret_command = \"echo {SECRET_KEY}; sleep 71.003 &\""));
    let ran = home.run(&["--deadline", "20", "app", "list"]);
    assert_eq!((ran.code, runs("71.003")), (0, false), "{ran:?}");
    for command in ["exit 3", "no-such-program-here 2>/dev/null", "true"] {
        home.profile(&format!("secret_command = \"{command}\""));
        let ran = home.run(&LIST);
        messages.add(command, &ran);
    }
    messages.compare("a-helper-command-does-not-share-stdin-and-ends-with-the-program");
}

#[test]
fn endless_files_silent_pipes_and_held_locks_are_bounded() {
    let mut messages = Messages::default();
    let home = Home::new();
    let fifo = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    for args in [
        &["sign", "verify", "/dev/zero"][..],
        &["sign", "diff", "/dev/zero", "/dev/null"],
        &["sandbox", "serve", "--seed", "/dev/zero"],
    ] {
        let mut command = at(home.sandbox.url());
        let ran: Ran = command.args(args).output().unwrap().into();
        messages.add(&args.join(" "), &ran);
    }
    let ran: Ran = at(home.sandbox.url()).args(["--ca-file", "/dev/zero", "app", "list"]).output().unwrap().into();
    messages.add("--ca-file /dev/zero", &ran);
    home.profile("");
    fs::remove_file(home.file("config.toml")).unwrap();
    symlink("/dev/zero", home.file("config.toml")).unwrap();
    messages.add("a link to /dev/zero as the configuration", &home.run(&LIST));

    // A pipe without a writer and a held lock; in parallel, because each waits for its time limit.
    home.profile("secret_file = \"pipe\"");
    fifo(&home.file("pipe"));
    let held = fs::File::create(home.file("config.lock")).unwrap();
    held.lock().unwrap();
    let login = ["login", "--api-key", API_KEY, "--cdn", "158", "--secret-stdin"];
    let (read, locked) = std::thread::scope(|scope| {
        let read = scope.spawn(|| home.run(&LIST));
        (home.piped(&login, SECRET_KEY.as_bytes()), read.join().unwrap())
    });
    messages.add("a lock that is held", &read);
    messages.add("a secret from a pipe without a writer", &locked);
    drop(held);
    fs::remove_file(home.file("config.lock")).unwrap();
    fifo(&home.file("config.lock"));
    let ran = home.piped(&login, SECRET_KEY.as_bytes());
    messages.add("a lock that is a pipe", &ran);
    messages.compare("endless-files-silent-pipes-and-held-locks-are-bounded");
}

#[test]
fn an_unreadable_configuration_is_a_warning_if_the_environment_is_complete() {
    let mut messages = Messages::default();
    let home = Home::new();
    home.profile("secret_file = \"secrets/main\"");
    fs::set_permissions(home.file(""), fs::Permissions::from_mode(0o777)).unwrap();
    let run = |args: &[&str]| -> Ran {
        let mut command = at(home.sandbox.url());
        command.env("HOME", home.folder.path()).args(args).output().unwrap().into()
    };
    let ran = run(&LIST);
    messages.add("a folder that others can write to", &ran);
    assert_eq!(run(&["--profile", "main", "app", "list"]).code, 3);
    assert_eq!(home.run(&LIST).code, 3);
    messages.compare("an-unreadable-configuration-is-a-warning-if-the-environment-is-complete");
}

#[test]
fn exposed_files_and_folders_are_refused() {
    let mut messages = Messages::default();
    let home = Home::new();
    let mode = |name: &str, mode| fs::set_permissions(home.file(name), fs::Permissions::from_mode(mode)).unwrap();
    let fresh = || {
        home.profile("secret_file = \"secrets/main\"");
        let _ = fs::remove_file(home.file("secrets/main"));
        write_private(&home.file("secrets/main"), SECRET_KEY);
    };
    let mut refused = |case: &str| {
        messages.add(case, &home.run(&LIST));
        fresh();
        assert_eq!(home.run(&LIST).code, 0);
    };
    fresh();
    mode("", 0o777);
    refused("folder 777");
    mode("secrets", 0o770);
    refused("folder of secrets 770");
    mode("config.toml", 0o620);
    refused("configuration 620");
    mode("secrets/main", 0o640);
    refused("secret 640");
    fs::rename(home.file("secrets/main"), home.file("planted")).unwrap();
    symlink(home.file("planted"), home.file("secrets/main")).unwrap();
    refused("a link as the secret");
    // Only root can give a file to another user.
    if chown(home.file("secrets/main"), Some(12345), None).is_ok() {
        assert!(home.run(&LIST).stderr.contains("belongs to another user"));
        fresh();
        chown(home.file("config.toml"), Some(12345), None).unwrap();
        assert!(home.run(&LIST).stderr.contains("belongs to another user"));
        fresh();
        chown(home.file(""), Some(12345), None).unwrap();
        let ran = home.run(&LIST);
        assert!(ran.code == 3 && ran.stderr.contains("belongs to another user"), "{ran:?}");
        chown(home.file(""), Some(0), None).unwrap();
        let file = home.folder.path().join("theirs");
        write_private(&file, SECRET_KEY);
        chown(&file, Some(12345), None).unwrap();
        assert_eq!(home.run(&["--secret-file", file.to_str().unwrap(), "app", "list"]).code, 3);
    }
    // A login refuses to write there too.
    let login = || {
        let args = ["login", "--api-key", API_KEY, "--cdn", "158", "--secret-stdin"];
        let ran = home.piped(&args, b"another secret\n");
        assert_eq!(ran.code, 3, "{ran:?}");
        fresh();
        assert_eq!(home.run(&LIST).code, 0);
    };
    mode("", 0o777);
    login();
    mode("secrets", 0o777);
    login();
    fs::rename(home.file("secrets/main"), home.file("planted")).unwrap();
    symlink(home.file("planted"), home.file("secrets/main")).unwrap();
    login();
    assert_eq!(fs::read_to_string(home.file("planted")).unwrap(), SECRET_KEY);
    // A file named by a flag may be a link, and readable by its group.
    let (file, link) = (home.folder.path().join("mounted"), home.folder.path().join("link"));
    write_private(&file, SECRET_KEY);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
    symlink(&file, &link).unwrap();
    let ran = home.run(&["--secret-file", link.to_str().unwrap(), "app", "list"]);
    messages.add("--secret-file 440", &ran);
    messages.compare("exposed-files-and-folders-are-refused");
}

#[test]
fn login_and_logout_keep_links_and_shared_secrets() {
    let mut messages = Messages::default();
    let home = Home::new();
    let login = |name: &str| {
        let args = ["login", "--profile", name, "--api-key", API_KEY, "--cdn", "158", "--secret-stdin"];
        home.piped(&args, SECRET_KEY.as_bytes())
    };
    // A link to a file that does not exist yet.
    home.profile("");
    fs::remove_file(home.file("config.toml")).unwrap();
    symlink("../dotfile.toml", home.file("config.toml")).unwrap();
    assert_eq!(login("main").code, 0);
    assert!(home.file("config.toml").is_symlink() && home.folder.path().join(".config/dotfile.toml").exists());

    // Incomplete files of a killed login are removed by the next login or logout.
    for name in ["secrets/.main.unfinished", ".config.toml.unfinished"] {
        write_private(&home.file(name), SECRET_KEY);
    }
    assert_eq!(home.run(&["logout", "--profile", "main"]).code, 0);
    assert_eq!(fs::read_dir(home.file("secrets")).unwrap().count(), 0);

    login("main");
    login("other");
    let text = fs::read_to_string(home.file("config.toml")).unwrap();
    write_private(&home.folder.path().join(".config/dotfile.toml"), &text.replace("secrets/other", "secrets/main"));
    let ran = home.run(&["logout", "--profile", "main"]);
    messages.add("a shared secret file", &ran);
    assert_eq!(home.run(&["--profile", "other", "app", "list"]).code, 0);

    // The modes do not depend on the umask.
    let home = Home::new();
    let login = format!(
        "umask 777; printf %s {SECRET_KEY} | {} login --api-key {API_KEY} --cdn 158 --secret-stdin",
        env!("CARGO_BIN_EXE_scaleengine")
    );
    let ran: Ran = home
        .command(&[])
        .get_envs()
        .fold(&mut Command::new("sh"), |shell, (name, value)| shell.env(name, value.unwrap()))
        .args(["-c", &login])
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, 0, "{ran:?}");
    let mode = |name: &str| fs::metadata(home.file(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("secrets/main"), mode("config.toml"), mode("config.lock")), (0o600, 0o600, 0o600));
    assert_eq!((mode("secrets"), mode("")), (0o700, 0o700));
    messages.compare("login-and-logout-keep-links-and-shared-secrets");
}
