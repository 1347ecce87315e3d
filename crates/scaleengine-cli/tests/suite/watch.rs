//! `stream watch`: its events and its end.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::binary::{CLOSE, Ran, Serving, at, run_at};

const WATCH: [&str; 10] = ["-o", "json", "stream", "watch", "--app", "demo-origin", "--inst", "live", "--every", "1s"];
const ONE: [&str; 2] = ["--stream", "my_live_stream"];

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_watch_writes_changes_and_ends_when_its_condition_is_met() {
    for (until, one) in [("changed", false), ("failure", true), ("status=failure", true)] {
        let sandbox = Serving::start(&[]);
        let mut command = at(sandbox.url());
        command.args(WATCH).args(if one { &ONE[..] } else { &[] }).args(["--until", until, "--for", "60s"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let first = &lines(&first)[0];
        assert_eq!((&first["values"]["status"], &first["changes"]), (&"success".into(), &Value::Null), "{first}");
        assert_eq!(run_at(sandbox.url(), &CLOSE).code, 0);
        let rest: Vec<_> = lines(&out.lines().map(|line| line.unwrap() + "\n").collect::<String>());
        let ran: Ran = child.wait_with_output().unwrap().into();
        assert_eq!((ran.code, rest.len(), ran.stderr.as_str()), (0, 1, ""), "{until} {rest:?}");
        let paths: Vec<_> =
            rest[0]["changes"].as_array().unwrap().iter().map(|own| own["path"].as_str().unwrap()).collect();
        let path = if one { "status" } else { "sandbox.streams[0].stream" };
        assert!(paths.contains(&path), "{paths:?}");
    }
}

#[test]
fn a_watch_ends_when_stdout_is_closed() {
    let sandbox = Serving::start(&[]);
    let mut child = at(sandbox.url()).args(WATCH).args(["--for", "60s"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    drop(out);
    let human = [&WATCH[2..], &["--for", "1s"]].concat();
    let told = run_at(sandbox.url(), &human).stdout;
    assert!(!told.is_empty() && told.lines().all(|line| line.get(19..24) == Some(" UTC ")), "{told}");
    // It has nothing to write, and still notices.
    assert_eq!(child.wait().unwrap().code(), Some(141));
}

#[test]
fn a_watch_times_out_with_exit_code_13_and_ends_at_a_permanent_failure() {
    let sandbox = Serving::start(&[]);
    let watch = |args: &[&str]| run_at(sandbox.url(), &[&WATCH[..], args].concat());
    let ran = watch(&["--until", "changed", "--for", "1s"]);
    assert_eq!((ran.code, lines(&ran.stdout).len()), (13, 1), "{ran:?}");
    assert_eq!(watch(&["--for", "1s"]).code, 0);
    for nonsense in [&["--until", "never"][..], &["--until", "=x"], &["--every", "soon"]] {
        assert_eq!(watch(nonsense).code, 2, "{nonsense:?}");
    }
    let refused: Ran = at(sandbox.url()).env("SCALEENGINE_SECRET_KEY", "wrong").args(WATCH).output().unwrap().into();
    assert_eq!(refused.code, 4, "{refused:?}");

    // A hanging call does not outlast the watch; a response without an API reply ends it.
    let hanging = Serving::start(&["--fault", "hang"]);
    let ran = run_at(hanging.url(), &[&WATCH[..], &["--for", "2s"]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (13, ""), "{ran:?}");
    let elsewhere = run_at(&format!("{}nowhere", sandbox.url()), &WATCH);
    assert_eq!(elsewhere.code, 5, "{elsewhere:?}");

    // An unreachable server causes one warning; a watch without any reply fails.
    let away: Ran = at("http://127.0.0.1:1/")
        .args(["--retries", "0", "--timeout", "1"])
        .args(WATCH)
        .args(["--for", "3s"])
        .output()
        .unwrap()
        .into();
    assert_eq!((away.code, away.stderr.matches("the watch continues").count()), (7, 1), "{away:?}");
}
