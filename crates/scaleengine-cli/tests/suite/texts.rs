//! Every text that an operator reads, as a snapshot: help, errors with their hints, findings and
//! progress. The messages of rarer errors are snapshots of the tests that cause them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use scaleengine::test_util::{Behavior, CannedResponse, TestServer};

use crate::binary::{Ran, answering, bare, http, leaves, run};
use crate::messages::{compare, compare_output};
use crate::place::Place;

/// The width of the terminal that help has to fit.
const COLUMNS: &str = "80";

fn help(words: &[String], flag: &str) -> String {
    let ran: Ran = bare().env("COLUMNS", COLUMNS).args(words).arg(flag).output().unwrap().into();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
    ran.stdout
}

#[test]
fn help_of_the_program_and_of_every_command() {
    compare("help", &help(&[], "-h"));
    compare("help-long", &help(&[], "--help"));
    let close = ["stream", "close"].map(str::to_owned);
    compare("help-stream-close", &help(&close, "--help"));
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for words in leaves() {
        let page = help(&words, "--help");
        // The global options are the same on each page; one complete page is above.
        let (own, rest) = page.split_once("Global options:\n").unwrap();
        let end = rest.find("\nExample").unwrap_or(rest.len());
        let text = pages.entry(words[0].clone()).or_default();
        let _ = writeln!(text, "===== {}\n{own}{}", words.join(" "), rest.get(end..).unwrap().trim_start());
    }
    for (family, text) in &pages {
        compare(&format!("help-of-{family}"), text);
    }
}

