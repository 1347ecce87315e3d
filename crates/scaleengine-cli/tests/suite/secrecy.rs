//! Canary tests: the secret appears in no output, file or argument.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::binary::{CLOSE, Ran, Serving, answering, at, bare, http};

/// Contains characters that percent-encoding changes.
const CANARY: &str = "canary/b1e55ed+";

/// Asserts that the canary does not appear in any encoding.
fn assert_hidden(shown: &str, what: &str) {
    let percent: String = CANARY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let forms = [
        CANARY.to_owned(),
        STANDARD.encode(CANARY),
        CANARY.replace('/', "\\/"),
        CANARY.replace('/', "%2F").replace('+', "%2B"),
        percent,
    ];
    for form in forms {
        assert!(!shown.contains(&form), "{what}: {form} in {shown}");
    }
}

#[test]
fn the_secret_appears_in_no_output() {
    let sandbox = Serving::start(&[]);
    let silent = answering(http("200 OK", "<html>"));
    let close = |args: &[&'static str]| [args, &CLOSE[..]].concat();
    let commands = [
        close(&["-vvv"]),
        close(&["-v", "-o", "json"]),
        close(&["--print", "curl"]),
        close(&["--print", "form"]),
        close(&["--print", "body"]),
        close(&["--print", "php"]),
        vec!["-v", "profile", "show"],
        vec!["-v", "-o", "json", "doctor", "--probe-verify"],
        vec!["-v", "stream", "watch", "--app", "a", "--inst", "i", "--every", "1s", "--for", "1s"],
        vec!["-v", "sign", "explain", "stream.close", "stream_id:=1"],
        vec!["-v", "ticket", "issue", "--app", "a", "--video", "v", "--ip", "auto", "--uses", "1"],
    ];
    for url in [sandbox.url(), &silent, "http://127.0.0.1:1/"] {
        for args in &commands {
            let mut command = at(url);
            command.env("SCALEENGINE_SECRET_KEY", CANARY).args(["--retries", "0"]).args(args);
            let ran: Ran = command.output().unwrap().into();
            let shown = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!shown.is_empty(), "{args:?}");
            assert_hidden(&shown, &format!("{args:?}"));
            if args.contains(&"-vvv") {
                assert!(!shown.contains("signature\":") && !shown.contains("my_live_stream"), "{shown}");
            }
        }
    }
}

/// No other file, no argument and no error contains the secret.
#[test]
fn the_secret_of_a_profile_is_in_its_own_file_and_nowhere_else() {
    let (sandbox, home) = (Serving::start(&["--fault", "latency=300"]), tempfile::tempdir().unwrap());
    let command = |args: &[&str]| {
        let mut command = bare();
        command.env("XDG_CONFIG_HOME", home.path()).env("SCALEENGINE_API_URL", sandbox.url());
        command.current_dir(home.path()).args(args);
        command
    };
    let run = |args: &[&str]| -> Ran {
        let ran: Ran = command(args).output().unwrap().into();
        assert_hidden(&format!("{ran:?}"), &format!("{args:?}"));
        ran
    };
    let mut login =
        command(&["-v", "login", "--api-key", scaleengine_sandbox::API_KEY, "--cdn", "158", "--secret-stdin"]);
    let mut child = login.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(CANARY.as_bytes()).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_hidden(&format!("{ran:?}"), "login");
    for args in [&["profile", "show"][..], &["profile", "list"], &["-v", "doctor", "--report", "report.json"]] {
        run(args);
    }

    // Other users can read the command line of a running process, and the journal remains.
    fs::write(home.path().join("in.jsonl"), "{\"command\":\"app.list\"}\n".repeat(3)).unwrap();
    let mut bulk = command(&["-v", "bulk", "in.jsonl", "--jobs", "1"]);
    let mut child = bulk.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !home.path().join("in.jsonl.journal").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // The latency keeps it running.
    let seen = fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
    assert!(seen.contains("bulk") && !seen.contains("canary"), "{seen}");
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("0003"), "{first}");
    assert_eq!(child.wait().unwrap().code(), Some(4));

    let files = Command::new("find").arg(home.path()).args(["-type", "f"]).output().unwrap();
    let files: Vec<String> = String::from_utf8(files.stdout).unwrap().lines().map(str::to_owned).collect();
    assert!(files.iter().any(|file| file.ends_with(".journal")) && files.len() >= 4, "{files:?}");
    for file in files.iter().filter(|file| !file.ends_with("secrets/main")) {
        assert_hidden(&fs::read_to_string(file).unwrap(), file);
    }

    // A configuration that contains the secret by mistake is refused without repeating it.
    let config = home.path().join("scaleengine/config.toml");
    for broken in [format!("secret = \"{CANARY}\""), format!("[profiles.main]\ncdn = \"{CANARY}\""), CANARY.to_owned()]
    {
        fs::write(&config, broken).unwrap();
        assert_eq!(run(&["-v", "app", "list"]).code, 3);
    }
}
