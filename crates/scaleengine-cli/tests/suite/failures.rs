//! Failures with their exit codes and effects.

use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use scaleengine::test_util::{Behavior, Identity, TestServer};

use crate::binary::{CLOSE, Ran, Serving, answering, at, http, read_request, run, run_at, serving};
use crate::messages::Messages;

/// Returns the exit code, kind and effect of a close sent to an address.
fn fails(url: &str) -> (i32, String, String) {
    let ran = run_at(url, &[&["-o", "json", "--timeout", "2"], &CLOSE[..]].concat());
    let error = ran.error();
    assert_eq!(error["exit_code"], ran.code);
    (ran.code, error["kind"].as_str().unwrap().into(), error["effect"].as_str().unwrap().into())
}

fn told(code: i32, kind: &str, effect: &str) -> (i32, String, String) {
    (code, kind.into(), effect.into())
}

#[test]
fn a_call_that_was_not_sent_exits_7() {
    let mut messages = Messages::default();
    assert_eq!(fails(TestServer::NOBODY), told(7, "transport", "none"));

    let mut command = at("https://localhost:1/stable/");
    command.envs([("SSL_CERT_FILE", "/nowhere"), ("SSL_CERT_DIR", "/nowhere")]);
    let ran: Ran = command.args(["-o", "json"]).args(CLOSE).output().unwrap().into();
    messages.add("no certificates on this machine", &ran);
    messages.compare("a-call-that-was-not-sent-exits-7");
}

#[test]
fn tls_failures_have_a_specific_hint() {
    let mut messages = Messages::default();
    let sandbox = Serving::start(&[]);
    let plain = sandbox.url().replace("http://", "https://");
    let served = |identity: &Identity| TestServer::tls([Behavior::Reset], identity).unwrap();
    let foreign = served(&Identity::good().unwrap());
    let identity = Identity::wrong_host().unwrap();
    let named = served(&identity);
    let ca = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca.path(), identity.authority()).unwrap();
    let ca = ca.path().to_string_lossy();
    for (case, url, args) in [
        ("a server without TLS", plain, &[][..]),
        ("an unknown issuer", foreign.url(), &[]),
        ("another name", named.url(), &["--ca-file", &*ca]),
    ] {
        let ran = run_at(&url, &[&["-o", "json", "--retries", "0"], args, &CLOSE[..]].concat());
        messages.add(case, &ran);
    }
    messages.compare("tls-failures-have-a-specific-hint");
}