/// A terminal of 80 columns and 24 rows shows the short help of a command with at most ten
/// parameters without scrolling. Only an argument that cannot be broken may be wider.
#[test]
fn short_help_fits_a_small_terminal() {
    let mut wrong = String::new();
    for words in leaves() {
        let page = help(&words, "-h");
        let is_flag = |line: &&str| line.trim_start().starts_with('-') && line.starts_with("   ");
        let flags = page.lines().filter(is_flag).filter(|line| !line.contains("--extra")).count();
        let wide = page.lines().find(|line| line.chars().count() > 80 && !line.trim_start().starts_with('\''));
        if flags <= 10 && (page.trim_end().lines().count() > 24 || wide.is_some()) {
            let _ = writeln!(wrong, "{}: {} lines, {wide:?}", words.join(" "), page.lines().count());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Runs lines and shows each with its output and exit code.
fn session(place: &Place, lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let ran = place.run(line);
        let _ = writeln!(text, "$ {line}\n{}{}exit code {}\n", ran.stdout, ran.stderr, ran.code);
    }
    text
}

#[test]
fn errors_and_hints_of_every_exit_code() {
    let close = "stream close --stream-id 5";
    let mut text = session(
        &Place::new(),
        &[
            "scaleengine stream close",
            "scaleengine stream clsoe",
            "scaleengine stream close --stream-id one",
            "scaleengine call stream.close stream_id=",
            "scaleengine call stream.close 'note:=1.5'",
            "scaleengine sevu revoke --key plain",
            "scaleengine --profile other app list",
            "env -u SCALEENGINE_SECRET_KEY XDG_CONFIG_HOME=/nowhere scaleengine app list",
            "SCALEENGINE_SECRET_KEY=wrong scaleengine app list",
            "SCALEENGINE_API_KEY=UNKNOWN scaleengine app list",
            "SCALEENGINE_API_URL=http://example.com/ scaleengine app list",
            "SCALEENGINE_API_URL=http://127.0.0.1:1/ scaleengine --retries 0 app list",
            "HTTPS_PROXY=ftp://p SCALEENGINE_API_URL=https://api.example/ scaleengine app list",
            "scaleengine sevu removestreamuser --streamuser-id 1",
            "scaleengine stream watch --app a --inst i --stream x --until status=success --every 1s --for 1s",
            "scaleengine --field data[0].nothing app list",
            "scaleengine ticket issue --app a --video v --ip auto --uses 1 --expire '2001-01-01 00:00:00'",
            "scaleengine help nothing",
            &format!("scaleengine {close}"),
            &format!("scaleengine -o json {close}"),
        ],
    );
    for (name, body) in [
        ("0001", r#"{"status":"failure","code":"0001","message":"missing"}"#),
        ("0002", r#"{"status":"failure","code":"0002","message":"timestamp"}"#),
        ("0004", r#"{"status":"failure","code":"0004","message":"unexpected"}"#),
        ("0005", r#"{"status":"failure","code":"0005","message":"not allowed"}"#),
        ("0100", r#"{"status":"failure","code":"0100","message":"queued"}"#),
        ("1000", r#"{"status":"failure","code":"1000","message":"busy"}"#),
    ] {
        let _ = writeln!(text, "# code {name}\n{}", sent(&http("200 OK", body)));
    }
    for status in
        ["302 Found", "403 Forbidden", "429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway"]
    {
        let _ = writeln!(text, "# HTTP {status}\n{}", sent(&http(status, "<html>")));
    }
    let _ = writeln!(text, "# HTML\n{}", sent(&http("200 OK", "<html>")));
    compare_output("errors", &text);
}

/// Returns the errors of an unsafe command and of a read that get a response, as text and as JSON.
fn sent(response: &str) -> String {
    let mut text = String::new();
    for args in [&["stream", "close", "--stream-id", "1000"][..], &["app", "list"]] {
        for format in ["human", "json"] {
            let args = [&["-o", format, "--retries", "0"], args].concat();
            let ran = crate::binary::run_at(&answering(response.to_owned()), &args);
            let _ = writeln!(text, "$ {}\n{}{}exit code {}", args.join(" "), ran.stdout, ran.stderr, ran.code);
        }
    }
    text
}

#[test]
fn a_session_of_an_operator() {
    let place = Place::new();
    place.write(
        "mixed.jsonl",
        "{\"command\":\"stream.close\",\"stream_id\":1000}\n{\"command\":\"stream.close\",\"stream_id\":5}\n",
    );
    place.write("wrong.jsonl", "{\"command\":\"stream.clsoe\"}\n{}\nx\n");
    let text = session(
        &place,
        &[
            "scaleengine doctor",
            "SCALEENGINE_SECRET_KEY=wrong scaleengine doctor",
            "scaleengine profile show",
            "scaleengine profile list",
            "scaleengine app list",
            "scaleengine stream active --app demo-origin --inst live",
            "scaleengine -o json stream details --app demo-origin --inst live --stream my_live_stream",
            "scaleengine sevu liststreamusers",
            "scaleengine ticket issue --app demo-origin --video mystream --ip auto --uses 5",
            "scaleengine bulk --check wrong.jsonl",
            "scaleengine bulk --check mixed.jsonl",
            "scaleengine bulk mixed.jsonl",
            "scaleengine bulk mixed.jsonl",
            "scaleengine bulk --resume mixed.jsonl",
            "scaleengine stream shutdown --app demo-origin --inst live --stream my_live_stream --user username_1 --yes",
            "scaleengine stream active --app demo-origin --inst live",
            "scaleengine sign verify request.json",
            "SCALEENGINE_SECRET_KEY=other scaleengine sign verify request.json",
            "scaleengine logout",
        ],
    );
    compare_output("session", &text);
}

#[test]
fn the_demo_and_the_lists() {
    compare_output("demo", &run(&["demo"]).stdout);
    compare("commands", &run(&["commands"]).stdout);
    let server = TestServer::plain([Behavior::Answer(CannedResponse::new(404, "<html>not here"))]).unwrap();
    let doctor = crate::binary::run_at(&server.url(), &["doctor"]);
    compare_output("doctor-wrong-address", &format!("{}{}exit code {}\n", doctor.stdout, doctor.stderr, doctor.code));
}
