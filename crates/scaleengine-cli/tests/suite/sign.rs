//! `sign`: verifies and explains signatures without a server.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::binary::{Ran, bare, run};

fn fed(mut command: Command, stdin: &[u8]) -> Ran {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    child.wait_with_output().unwrap().into()
}

fn verify(args: &[&str], secret: &str, body: &str) -> Ran {
    let mut command = bare();
    command.args(["sign", "verify"]).args(args).env("SCALEENGINE_SECRET_KEY", secret);
    fed(command, body.as_bytes())
}

#[test]
fn verify_explains_json_and_form_bodies() {
    let secret = scaleengine_sandbox::SECRET_KEY;
    let printed = |form: &str, encoding: &str| {
        let args = ["--sandbox", "--encoding", encoding, "--print", form, "call", "app.list", "note=a/é+b"];
        run(&args).stdout
    };
    for body in [printed("body", "multipart"), printed("form", "multipart"), printed("form", "urlencoded")] {
        let ran = verify(&[], secret, &body);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        assert_eq!(ran.stdout.matches(": the signature matches").count(), 3, "{ran:?}");
    }
    let ran = verify(&["-o", "json"], "\"another\"", &printed("body", "multipart"));
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, &found["diagnosis"]), (4, &"unknown".into()), "{ran:?}");
    assert!(ran.stderr.starts_with("warning: the secret key is wrapped in quotes"), "{ran:?}");

    let ran = verify(&[], secret, "other=1&json=%7B");
    assert_eq!(ran.code, 4);
    assert!(
        ran.stdout.contains(
            "not-json: the field `json` is not valid JSON for PHP\n  hint: send one JSON object in the field `json`\n"
        ),
        "{ran:?}"
    );
    let ran = verify(&["-o", "json"], secret, "--b\r\n\r\n");
    assert_eq!((ran.code, ran.error()["kind"].as_str().unwrap()), (4, "signature"));
    assert_eq!(run(&["sign", "verify"]).code, 3);
    assert_eq!(run(&["--sandbox", "sign", "verify", "/nonexistent"]).code, 2);
}

#[test]
fn explain_shows_stages_that_agree() {
    let args = [
        "--sandbox",
        "--timestamp",
        "1700000000",
        "-o",
        "json",
        "sign",
        "explain",
        "stream.close",
        "stream=a/b",
        "n:=1",
    ];
    let stages: serde_json::Value = serde_json::from_str(&run(&args).stdout).unwrap();
    let text = stages["text"].as_str().unwrap();
    assert!(text.ends_with(r#""timestamp":1700000000,"cdn":158,"stream":"a\/b","n":1}"#), "{text}");
    assert_eq!(stages["fields"][4], serde_json::json!({"name": "stream", "json": "a/b"}));
    let mut mac: hmac::Hmac<sha2::Sha256> =
        hmac::KeyInit::new_from_slice(scaleengine_sandbox::SECRET_KEY.as_bytes()).unwrap();
    hmac::Mac::update(&mut mac, text.as_bytes());
    let mac = hmac::Mac::finalize(mac).into_bytes();
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(stages["hmac"], hex);
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac);
    assert_eq!(stages["signature"], base64);
    assert!(stages["form"].as_str().unwrap().contains(stages["body"].as_str().unwrap()));

    let human = run(&[&args[..3], &args[5..]].concat());
    assert!(human.stdout.contains("  stream = a/b\n") && human.stdout.contains(&hex), "{human:?}");
}

#[test]
fn diff_shows_the_first_difference() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (a, b) = (file("a", r#"{"a":"x\/y"}"#), file("b", r#"{"a":"x/y"}"#));
    let ran = run(&["sign", "diff", &a, &b]);
    assert_eq!((ran.code, ran.stderr.as_str()), (4, ""));
    assert!(ran.stdout.starts_with("at byte 7:\n  expected {\"a\":\"x\\/y\"}  7b 22 61"), "{ran:?}");
    assert_eq!(run(&["sign", "diff", &a, &a]).stdout, "the same\n");
    assert_eq!(run(&["sign", "diff", "-", "-"]).code, 2);
}
