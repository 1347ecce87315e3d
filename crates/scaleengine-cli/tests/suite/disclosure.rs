//! The excerpt of a response without an API reply, and the redaction of secrets in it.

use std::fs;
use std::process::{Command, Stdio};

use scaleengine_sandbox::{API_KEY, SECRET_KEY};

use crate::binary::{CLOSE, Ran, Serving, answering, at, bare, http, run, run_at};
use crate::messages::Messages;

#[test]
fn a_response_without_an_api_reply_is_shown_as_an_excerpt() {
    let page = "<html>\n<h1>Maintenance\u{1b}[2J</h1> until 10:00".to_owned() + &"x ".repeat(400);
    let gone = |status: &str, headers: &str| {
        answering(format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        ))
    };
    for (url, status) in [
        (gone("502 Bad Gateway", "Server: squid\r\n"), 502),
        (gone("302 Found", "Location: https://login.example/\r\n"), 302),
        (gone("200 OK", ""), 200),
    ] {
        let ran = run_at(&url, &[&["-o", "json", "--retries", "0"], &CLOSE[..]].concat());
        let response = ran.error()["response"].clone();
        assert_eq!(
            (&response["status"], &response["content_type"]),
            (&status.into(), &"text/html".into()),
            "{response}"
        );
        let body = response["body"].as_str().unwrap();
        assert!(body.starts_with("<html> <h1>Maintenance") && body.chars().count() == 300, "{response}");
        let ran = run_at(&url, &[&["-v", "--retries", "0"], &CLOSE[..]].concat());
        assert!(ran.stderr.contains(&format!("response: HTTP {status}, content-type: text/html")), "{ran:?}");
        assert!(ran.stderr.contains("body: <html>") && !ran.stderr.contains("\u{1b}[2J"), "{ran:?}");
    }
    // An API reply has no excerpt.
    let ran = run_at(
        &answering(http("500 Oops", r#"{"status":"failure","message":"m"}"#)),
        &[&["-o", "json"], &CLOSE[..]].concat(),
    );
    assert!(ran.error().get("response").is_none(), "{ran:?}");
}

/// An error page that repeats the request.
#[test]
fn secrets_that_a_page_repeats_are_hidden() {
    let pass = "p/ss é<w>+1";
    let forms = [
        API_KEY.to_owned(),
        SECRET_KEY.to_owned(),
        "YTy77IL/rmAGUl4oOv4mcdqrQgJsRlmQIzf19980McM=".to_owned(),
        "YTy77IL\\/rmAGUl4oOv4mcdqrQgJsRlmQIzf19980McM=".to_owned(),
        "YTy77IL%2FrmAGUl4oOv4mcdqrQgJsRlmQIzf19980McM%3D".to_owned(),
        pass.to_owned(),
        "p\\/ss \\u00e9<w>+1".to_owned(),
        "p%2Fss%20%C3%A9%3Cw%3E%2B1".to_owned(),
        "p%2Fss+%C3%A9%3Cw%3E%2B1".to_owned(),
        "p%2fss%20%c3%a9%3cw%3e%2b1".to_owned(),
        "p/ss é&lt;w&gt;+1".to_owned(),
        "cC9zcyDDqTx3Pisx".to_owned(),
        // Encodings of the JSON that was sent.
        "p\\/ss \\u00e9&lt;w&gt;+1".to_owned(),
        "p%5C%2Fss%20%5Cu00e9%3Cw%3E%2B1".to_owned(),
        "p%5C%2Fss+%5Cu00e9%3Cw%3E%2B1".to_owned(),
        "p%5c%2fss%20%5cu00e9%3cw%3e%2b1".to_owned(),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pass");
    fs::write(&file, pass).unwrap();
    for form in &forms {
        let url = answering(http("502 Bad Gateway", &format!("<p>you sent [{form}] [end]")));
        let pass = format!("@{}", file.display());
        let args = [
            "--retries",
            "0",
            "--yes",
            "sevu",
            "addstreamuser",
            "--app",
            "a",
            "--stream",
            "s",
            "--user",
            "u",
            "--pass",
            &pass,
        ];
        for format in [&["-v"][..], &["-v", "-o", "json"]] {
            let ran = run_at(&url, &[format, &args].concat());
            assert!(ran.stderr.contains("you sent [") && ran.stderr.contains("[end]"), "{ran:?}");
            assert!(
                !ran.stderr.contains(form.as_str()) && !ran.stderr.contains(&form.replace('\\', "\\\\")),
                "{form}: {ran:?}"
            );
        }
    }
}

/// A failure reply, and a page with unusual escapes.
#[test]
fn secrets_in_failure_replies_and_unusual_escapes_are_hidden() {
    let each = |write: fn(u32) -> String| SECRET_KEY.chars().map(|c| write(u32::from(c))).collect::<String>();
    let pieces: Vec<_> = SECRET_KEY.as_bytes().chunks(8).map(|piece| String::from_utf8_lossy(piece)).collect();
    let forms = [
        SECRET_KEY.to_owned(),
        SECRET_KEY.to_uppercase(),
        each(|c| format!("&#{c};")),
        each(|c| format!("&#x{c:x};")),
        each(|c| format!("&#X{c:04x}")),
        pieces.join("<wbr>"),
        pieces.join("\\n"),
        pieces.join("\n"),
        pieces.join("\u{200b}"),
    ];
    for form in forms {
        let json = serde_json::json!({ "status": "failure", "code": "0006", "message": format!("bad [{form}]") });
        for answer in [http("403 Forbidden", &format!("<p>you sent [{form}]")), http("200 OK", &json.to_string())] {
            for args in [&["-v"][..], &["-o", "json"]] {
                let ran = run_at(&answering(answer.clone()), &[args, &["--retries", "0", "app", "list"]].concat());
                let shown: String =
                    format!("{}{}", ran.stdout, ran.stderr).replace("\\u{200b}", "").replace(['\\', '\n', ' '], "");
                let shown = shown.replace("<wbr>", "").to_lowercase();
                assert!(
                    ran.code != 0 && !shown.contains(SECRET_KEY) && !shown.contains("&#53;&#97;"),
                    "{form}: {ran:?}"
                );
            }
        }
    }
}

const PASSWORD: &str = "Geheim+42/x&y!";

/// Runs a command with a secret parameter against a server that sends this response.
fn with_password(answer: String, args: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pass");
    fs::write(&file, PASSWORD).unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let pass = format!("--pass=@{}", file.display());
    let command =
        ["--retries", "0", "--yes", "sevu", "addstreamuser", "--app", "a", "--stream", "s", "--user", "u", &pass];
    run_at(&answering(answer), &[args, &command].concat())
}

#[test]
fn a_password_is_hidden_in_every_escaping() {
    let twice = "Geheim%252B42%252Fx%2526y%2521";
    for form in [
        r"Geheim+42/x\u0026y!",
        r"Geheim\u002B42\u002Fx\u0026y\u0021",
        "Geheim%2B42/x%26y%21",
        twice,
        "Geheim%2b42%2Fx%26y!",
        "%47%65%68%65%69%6D%2B%34%32%2F%78%26%79%21",
        "Geheim&plus;42&sol;x&amp;y&excl;",
        "Geheim+42/x&amp;amp;amp;y!",
        r"Geheim\x2b42\x2fx\x26y\x21",
        r"Geheim\05342\057x\046y\041",
        "dTpHZWhlaW0rNDIveCZ5IQ",
        "R2VoZWltKzQyL3gmeSE",
        "47656865696d2b34322f78267921",
        "I5SWQZLJNUVTIMRPPATHSII",
        "Ge&shy;heim+42/x&y!",
        "Ge<b class=\"highlighted text\">heim</b>+42/x&y!",
        "Geheim+42/",
    ] {
        let json = serde_json::json!({ "status": "failure", "code": form, "message": form, "debug": form });
        for answer in [http("403 Forbidden", &format!("<p>[{form}]")), http("200 OK", &json.to_string())] {
            for args in [&["-v"][..], &["-o", "json"]] {
                let ran = with_password(answer.clone(), args);
                let shown = format!("{}{}", ran.stdout, ran.stderr).replace("\\\\", "\\");
                assert!(ran.code != 0 && !shown.contains(form), "{form}: {ran:?}");
            }
        }
    }
    let legible = with_password(http("403 Forbidden", "<p>Gone to 100% &eacute; \\ %zz &amp; Geheim"), &["-v"]);
    assert!(legible.stderr.contains("100% &eacute;") && legible.stderr.contains("Geheim"), "{legible:?}");
}

#[test]
fn a_secret_is_hidden_in_names_in_a_watch_and_in_a_cut_body() {
    let named = format!(r#"{{"status":"success","{PASSWORD}":"\ud800"}}"#);
    let ran = with_password(http("200 OK", &named), &[]);
    assert!(ran.code == 12 && !ran.stderr.contains("Geheim"), "{ran:?}");
    let cut = format!("{}{API_KEY} tail", " ".repeat((64 << 10) - 20));
    let ran = with_password(http("403 Forbidden", &cut), &["-v"]);
    assert!(!ran.stderr.contains(&API_KEY[..12]), "{ran:?}");
    let failure = format!(r#"{{"status":"failure","code":"{API_KEY}","message":"the key {API_KEY} is bad"}}"#);
    for format in ["human", "jsonl"] {
        let watch = [
            "-o", format, "stream", "watch", "--app", "a", "--inst", "b", "--stream", "c", "--every", "1s", "--for",
            "1s",
        ];
        let ran = run_at(&answering(http("200 OK", &failure)), &watch);
        assert!(ran.stdout.contains("failure") && !ran.stdout.contains(API_KEY), "{ran:?}");
    }
}

#[test]
fn a_secret_is_hidden_in_the_error_that_ends_a_bulk_run() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("b.jsonl");
    let item = serde_json::json!({"command":"sevu.addstreamuser","app":"a","stream":"s","user":"u","pass":PASSWORD});
    fs::write(&input, format!("{item}\n")).unwrap();
    let head = "HTTP/1.1 429 Slow\r\nRetry-After: 86400\r\nConnection: close\r\n";
    for body in [format!("you sent {PASSWORD}"), format!(r#"{{"status":"failure","message":"{PASSWORD}"}}"#)] {
        let url = answering(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()));
        for args in [&["-v"][..], &["-o", "json"]] {
            let ran = run_at(&url, &[args, &["--yes", "bulk", input.to_str().unwrap()]].concat());
            assert!(ran.code != 0 && !format!("{ran:?}").contains("Geheim"), "{ran:?}");
            fs::remove_file(folder.path().join("b.jsonl.journal")).unwrap();
        }
    }
}

#[test]
fn numbers_keep_the_received_digits() {
    let url = answering(http(
        "200 OK",
        r#"{"status":"success","list":[{"id":123456789012345678901,"size":1.10}],"rate":1e+400,"n":-0.0}"#,
    ));
    let ran = run_at(&url, &["app", "list"]);
    for digits in ["123456789012345678901", "1.10", "1e+400", "-0.0"] {
        assert!(ran.stdout.contains(digits), "{digits}: {ran:?}");
    }
    assert_eq!(run_at(&url, &["--field", "list[0].id", "app", "list"]).stdout, "123456789012345678901\n");
    let ran =
        run_at(&url, &["-o", "jsonl", "stream", "watch", "--app", "a", "--inst", "i", "--every", "1s", "--for", "1s"]);
    assert!(ran.stdout.contains(r#""list[0].size":1.10"#), "{ran:?}");
}

#[test]
fn a_closed_stdout_is_an_error_and_nothing_is_sent() {
    let mut messages = Messages::default();
    let sandbox = Serving::start(&[]);
    let line = format!("{} {} >&-", env!("CARGO_BIN_EXE_scaleengine"), CLOSE.join(" "));
    let piped = |line: &str| -> Ran {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).env_clear().envs(sandbox.variables.iter().cloned()).stdin(Stdio::piped());
        shell.output().unwrap().into()
    };
    let ran = piped(&line);
    messages.add("a closed stdout", &ran);
    // Read-write is how Python's `subprocess.DEVNULL` opens it.
    let list = format!("{} app list 1<>/dev/null", env!("CARGO_BIN_EXE_scaleengine"));
    assert_eq!(piped(&list).code, 0, "stdout is discarded, not closed");
    assert_eq!(piped(&line.replace(">&-", ">/dev/null")).code, 0, "it is still live");
    messages.compare("a-closed-stdout-is-an-error-and-nothing-is-sent");
}

#[test]
fn usage_errors_repeat_words_unless_they_may_be_secret() {
    let mut messages = Messages::default();
    for (args, hidden) in [
        (&["Nonsense"][..], None),
        (&["stream", "close", "Extra-Word"], None),
        (&["stream", "close", "--strem=x"], Some("--strem=x")),
        (&["login", "--secret-stdin=canary"], Some("canary")),
        (&["login", "--api-key", "k", "--cdn", "1", "--secret-file", "canary"], Some("canary")),
        (&["sevu", "request", "--pass", "hunter", "canary"], Some("canary")),
        (&["stream", "close", "--stream", "-x", "--app", "a"], None),
        (&["sevu", "revoke", "canary"], Some("canary")),
        (&["ticket", "revoke", "canary"], Some("canary")),
        (&["login", "canary"], Some("canary")),
        (&["pushpublish", "add", "--dst-stream", "my", "canary"], Some("canary")),
        (&["pushpublish", "add", "--dst-streamcanary"], Some("canary")),
        (&["sevu", "revoke key=canary"], Some("canary")),
        (&["call", "sevu.revoke key=canary"], Some("canary")),
        (&["stream", "close", "--str\u{200b}eam=x"], Some("\u{200b}")),
        (&["app", "list", "-o", "X\u{202e}"], Some("\u{202e}")),
    ] {
        let ran = run(args);
        messages.add(&format!("{args:?}"), &ran);
        assert!(hidden.is_none_or(|hidden| !ran.stderr.contains(hidden)), "{ran:?}");
    }
    messages.compare("usage-errors-repeat-words-unless-they-may-be-secret");
}

#[test]
fn a_secret_passed_in_place_of_its_file_is_hidden() {
    let sandbox = Serving::start(&[]);
    let home = tempfile::tempdir().unwrap();
    for args in [&["app", "list"][..], &["profile", "show"], &["-o", "json", "profile", "show"], &["doctor"]] {
        let mut command = at(sandbox.url());
        command.env("HOME", home.path()).env_remove("SCALEENGINE_SECRET_KEY").args(["--secret-file", SECRET_KEY]);
        let ran: Ran = command.args(args).output().unwrap().into();
        assert!(!format!("{ran:?}").contains(&SECRET_KEY[..16]), "{args:?} {ran:?}");
    }
}

#[test]
fn passwords_in_addresses_are_hidden() {
    for url in [
        "https://host/#canary",
        "canary",
        "https://user:canary@host/",
        "https://host/?key=canary",
        "http://u:canary/canary@h:1",
    ] {
        for args in [&["profile", "show"][..], &["-o", "json", "profile", "show"], &["doctor"], &["app", "list"]] {
            let ran: Ran = at(url).args(args).output().unwrap().into();
            assert!(!format!("{ran:?}").contains("canary"), "{url} {args:?} {ran:?}");
        }
        let ran: Ran = bare().args(["sandbox", "serve", "--forward", url]).output().unwrap().into();
        assert!(ran.code == 2 && !format!("{ran:?}").contains("canary"), "{ran:?}");
    }
}

#[test]
fn a_printed_script_escapes_names_and_needs_a_command_that_can_be_signed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s"), "x").unwrap();
    let print = |language: &str, fields: &[&str]| -> Ran {
        let mut command = bare();
        command
            .current_dir(folder.path())
            .args(["--print", language, "call", "stream.active"])
            .args(fields)
            .output()
            .unwrap()
            .into()
    };
    for language in ["php", "python"] {
        let ran = print(language, &["a'); system('touch pwned'); ('b@=s", "a b\"]; import os@=s", "é@=s"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let named = ran.stdout.split("SCALEENGINE_").skip(1).map(|rest| rest.split(['\'', '"']).next().unwrap());
        assert!(
            named.clone().all(|name| name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')),
            "{}",
            ran.stdout
        );
        for fields in [&["command=stream.close"][..], &["a=1", "a=2"], &["map:={}"], &["n:=1.5"]] {
            assert_eq!(print(language, fields).code, 2, "{fields:?}");
        }
    }
    assert!(print("php", &["n:=-9223372036854775808"]).stdout.contains("PHP_INT_MIN"));
}

#[test]
fn a_port_file_never_replaces_or_removes_the_file_of_another() {
    let mut messages = Messages::default();
    let folder = tempfile::tempdir().unwrap();
    let (precious, port) = (folder.path().join("precious"), folder.path().join("port"));
    fs::write(&precious, "precious\n").unwrap();
    let ran = run(&["sandbox", "serve", "--port-file", precious.to_str().unwrap()]);
    messages.add("a file of another program", &ran);
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious\n");
    std::os::unix::fs::symlink(&precious, folder.path().join("port.partial")).unwrap();
    let serve = || {
        bare()
            .args(["sandbox", "serve", "--port-file", port.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let appears = |other: &str| loop {
        match fs::read_to_string(&port) {
            Ok(text) if text != other => break text,
            _ => std::thread::sleep(std::time::Duration::from_millis(10)),
        }
    };
    let mut first = serve();
    let one = appears("");
    let mut second = serve();
    let two = appears(&one);
    Command::new("kill").args(["-s", "TERM", &first.id().to_string()]).status().unwrap();
    first.wait().unwrap();
    assert_eq!(fs::read_to_string(&port).unwrap(), two, "the port file of the second sandbox stays");
    Command::new("kill").args(["-s", "TERM", &second.id().to_string()]).status().unwrap();
    second.wait().unwrap();
    assert!(!port.exists());
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious\n");
    messages.compare("a-port-file-never-replaces-or-removes-the-file-of-another");
}
