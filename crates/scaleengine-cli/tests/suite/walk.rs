//! Every command, in every output mode and every class of failure.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::binary::{Ran, Serving, leaves};
use crate::place::{Place, examples};

const MODES: [&str; 3] = ["human", "json", "jsonl"];

/// The cause of a failure.
enum Class {
    /// No failure.
    Fine,
    /// An unknown flag.
    Usage,
    /// No account.
    Config,
    /// Another API URL.
    At(&'static str),
    /// A fault of the sandbox.
    Fault(&'static str),
    /// A changed environment variable.
    Variable(&'static str, &'static str),
}

/// Names, causes and possible exit codes.
const CLASSES: [(&str, Class, &[i32]); 10] = [
    ("fine", Class::Fine, &[0]),
    ("usage", Class::Usage, &[2]),
    ("config", Class::Config, &[3]),
    ("refused", Class::Variable("SCALEENGINE_SECRET_KEY", "wrong"), &[4]),
    ("api", Class::Fault("code=0006"), &[5]),
    ("throttled", Class::Fault("status=429"), &[6]),
    ("unsent", Class::At("http://127.0.0.1:1/"), &[7]),
    ("clock", Class::Fault("code=0002"), &[8]),
    // Exit code 7 is for read-only commands, which have no effect.
    ("unanswered", Class::Fault("unanswered=true"), &[7, 11]),
    ("html", Class::Fault("html=true"), &[7, 11]),
];

/// Commands whose output is not JSON.
const TEXT: [&str; 6] = ["demo", "help", "completions", "man", "sandbox serve", "sandbox exec"];
/// Commands that do not call the API.
const ALONE: [&str; 10] =
    ["commands", "demo", "help", "completions", "man", "sandbox", "sign", "login", "logout", "profile"];

#[test]
fn exit_code_and_output_are_right_in_every_mode_and_failure() {
    let leaves = leaves();
    let broken: Vec<_> = CLASSES
        .iter()
        .map(|(_, what, _)| match what {
            Class::Fault(fault) => Some(Serving::start(&["--quiet", "--fault", fault])),
            _ => None,
        })
        .collect();
    let broken = &broken[..];
    thread::scope(|scope| {
        for leaves in leaves.chunks(leaves.len().div_ceil(4)) {
            scope.spawn(move || {
                for words in leaves {
                    walk(&words.join(" "), &examples(words)[0], broken);
                }
            });
        }
    });
}

fn walk(name: &str, example: &str, broken: &[Option<Serving>]) {
    // `serve` does not end, and `exec` runs another program.
    if name == "sandbox serve" || name == "sandbox exec" {
        return;
    }
    let shared = Place::new();
    for ((class, what, codes), broken) in CLASSES.iter().zip(broken) {
        let alone = ALONE.iter().any(|own| name.split(' ').next() == Some(own));
        if alone && !matches!(what, Class::Fine | Class::Usage) {
            continue;
        }
        for mode in MODES {
            // These wait when they are throttled.
            if (name == "bulk" || name == "stream watch") && *class == "throttled" {
                continue;
            }
            let line = match name {
                "stream watch" => {
                    "stream watch --app demo-origin --inst live --stream my_live_stream --until status=never --every 1s --for 1s"
                }
                _ => example,
            };
            // A successful command changes its sandbox.
            let own = matches!(what, Class::Fine).then(Place::new);
            let place = own.as_ref().unwrap_or(&shared);
            place.prepare(line);
            let _ = std::fs::remove_file(place.folder.path().join("streams.csv.journal"));
            let flag = if matches!(what, Class::Usage) { " --no-such-flag" } else { "" };
            let mut shell = place.shell(&format!("exec scaleengine -o {mode} --retries 0 --yes {line}{flag}"));
            match what {
                Class::Config => {
                    for (variable, _) in &place.sandbox.variables {
                        shell.env_remove(variable);
                    }
                    shell.env("XDG_CONFIG_HOME", "/nowhere");
                }
                Class::At(url) => drop(shell.env("SCALEENGINE_API_URL", url)),
                Class::Fault(_) => drop(shell.envs(broken.iter().flat_map(|own| own.variables.iter().cloned()))),
                Class::Variable(variable, value) => drop(shell.env(variable, value)),
                Class::Fine | Class::Usage => {}
            }
            let child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let ran = ended(child, &format!("{class} {mode}: {line}"));
            judge(name, class, mode, codes, &ran);
        }
    }
}

/// Waits for the end of a child. Its stdin stays open, and must not block it.
fn ended(mut child: Child, what: &str) -> Ran {
    let stdin = child.stdin.take();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).unwrap();
        text
    });
    let err = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).unwrap();
        text
    });
    let mut waited = Duration::ZERO;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(waited < Duration::from_secs(60), "{what} blocks");
        thread::sleep(Duration::from_millis(2));
        waited += Duration::from_millis(2);
    };
    drop(stdin);
    Ran { code: status.code().unwrap_or(-1), stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

fn judge(name: &str, class: &str, mode: &str, codes: &[i32], ran: &Ran) {
    let what = format!("{class} {mode} {name}: {ran:?}");
    let unknown = ["not live", "No such"].iter().any(|told| ran.stderr.contains(told));
    match (class, name) {
        // Some items fail; the condition of the watch is never met.
        ("api" | "unanswered" | "html", "bulk") => assert_eq!(ran.code, 9, "{what}"),
        ("fine" | "api", "stream watch") => assert_eq!(ran.code, 13, "{what}"),
        // Examples name objects that do not exist in the sandbox.
        ("fine", _) => assert!(ran.code == 0 || ran.code == 5 && unknown, "{what}"),
        _ => assert!(codes.contains(&ran.code), "{what}"),
    }
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'), "color without a terminal: {what}");
    let text = TEXT.contains(&name);
    if mode != "human" && !(text && ran.code == 0) {
        for line in ran.stdout.lines() {
            serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line} in {what}"));
        }
    }
    if ran.code == 0 {
        return;
    }
    let last = ran.stderr.lines().last().unwrap_or_default();
    if mode == "human" {
        assert!(ran.stderr.lines().any(|line| line.starts_with("error: ")), "{what}");
    } else {
        let error: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{what}"));
        assert_eq!(error["error"]["exit_code"], ran.code, "{what}");
        assert!(error["error"]["effect"].is_string() && error["error"]["kind"].is_string(), "{what}");
    }
    // Commands with several results keep those before the failure; others write nothing.
    if !["bulk", "doctor", "stream watch"].contains(&name) {
        assert_eq!(ran.stdout, "", "{what}");
    }
}