#[test]
fn a_lost_or_invalid_response_exits_11() {
    let html = "<html><body>It works</body></html>";
    let whole = http("200 OK", r#"{"status":"success","message":""}"#);
    let (cut, _) = whole.split_at(whole.len() - 5);
    let large = "x".repeat(9 * 1024 * 1024);
    for (name, response, kind) in [
        ("HTML", http("200 OK", html), "decode"),
        ("empty", http("200 OK", ""), "decode"),
        ("cut", cut.to_owned(), "transport"),
        ("9 MiB", http("200 OK", &large), "transport"),
        ("no HTTP", "garbage\r\n\r\n".to_owned(), "transport"),
        ("nothing", String::new(), "transport"),
        ("odd status", http("200 OK", r#"{"status":"maybe"}"#), "decode"),
        ("502", http("502 Bad Gateway", html), "http"),
        ("302", http("302 Found\r\nLocation: http://127.0.0.1:1/", ""), "http"),
        ("0004", http("200 OK", r#"{"status":"failure","code":"0004","message":"m"}"#), "api"),
    ] {
        assert_eq!(fails(&answering(response)), told(11, kind, "unknown"), "{name}");
    }
    let silent = serving(|mut stream| {
        read_request(&mut stream);
        thread::sleep(Duration::from_secs(10));
    });
    assert_eq!(fails(&silent), told(11, "transport", "unknown"));
}

/// A read has no effect, so it can be repeated where another command has an unknown effect, unless
/// the API refused it.
#[test]
fn a_server_failure_of_a_read_exits_7() {
    for (code, exit) in [("0004", 7), ("0100", 5)] {
        let body = format!(r#"{{"status":"failure","code":"{code}","message":"m"}}"#);
        let ran = run_at(&answering(http("200 OK", &body)), &["-o", "json", "--retries", "0", "app", "list"]);
        assert_eq!((ran.code, &ran.error()["effect"]), (exit, &"none".into()), "{ran:?}");
    }
}

#[test]
fn api_failures_exit_by_their_code() {
    for (code, exit) in [("0000", 5), ("0001", 4), ("0002", 8), ("0003", 4), ("0005", 4), ("0006", 5), ("1000", 6)] {
        let body = format!(r#"{{"status":"failure","code":"{code}","message":"m"}}"#);
        assert_eq!(fails(&answering(http("200 OK", &body))), told(exit, "api", "none"), "{code}");
        // An API reply outranks the HTTP status.
        assert_eq!(fails(&answering(http("500 Oops", &body))), told(exit, "api", "none"), "{code}");
    }
    assert_eq!(fails(&answering(http("429 Too Many Requests", ""))), told(6, "http", "none"));
    assert_eq!(fails(&answering(http("403 Forbidden", "<html>"))), told(5, "http", "none"));
}

#[test]
fn the_sandbox_refuses_as_documented() {
    let mut messages = Messages::default();
    let sandbox = Serving::start(&[]);
    let wrong = |name: &str, value: &str| -> Ran {
        at(sandbox.url()).env(name, value).args(["-o", "json"]).args(CLOSE).output().unwrap().into()
    };
    for (name, value, code) in [
        ("SCALEENGINE_SECRET_KEY", "wrong", "0003"),
        ("SCALEENGINE_API_KEY", "wrong", "0001"),
        ("SCALEENGINE_CDN", "1", "0001"),
    ] {
        let ran = wrong(name, value);
        assert_eq!((ran.code, ran.error()["code"].as_str()), (4, Some(code)), "{ran:?}");
        messages.add(&format!("{name}={value}"), &ran);
    }
    assert_eq!(run_at(sandbox.url(), &["-o", "json", "call", "no.such"]).error()["code"], "0000");

    for clock in ["+3600", "-3600"] {
        let ran = Serving::start(&["--clock", clock]).run(&[&["-o", "json"], &CLOSE[..]].concat());
        assert_eq!((ran.code, ran.error()["code"].as_str()), (8, Some("0002")), "{ran:?}");
    }
    messages.compare("the-sandbox-refuses-as-documented");
}

#[test]
fn a_stream_that_is_not_live_exits_5_and_says_so() {
    let ran = run(&["--sandbox", "stream", "close", "--app", "demo-origin", "--inst", "live", "--stream", "other"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (5, ""));
    assert!(ran.stderr.contains("not live"), "{ran:?}");
}

#[test]
fn an_address_that_is_not_encrypted_is_refused() {
    let mut messages = Messages::default();
    let ran = run_at("http://api.scaleengine.net/stable/", &[&["-o", "json"], &CLOSE[..]].concat());
    assert_eq!((ran.code, ran.error()["kind"].as_str()), (3, Some("config")));
    messages.add("http://", &ran);
    messages.compare("an-address-that-is-not-encrypted-is-refused");
}

#[test]
fn loopback_addresses_bypass_every_proxy() {
    let proxy = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let sandbox = Serving::start(&[]);
    for ran in [
        at(sandbox.url()).envs(names.map(|name| (name, &address))).args(CLOSE).output().unwrap(),
        at("").envs(names.map(|name| (name, &address))).arg("--sandbox").args(CLOSE).output().unwrap(),
    ] {
        let ran = Ran::from(ran);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let named = Ran::from(at(sandbox.url()).args(["--proxy", &address]).args(CLOSE).output().unwrap());
    assert_eq!(named.code, 5, "the stream was closed before: {named:?}");
    proxy.set_nonblocking(true).unwrap();
    assert!(proxy.accept().is_err(), "the proxy was used");

    // The same proxy is used for another host, so the check above can fail.
    proxy.set_nonblocking(false).unwrap();
    for (variable, args) in [("HTTPS_PROXY", &[][..]), ("SCALEENGINE_PROXY", &[]), ("OTHER", &["--proxy", &address])] {
        let mut command = at("https://api.scaleengine.invalid/");
        command.env(variable, &address).args(args).args(["--retries", "0"]).args(CLOSE).stderr(Stdio::null());
        let mut elsewhere = command.spawn().unwrap();
        drop(proxy.accept().unwrap());
        assert_eq!(elsewhere.wait().unwrap().code(), Some(7));
    }
}

#[test]
fn unusable_proxy_variables_are_named_and_no_proxy_exempts() {
    let mut messages = Messages::default();
    // Nothing leaves the machine: the proxy's port is closed, and `.invalid` cannot be looked up.
    let closed = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap().local_addr().unwrap();
    let proxy = format!("http://{closed}");
    let url = "https://api.scaleengine.invalid/";
    for (name, value) in [
        ("HTTPS_PROXY", "http://proxy.invalid:3128\r"),
        ("https_proxy", "https://proxy.invalid:3128"),
        ("ALL_PROXY", "socks5://proxy.invalid:1080"),
        ("all_proxy", "http://user:hunter2@proxy.invalid:port"),
        ("SCALEENGINE_PROXY", "http://hunter2\u{200b}@proxy.invalid:3128"),
    ] {
        let ran = Ran::from(at(url).env(name, value).args(["-o", "json"]).args(CLOSE).output().unwrap());
        assert_eq!((ran.code, ran.error()["effect"].as_str()), (3, Some("none")), "{ran:?}");
        assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
        messages.add(&format!("{name}={value:?}"), &ran);
    }
    for (exempt, kind) in [
        ("scaleengine.invalid", "no_such_host"),
        (".INVALID", "no_such_host"),
        ("*", "no_such_host"),
        ("api.invalid", "connect"),
    ] {
        let ran = Ran::from(
            at(url)
                .envs([("HTTPS_PROXY", &*proxy), ("NO_PROXY", exempt)])
                .args(["-o", "json"])
                .args(CLOSE)
                .output()
                .unwrap(),
        );
        let shown = ran.error().to_string();
        assert_eq!(ran.code, 7, "{ran:?}");
        assert_eq!(shown.contains(&closed.port().to_string()), kind == "connect", "{exempt}: {shown}");
    }
    messages.compare("unusable-proxy-variables-are-named-and-no-proxy-exempts");
}

#[test]
fn an_interrupted_call_has_an_unknown_effect() {
    // Under `nohup`, SIGHUP is ignored by the tests and by the processes that they start.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    let outlives = u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 != 0;
    let signals = [("INT", 130), ("TERM", 143), ("HUP", 129)];
    for (signal, code) in signals.into_iter().filter(|(signal, _)| !(outlives && *signal == "HUP")) {
        let (sent, received) = mpsc::channel();
        let url = serving(move |mut stream| {
            read_request(&mut stream);
            sent.send(stream).unwrap();
        });
        let mut command = at(&url);
        command.args(["-o", "json"]).args(CLOSE).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let stream = received.recv().unwrap();
        let kill = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let ran = Ran::from(child.wait_with_output().unwrap());
        drop(stream);
        assert_eq!((ran.code, ran.error()["effect"].as_str()), (code, Some("unknown")), "{ran:?}");
    }
}

#[test]
fn a_reply_that_cannot_be_written_has_the_effect_applied() {
    let sandbox = Serving::start(&[]);
    let full = std::fs::File::create("/dev/full").unwrap();
    let ran = Ran::from(at(sandbox.url()).args(["-o", "json"]).args(CLOSE).stdout(full).output().unwrap());
    assert_eq!((ran.code, ran.error()["effect"].as_str()), (12, Some("applied")), "{ran:?}");
}

#[test]
fn a_write_error_is_reported_in_the_output_format() {
    for args in [
        &["commands"][..],
        &["profile", "show"],
        &["--print", "body", "stream", "close", "--stream-id", "1"],
        &["doctor"],
    ] {
        let full = std::fs::File::create("/dev/full").unwrap();
        let ran = Ran::from(at("http://127.0.0.1:1/").args(["-o", "json"]).args(args).stdout(full).output().unwrap());
        assert!(ran.code == ran.error()["exit_code"] && ran.code != 0, "{args:?} {ran:?}");
    }
}

#[test]
fn a_closed_pipe_exits_141_without_a_message() {
    let sandbox = Serving::start(&[]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = Ran::from(at(sandbox.url()).args(CLOSE).stdout(writer).output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (141, ""));
}
