//! The workflows through the binary.

use std::fs;

use crate::binary::{Serving, answering, http, run, run_at};
use crate::messages::Messages;

const STREAM: [&str; 9] =
    ["--yes", "stream", "shutdown", "--app", "demo-origin", "--inst", "live", "--stream", "my_live_stream"];

#[test]
fn a_stream_is_shut_down() {
    let sandbox = Serving::start(&[]);
    let ran = sandbox.run(&[&STREAM[..], &["--user", "username_1"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stdout.starts_with("lockout: success (") && ran.stdout.contains("\nclose: success ("), "{ran:?}");
    let listed = sandbox.run(&["-o", "json", "sevu", "liststreamusers"]).stdout;
    let active = sandbox.run(&["-o", "json", "stream", "active", "--app", "demo-origin", "--inst", "live"]).stdout;
    assert!(listed.contains(r#""streamusers":[]"#) && active.contains(r#""streams":[]"#), "{listed}{active}");

    // The publisher is gone now, so a second shutdown does nothing and reports that.
    let error = sandbox.run(&[&["-o", "json"], &STREAM[..], &["--user", "username_1"]].concat()).error();
    assert_eq!((error["exit_code"].as_u64(), error["effect"].as_str()), (Some(5), Some("none")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("the stream was not closed"), "{error}");
}

#[test]
fn a_generated_password_is_shown_once_and_works() {
    let mut messages = Messages::default();
    let sandbox = Serving::start(&[]);
    let ran = sandbox.run(&[&["-o", "json"], &STREAM[..], &["--user", "username_1", "--pass", "random"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["made"]["pass"].as_str().unwrap().len(), 20);
    assert_eq!(json["close"]["status"], "success");
    let add = ["sevu", "addstreamuser", "--app", "a", "--stream", "s", "--user", "u", "--pass", "random"];
    let human = sandbox.run(&add);
    assert!(human.stdout.lines().any(|line| line.starts_with("pass: ") && line.len() == 26), "{human:?}");
    let key = run(&["--sandbox", "sevu", "revoke", "--key", "random"]);
    messages.add("only a new password can be random", &key);
    messages.compare("a-generated-password-is-shown-once-and-works");
}

#[test]
fn a_partial_shutdown_exits_with_9_and_an_unknown_one_with_11() {
    let mut messages = Messages::default();
    let sandbox = Serving::start(&[]);
    let gone = ["--yes", "stream", "shutdown", "--app", "demo-origin", "--inst", "live", "--stream", "gone"];
    let gone = [&["-o", "json"], &gone[..], &["--user", "username_1", "--registered-for", "my_live_stream"]].concat();
    let ran = sandbox.run(&gone);
    messages.add("a stream that is not live", &ran);
    let error = ran.error();
    assert_eq!((error["exit_code"].as_u64(), error["effect"].as_str()), (Some(9), Some("applied")), "{error}");
    assert_eq!(error["attempts"], 2);

    // The first response has no API reply, and nothing listens for the second request.
    let url = answering(http("200 OK", "<html>"));
    let made = ["--user", "u", "--pass", "random"];
    let ran = run_at(&url, &[&["-o", "json"], &STREAM[..], &made].concat());
    messages.add("no reply to the lockout", &ran);
    let error = ran.error();
    assert_eq!((error["exit_code"].as_u64(), error["effect"].as_str()), (Some(11), Some("unknown")), "{error}");
    messages.compare("a-partial-shutdown-exits-with-9-and-an-unknown-one-with-11");
}

#[test]
fn a_shutdown_with_missing_or_conflicting_flags_is_refused() {
    let mut messages = Messages::default();
    for args in [
        &[][..],
        &["--user", "u", "--streamuser-id", "1"],
        &["--streamuser-id", "1", "--pass", "random"],
        &["--streamuser-id", "1", "--registered-for", "x"],
        &["--user", "u", "--pass", "random", "hunter2"],
        &["--user", "u", "--pass", "hunter2"],
    ] {
        let ran = run(&[&["--sandbox"], &STREAM[..], args].concat());
        assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
        messages.add(&args.join(" "), &ran);
    }
    let print = ["--sandbox", "--print", "body", "--timestamp", "1700000000"];
    let printed = run(&[&print[..], &STREAM, &["--streamuser-id", "1"]].concat());
    let commands: Vec<_> = printed.stdout.lines().map(|line| line.split('"').nth(3).unwrap()).collect();
    assert_eq!(commands, ["sevu.removestreamuser", "stream.close"]);
    messages.compare("a-shutdown-with-missing-or-conflicting-flags-is-refused");
}

#[test]
fn a_ticket_can_be_revoked_with_the_output_of_its_issue() {
    let mut messages = Messages::default();
    let sandbox = Serving::start(&[]);
    let issue = ["ticket", "issue", "--app", "demo-origin", "--video", "my*", "--ip", "auto", "--uses", "5"];
    let playback = ["--for", "2h 30m", "--playback", "https://x.example/p.m3u8?a=b"];
    let ran = sandbox.run(&[&["-o", "json"], &issue[..], &playback].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let ticket = |name: &str| json["reply"]["ticket"][name].as_str().unwrap();
    let (key, pass) = (ticket("key"), ticket("pass"));
    assert_eq!(json["playback"], format!("https://x.example/p.m3u8?a=b&key={key}&pass={pass}"));
    assert_eq!((pass.len(), json["expires"].as_str().unwrap().len()), (20, "2026-01-02 03:04:05".len()));
    let left = json["time_left"].as_u64().unwrap();
    assert!((8990..=9000).contains(&left), "{left}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ticket.json");
    fs::write(&file, &ran.stdout).unwrap();
    let revoked = sandbox.run(&["ticket", "revoke", "--ticket", file.to_str().unwrap()]);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    fs::write(&file, format!("{key}\n")).unwrap();
    let source = format!("@{}", file.display());
    let status = sandbox.run(&["-o", "json", "sevu", "status", "--key", &source]);
    assert!(status.stdout.contains(r#""active":"0""#), "{status:?}");
    assert_eq!(sandbox.run(&["ticket", "revoke", "--key", &source]).code, 0);
    let neither = sandbox.run(&["ticket", "revoke"]);
    messages.add("ticket revoke", &neither);
    let wrong = sandbox.run(&["ticket", "revoke", "--ticket", file.to_str().unwrap()]);
    messages.add("a file without a ticket", &wrong);
    let ran = sandbox.run(&["ticket", "revoke", "--ticket", key]);
    assert!(ran.code == 2 && !ran.stderr.contains("my_."), "a key is not repeated: {ran:?}");

    for args in [&["--for", "soon"][..], &["--for=-2h"], &["--for", "99999999h"]] {
        let ran = sandbox.run(&[&issue[..], args].concat());
        messages.add(&args.join(" "), &ran);
    }
    // A duration counts from the signed timestamp, and `expire` has its documented position.
    let print = ["--print", "body", "--timestamp", "1700000000"];
    let printed = sandbox.run(&[&print[..], &issue, &["--for", "10s", "--extra", "z=1"]].concat()).stdout;
    assert!(printed.contains(r#""uses":5,"expire":"2023-11-14 22:13:30","z":"1""#), "{printed}");
    messages.compare("a-ticket-can-be-revoked-with-the-output-of-its-issue");
}

/// A ticket that was issued but not shown could not be revoked.
#[test]
fn a_ticket_of_unknown_shape_is_still_shown() {
    let url = answering(http("200 OK", r#"{"status":"success","ticket":{"id":"KEYVALUE"}}"#));
    let issue = ["ticket", "issue", "--app", "a", "--video", "v", "--ip", "auto", "--uses", "5"];
    let ran = run_at(&url, &issue);
    assert_eq!(ran.code, 12, "{ran:?}");
    assert!(ran.stdout.contains("KEYVALUE") && ran.stdout.contains("\npass: "), "{ran:?}");
}
