//! Tests of spans and events at the level `trace`: a span per call, a child span per attempt, the
//! effect of a dropped call, and no secrets.

use std::io;
use std::sync::{Arc, Mutex};

use scaleengine_http::test_util::{Behavior, CannedResponse, FakeClock, Scripted, TestServer};
use scaleengine_http::transport::hyper::HyperTransport;
use scaleengine_http::{Call, TransportError, TransportErrorKind, drive};
use scaleengine_proto::{RawCommand, Safety, UnixTime, param::Secret};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};
use tracing_subscriber::fmt::format::FmtSpan;

const CANARY: &str = "canary+5a9d/b1e5";

/// The output so far.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs `work` on this thread with a subscriber, and returns the subscriber's output.
fn told(work: impl FnOnce(&tokio::runtime::Runtime)) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || work(&runtime));
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

fn call(url: &str) -> Call<Signer, RawCommand> {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new(CANARY)));
    let command = RawCommand::new("c").with_safety(Safety::Idempotent).field("pass", Secret::from(CANARY));
    Call::new(signer, url.parse().unwrap(), command)
}

#[test]
fn a_call_is_a_span_with_a_child_span_for_each_attempt() {
    let script = Scripted::new()
        .then(Err(TransportError::not_sent(TransportErrorKind::Connect, "x")))
        .then_json(r#"{"status":"success"}"#);
    let told = told(|runtime| {
        let clock = FakeClock::at(UnixTime(1));
        let mut call = call("https://api.example/stable/");
        runtime.block_on(drive(&mut call, &script, &clock, &clock)).unwrap();
    });
    let lines: Vec<_> = told.lines().filter(|line| line.contains(": close")).collect();
    let [first, second, call] = lines[..] else { panic!("{told}") };
    for (line, fields) in [
        (first, &["http.request.resend_count=0", "error.type=\"connect\"", "server.address=\"api.example\""][..]),
        (second, &["http.request.resend_count=1", "http.response.status_code=200", "duration_ms="]),
        (
            call,
            &[
                "otel.kind=\"client\"",
                "otel.name=\"c\"",
                "rpc.system.name=\"scaleengine\"",
                "rpc.method=\"c\"",
                "rpc.response.status_code=\"success\"",
                "server.address=\"api.example\"",
                "outcome=\"success\" effect=applied attempts=2",
                "duration_ms=",
            ],
        ),
    ] {
        assert!(fields.iter().all(|field| line.contains(field)), "{fields:?} in {line}");
    }
    assert!(first.contains("scaleengine.call{") && first.contains("scaleengine.attempt{"), "a child span: {first}");
    let count = |what: &str| told.matches(what).count();
    assert_eq!((count("no complete response"), count("response received"), count("waiting")), (1, 1, 2), "{told}");
    assert_eq!((count("dropped"), count("INFO"), count("WARN")), (0, 0, 0), "{told}");
}

#[test]
fn a_dropped_call_records_its_effect() {
    let server = TestServer::plain([Behavior::HangAfterRead]).unwrap();
    let told = told(|runtime| {
        let (transport, clock) = (HyperTransport::new(), FakeClock::at(UnixTime(1)));
        let mut call = call(&server.url());
        runtime.block_on(async {
            tokio::select! {
                _ = drive(&mut call, &transport, &clock, &clock) => panic!("the server never responds"),
                () = async { while server.requests().is_empty() { tokio::task::yield_now().await } } => {}
            }
        });
    });
    assert!(told.contains("call dropped before its end attempts=1 effect=unknown"), "{told}");
}

#[test]
fn a_failed_call_records_its_code() {
    let script = Scripted::new().then_json(r#"{"status":"failure","code":"0003","message":"m"}"#);
    let told = told(|runtime| {
        let clock = FakeClock::at(UnixTime(1));
        runtime.block_on(drive(&mut call("https://api.example/stable/"), &script, &clock, &clock)).unwrap_err();
    });
    let event = r#"scaleengine: call failed attempts=1 effect=none kind="api" code="0003""#;
    let fields = r#"duration_ms=0 rpc.response.status_code="0003" error.type="0003"}"#;
    assert!(told.contains(event) && told.contains(fields), "{told}");
}

/// Checks the secret in plain, base64 and percent-encoded form, and the signature.
#[test]
fn no_secret_is_recorded_at_any_level() {
    let body = format!(r#"{{"status":"success","ticket":{{"key":"{CANARY}"}}}}"#);
    let server = TestServer::plain([
        Behavior::Answer(CannedResponse::new(500, format!("<html>{CANARY}"))),
        Behavior::Reset,
        Behavior::Answer(CannedResponse::new(200, body)),
    ])
    .unwrap();
    let mut signature = String::new();
    let told = told(|runtime| {
        let (transport, clock) = (HyperTransport::new(), FakeClock::at(UnixTime(1)));
        let mut call = call(&server.url());
        signature = call.payload(UnixTime(1)).unwrap().signature();
        runtime.block_on(drive(&mut call, &transport, &clock, &clock)).unwrap();
    });
    assert!(told.contains("status=500") && told.contains("kind=\"broken\""), "{told}");
    let base64 = "Y2FuYXJ5KzVhOWQvYjFlN"; // the encoding of its first bytes
    for secret in [CANARY, "canary%2B5a9d%2Fb1e5", &base64[..20], signature.as_str()] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}
