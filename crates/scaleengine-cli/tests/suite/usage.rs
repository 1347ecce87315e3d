//! Command-line syntax and usage errors.

use crate::binary::run;
use crate::messages::Messages;

#[test]
fn exactly_one_constructor_must_be_complete() {
    let close = |args: &[&str]| run(&[&["-o", "json", "stream", "close"], args].concat());
    for args in [
        &[][..],
        &["--app", "a", "--inst", "i"],
        &["--app", "a", "--inst", "i", "--stream", ""],
        &["--app", "a", "--inst", "i", "--stream", "s", "--stream-id", "1"],
        &["--app", "a", "--stream-id", "1"],
        &["--stream-id", "one"],
        &["--stream-id", "9223372036854775808"],
        &["--origin-url", "u"],
    ] {
        let ran = close(args);
        assert_eq!(ran.code, 2, "{args:?} {ran:?}");
        assert_eq!(ran.error()["exit_code"], 2);
        assert_eq!(ran.error()["effect"], "none");
    }
}

#[test]
fn usage_errors_show_the_expected_syntax() {
    let mut messages = Messages::default();
    let ran = run(&["stream", "close"]);
    messages.add("stream close", &ran);
    for field in ["hunter2", "a:={", "a:=[1,{\"b\":1.5}]"] {
        let ran = run(&["--sandbox", "call", "x", field]);
        assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
        messages.add(field, &ran);
    }
    messages.compare("usage-errors-show-the-expected-syntax");
}

#[test]
fn a_command_that_cannot_be_signed_is_not_sent() {
    for field in ["a:={}", "cdn=1", "=x", "a:={\"0\":1}"] {
        let ran = run(&["--sandbox", "-o", "json", "call", "x", field]);
        assert_eq!(
            (ran.code, ran.error()["kind"].as_str(), ran.error()["attempts"].as_u64()),
            (2, Some("sign"), Some(0))
        );
    }
}

#[test]
fn help_topics_completions_and_man_pages_cover_all_commands() {
    let codes = run(&["help", "exit-codes"]).stdout;
    assert!(codes.starts_with("Exit codes:\n") && run(&["--help"]).stdout.contains(codes.trim_end()), "{codes}");
    assert!(run(&["help", "environment"]).stdout.contains("SCALEENGINE_PROFILE"));
    assert_eq!(run(&["help", "stream", "close"]).stdout, run(&["stream", "close", "--help"]).stdout);
    assert_eq!(run(&["help", "nothing"]).code, 2);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]);
        assert!(
            script.code == 0
                && ["liststreamusers", "stream-id", "exec"].iter().all(|word| script.stdout.contains(word)),
            "{shell}"
        );
    }
    assert_eq!(run(&["completions", "csh"]).code, 2);
    assert!(run(&["man"]).stdout.contains(".TH scaleengine 1"));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["man", "--dir", folder.path().to_str().unwrap()]).code, 0);
    let pages = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(pages > 80 && folder.path().join("scaleengine-stream-close.1").exists(), "{pages}");
}

#[test]
fn a_timestamp_is_for_printing_only() {
    let ran = run(&["--sandbox", "--timestamp", "1", "stream", "close", "--stream-id", "1000"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn yes_is_accepted_and_an_in_process_sandbox_cannot_be_printed_as_curl() {
    let mut messages = Messages::default();
    let ran = run(&["--yes", "--sandbox", "stream", "close", "--stream-id", "1000"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let ran = run(&["--sandbox", "--print", "curl", "stream", "close", "--stream-id", "1000"]);
    messages.add("--sandbox --print curl", &ran);
    messages.compare("yes-is-accepted-and-an-in-process-sandbox-cannot-be-printed-as-curl");
}

#[test]
fn errors_use_the_selected_output_format() {
    for format in [&["-vo", "json"][..], &["-vojson"], &["-o=json"], &["--output=jsonl"]] {
        let ran = run(&[format, &["--sandbox", "stream", "close", "--stream-id", "5"]].concat());
        assert_eq!((ran.code, ran.error()["exit_code"].as_i64()), (5, Some(5)), "{ran:?}");
        // Also if the command line cannot be parsed.
        let ran = run(&[format, &["stream", "close", "--bogus"]].concat());
        assert_eq!((ran.code, ran.error()["exit_code"].as_i64()), (2, Some(2)), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "JSON and nothing else: {ran:?}");
    }
    // Human usage has one line per constructor.
    let ran = run(&["stream", "close"]);
    assert!(ran.stderr.contains("\n        scaleengine stream close --stream-id"), "{ran:?}");
}

#[test]
fn help_and_version_go_to_stdout() {
    let help = run(&["stream", "close", "--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("https://cp.scaleengine.net/docs/api/stream/close"), "{help:?}");
    assert_eq!(run(&["--version"]).stdout, concat!("scaleengine ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_misspelled_name_is_refused_with_a_suggestion() {
    let mut messages = Messages::default();
    for args in [
        &["stream", "clsoe"][..],
        &["stream", "close", "--strem", "x"],
        &["--sandbox", "call", "stream.clsoe"],
        &["--sandbox", "call", "stream.close", "app=a", "inst=i", "strem=s"],
    ] {
        messages.add(&args.join(" "), &run(args));
    }
    messages.compare("a-misspelled-name-is-refused-with-a-suggestion");
}

/// It may be part of a password.
#[test]
fn a_stray_word_beside_a_secret_flag_is_not_repeated() {
    let mut messages = Messages::default();
    for (args, hidden) in [
        (&["ticket", "issue", "--app", "a", "--pass", "my", "hunter2"][..], "hunter2"),
        (&["ticket", "issue", "--app", "a", "--pass=my", "hunter2"], "hunter2"),
        (&["ticket", "issue", "--app", "a", "--key", "my", "e"], "\u{2026}rror"),
        (&["call", "app.list", "pass@=my", "--hunter=2"], "hunter=2"),
        (&["--proxy", "http://u:my", "hunter2@proxy:1", "app", "list"], "hunter2"),
    ] {
        for format in ["human", "json"] {
            let ran = run(&[&["-o", format], args].concat());
            assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
            assert!(!ran.stderr.contains(hidden), "{args:?} {ran:?}");
            messages.add(&format!("{format} {args:?}"), &ran);
        }
    }
    let ran = run(&["stream", "close", "--app", "a", "strem"]);
    messages.add("strem", &ran);
    messages.compare("a-stray-word-beside-a-secret-flag-is-not-repeated");
}
