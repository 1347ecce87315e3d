//! Command-line syntax and usage errors.

use crate::binary::run;

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
    let ran = run(&["stream", "close"]);
    assert!(
        ran.stderr.contains("stream close --app <string> --inst <string> \\\n        --stream <string>"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("stream close --stream-id <integer>"), "{ran:?}");
    for (field, message) in [
        ("hunter2", "a parameter has no `=`: it is written key=value, key:=json or, for a secret, key@=FILE"),
        ("a:={", "a: not JSON at byte 1"),
        ("a:=[1,{\"b\":1.5}]", "a[1].b: floats cannot be signed"),
    ] {
        let ran = run(&["--sandbox", "call", "x", field]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(message) && !ran.stderr.contains("hunter2"), "{ran:?}");
    }
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
    let ran = run(&["--yes", "--sandbox", "stream", "close", "--stream-id", "1000"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let ran = run(&["--sandbox", "--print", "curl", "stream", "close", "--stream-id", "1000"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("sandbox serve"), "{ran:?}");
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
    for (args, told) in [
        (&["stream", "clsoe"][..], "'close'"),
        (&["stream", "close", "--strem", "x"], "'--stream'"),
        (&["--sandbox", "call", "stream.clsoe"], "did you mean stream.close?"),
        (&["--sandbox", "call", "stream.close", "app=a", "inst=i", "strem=s"], "did you mean stream?"),
    ] {
        let ran = run(args);
        assert!(ran.code != 0 && ran.stderr.contains(told), "{args:?} {ran:?}");
    }
}

/// It may be part of a password.
#[test]
fn a_stray_word_beside_a_secret_flag_is_not_repeated() {
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
            assert!(!ran.stderr.contains(hidden) && ran.stderr.contains("rror"), "{args:?} {ran:?}");
        }
    }
    let ran = run(&["stream", "close", "--app", "a", "strem"]);
    assert!(ran.code == 2 && ran.stderr.contains("unexpected argument 'strem' found"), "{ran:?}");
}
