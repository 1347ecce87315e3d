//! Code as a new user would write it at the first attempt: it compiles and does what it suggests.

#![cfg(all(feature = "hyper", feature = "test-util"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use scaleengine::http::StatusCode;
use scaleengine::http::header::{HeaderName, HeaderValue};
use scaleengine::param::{DateTime, IpRule, Patterns};
use scaleengine::test_util::{FakeClock, Scripted, TestError};
use scaleengine::transport::TransportError;
use scaleengine::{
    Account, Call, CallEvent, CallEventKind, CallOptions, Client, ClientBuilder, ClockSkew, Credentials, Document,
    Effect, Endpoint, Error, ErrorKind, FormEncoding, KnownCode, Limits, Lockout, RawCommand, RequestInfo, Result,
    RetryPolicy, Safety, SecretKey, Sent, Signer, Step, StreamName, Transport, TransportErrorKind, UnixTime, Value,
    WireRequest, WireResponse, blocking, command, sevu, stream,
};

const SUCCESS: &str = r#"{"status":"success","message":"","code":null,"total":1.10}"#;

fn credentials(api_key: &str) -> Credentials {
    Credentials::new(Account::new(api_key, 158), SecretKey::new("secret"))
}

fn builder() -> ClientBuilder {
    Client::builder().credentials(credentials("KEY"))
}

fn client(script: &Scripted) -> Client {
    builder().transport(script.clone()).build().unwrap()
}

fn close() -> stream::Close {
    stream::Close::by_name("demo-origin", "live", "my_live_stream")
}

#[tokio::test]
async fn a_call_takes_its_options_and_is_awaited() {
    let script = Scripted::always(SUCCESS);
    let client = client(&script);
    let reply = client.call(close()).deadline(Duration::from_secs(2)).max_attempts(1).await.unwrap();
    assert_eq!(serde_json::to_string(&reply).unwrap(), SUCCESS);

    let timeout = Duration::from_millis(700);
    tokio::spawn(async move { client.call(close()).timeout(timeout).await }).await.unwrap().unwrap();
    assert_eq!(script.requests()[1].timeout(), timeout);
    assert_eq!(script.requests()[0].info().map(RequestInfo::command), Some("stream.close"));
}

#[tokio::test]
async fn prepared_call_keeps_its_attempts_after_success() {
    let script = Scripted::new().then(Err(not_connected())).then_json(SUCCESS);
    let clock = FakeClock::at(UnixTime(1_700_000_000));
    let client = builder().transport(script).clock(clock.clone()).sleep(clock).build().unwrap();
    let mut call = client.call(close()).prepare();
    assert!(call.payload(call.now()).unwrap().json().contains("my_live_stream"));
    call.run().await.unwrap();
    assert_eq!((call.attempts(), call.effect()), (2, Effect::Applied));
}

fn not_connected() -> TransportError {
    TransportError::not_sent(TransportErrorKind::Connect, "unplugged")
}

#[test]
fn the_blocking_client_has_the_same_methods() {
    let script = Scripted::always(SUCCESS);
    let client = blocking::Client::builder().credentials(credentials("KEY")).transport(script.clone()).build().unwrap();
    client.call(close()).deadline(Duration::from_secs(2)).run().unwrap();
    client.stream("demo-origin", "live", "s").close().run().unwrap();
    client.stream("demo-origin", "live", "s").shut_down(Lockout::remove("u")).max_attempts(1).run().unwrap();
    let with_options = client.with_options(client.options().timeout(Duration::from_secs(3)));
    with_options.with_credentials(&credentials("OTHER")).call(close()).run().unwrap();
    let last = script.requests().pop().unwrap();
    assert_eq!(last.timeout(), Duration::from_secs(3));
    assert_eq!(last.info().unwrap().account().api_key(), "OTHER");
    let mut call = client.call(close()).prepare();
    call.run().unwrap();
    assert_eq!(call.attempts(), 1);
    // Only type-checked: the environment has no credentials.
    let _: fn() -> Result<blocking::Client, scaleengine::BuildError> = blocking::Client::from_env;
}

#[tokio::test]
async fn workflows_take_options_too() {
    let ticket = r#"{"status":"success","ticket":{"key":"k.1","pass":"p"}}"#;
    let client = client(&Scripted::always(ticket));
    let expires = DateTime::after(Duration::from_secs(3600), UnixTime(1_700_000_000));
    let request = |pass| sevu::Request::new("demo-origin", "mystream", pass, IpRule::auto(), 5).expire(expires);
    let issued = client.issue_ticket(request).deadline(Duration::from_secs(5)).await.unwrap();
    let json = serde_json::to_value(&issued).unwrap();
    assert_eq!((json["ticket"]["key"].as_str(), json["expires"].as_str()), (Some("k.1"), Some("2023-11-14 23:13:20")));
    client.stream("demo-origin", "live", "s").shut_down(Lockout::remove("u")).max_attempts(1).await.unwrap();
}

#[test]
fn an_endpoint_is_a_string_or_an_endpoint() {
    let url = String::from("http://localhost:8080/stable/");
    let endpoint: Endpoint = url.parse().unwrap();
    for builder in [
        builder().endpoint("http://localhost:8080/stable/"),
        builder().endpoint(url.clone()),
        builder().endpoint(&url),
        builder().endpoint(endpoint.clone()),
    ] {
        assert_eq!(*builder.clone().build().unwrap().endpoint(), endpoint, "and a builder can be cloned");
    }
    assert_eq!(serde_json::from_str::<Endpoint>(&serde_json::to_string(&endpoint).unwrap()).unwrap(), endpoint);
    let plain = builder().endpoint("http://api-mock:80/").allow_plain_http("api-mock").build().unwrap();
    assert!(!plain.endpoint().is_secure());
    assert!(builder().endpoint("http://other/").allow_plain_http("api-mock").build().is_err());
}

#[tokio::test]
async fn a_shared_transport_is_a_transport() {
    let shared = Arc::new(Scripted::always(SUCCESS));
    builder().transport(Arc::clone(&shared)).build().unwrap().call(close()).await.unwrap();
    let erased: Arc<dyn scaleengine::DynTransport> = shared.clone();
    builder().transport(erased).build().unwrap().call(close()).await.unwrap();
    assert_eq!(shared.requests().len(), 2);
}

#[test]
fn values_are_read_from_strings_and_configuration() {
    assert_eq!("auto/24".parse::<IpRule>().unwrap().to_string(), "auto/24");
    let read: Credentials = serde_json::from_str(r#"{"api_key":"KEY","secret_key":"secret","cdn":158}"#).unwrap();
    assert_eq!(read.account(), &"KEY@158".parse::<Account>().unwrap());
    let account = serde_json::to_string(read.account()).unwrap();
    assert_eq!(serde_json::from_str::<Account>(&account).unwrap().to_string(), "KEY@158");
    assert_eq!(serde_json::from_str::<Account>(r#""KEY@158""#).unwrap().to_string(), "KEY@158");
    for misplaced in [r#"{"api_key":"K","cdn":"hunter2"}"#, r#""hunter2""#, r#"{"api_key":7.5,"cdn":1}"#] {
        let error = serde_json::from_str::<Account>(misplaced).unwrap_err().to_string();
        assert!(!error.contains("hunter2") && !error.contains("7.5"), "{error}");
    }
    assert_eq!("urlencoded".parse::<FormEncoding>().unwrap(), FormEncoding::UrlEncoded);
    assert_eq!(serde_json::to_string(&(FormEncoding::Multipart, Safety::Unsafe)).unwrap(), r#"["multipart","unsafe"]"#);
    let time: DateTime = SystemTime::UNIX_EPOCH.try_into().unwrap();
    assert_eq!(
        (time.to_string().as_str(), UnixTime::from(SystemTime::UNIX_EPOCH)),
        ("1970-01-01 00:00:00", UnixTime(0))
    );
    assert!(Patterns::exact("*").is_err() && Patterns::exact("news").is_ok());
    let swapped =
        r#"{"api_key":"5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5","secret_key":"s","cdn":1}"#;
    let refused = serde_json::from_str::<Credentials>(swapped).unwrap_err().to_string();
    for wrong in [
        r#"{"api_key":"KEY","secret_key":12345678.5,"cdn":158}"#,
        r#"{"api_key":"KEY","secret_key":"s","cdn":"hunter2"}"#,
        r#""hunter2""#,
    ] {
        let error = serde_json::from_str::<Credentials>(wrong).unwrap_err().to_string();
        assert!(!error.contains("hunter2") && !error.contains("12345678"), "{error}");
    }
    let input = format!("{:?}", scaleengine::EndpointInput::from("https://user:hunter2@host/"));
    assert!(!input.contains("hunter2"), "{input}");
    assert!(refused.contains("swapped") && !refused.contains("5a9db0c5"), "{refused}");
}

#[test]
fn options_have_setters() {
    let limits = Limits::default().timeout(Duration::from_secs(5)).max_body(1024);
    let retry = RetryPolicy::default().max_attempts(1).deadline(Duration::from_secs(7));
    let options = CallOptions::default().limits(limits).retry(retry).form_encoding(FormEncoding::UrlEncoded);
    let flat = CallOptions::default().timeout(Duration::from_secs(5)).max_body(1024).max_attempts(1);
    assert_eq!(options, flat.deadline(Duration::from_secs(7)).form_encoding(FormEncoding::UrlEncoded));
    let client = builder().timeout(Duration::from_secs(5)).deadline(Duration::from_secs(7)).build().unwrap();
    assert_eq!(
        client.options(),
        CallOptions::default()
            .limits(Limits::default().timeout(Duration::from_secs(5)))
            .deadline(Duration::from_secs(7))
    );
}

#[tokio::test]
async fn error_methods_classify_failures() {
    let not_live = Scripted::always(r#"{"status":"failure","message":"Stream is not live"}"#);
    let error: Error = client(&not_live).stream("demo-origin", "live", "s").close().await.unwrap_err();
    assert!(error.is_not_live() && error.is_safe_to_repeat());
    let Err(error) = client(&Scripted::always("<html>")).call(close()).await else { panic!() };
    assert!(!error.is_safe_to_repeat() && matches!(error.into_kind(), ErrorKind::Decode(_)));

    let made = TestError::transport(TransportErrorKind::Timeout, Sent::Maybe).safety(Safety::Idempotent).build();
    assert!(made.is_timeout() && made.is_safe_to_repeat() && made.effect() == Effect::Unknown);
    assert_eq!(TestError::api("0003", "no").build().code(), Some(KnownCode::SignatureRefused));
    assert_eq!(TestError::status(StatusCode::BAD_GATEWAY).build().effect(), Effect::Unknown);

    // `TestError` makes the same errors as a real call.
    let fault = TestError::api("0004", "x").build();
    assert!(fault.is_transient() && !fault.is_safe_to_repeat() && !fault.is_refused());
    let busy = TestError::status(StatusCode::TOO_MANY_REQUESTS).retry_after(Duration::from_secs(7)).build();
    assert_eq!(
        (busy.is_throttled(), busy.retry_after(), busy.effect()),
        (true, Some(Duration::from_secs(7)), Effect::None)
    );
    let certificate = TestError::transport(TransportErrorKind::Certificate, Sent::No).build();
    assert!(!certificate.is_transient() && certificate.is_safe_to_repeat());

    let error = client(&Scripted::new()).call(close()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("no response for request 1 (stream.close)"), "{source}");
}

#[tokio::test]
async fn replies_are_read_as_types_and_rows() {
    #[derive(serde::Deserialize)]
    struct Totals {
        total: f64,
    }
    let reply = client(&Scripted::always(SUCCESS)).call(RawCommand::new("some.command")).await.unwrap();
    assert!((reply.parse::<Totals>().unwrap().total - 1.1).abs() < f64::EPSILON);
    let document: &Document = reply.value();
    assert!(document.rows().is_err() && document.parse::<f64>("total").is_ok());
    let nested = RawCommand::new("c").field("o", Value::object([("b", 1.into())]));
    assert_eq!(nested.fields().count(), 1);
    let _ = command::log::COMMANDS;
}

#[tokio::test]
async fn keys_rotate_without_a_new_client() {
    let script = Scripted::always(SUCCESS);
    let version = Arc::new(AtomicU32::new(1));
    let provider = {
        let version = Arc::clone(&version);
        move || {
            let key = format!("KEY{}", version.fetch_add(1, Ordering::Relaxed));
            async move { Ok::<_, std::io::Error>(credentials(&key)) }
        }
    };
    let client = Client::builder().credentials_provider(provider).transport(script.clone()).build().unwrap();
    assert!(client.account().is_none(), "the provider supplies it");
    assert!(client.call(close()).prepare().payload(UnixTime(1)).is_err(), "the call has no key before it runs");
    for _ in 0..2 {
        client.call(close()).await.unwrap();
    }
    let keys: Vec<_> =
        script.requests().iter().map(|sent| sent.info().unwrap().account().api_key().to_owned()).collect();
    assert_eq!(keys, ["KEY1", "KEY2"]);
    assert!(script.requests()[1].json().unwrap().contains("\"api_key\":\"KEY2\""));
}

#[tokio::test]
async fn a_provider_that_fails_or_hangs_sends_nothing() {
    let script = Scripted::always(SUCCESS);
    let failing = || async { Err::<Credentials, _>("the vault is sealed") };
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let observer = move |event: &CallEvent<'_>| match event.kind {
        CallEventKind::Ended { elapsed, .. } => seen.lock().unwrap().push(Some(elapsed)),
        CallEventKind::Dropped => seen.lock().unwrap().push(None),
        _ => {}
    };
    let builder = Client::builder().transport(script.clone()).observer(observer);
    let client = builder.clone().credentials_provider(failing).build().unwrap();
    let error = client.call(close()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(matches!(error.kind(), ErrorKind::Credentials(_)), "{error}");
    assert_eq!((error.effect(), error.attempts(), source.as_str()), (Effect::None, 0, "the vault is sealed"));

    // A provider that answers at once takes no time, whatever the clock.
    let clock = FakeClock::at(UnixTime(1));
    let ready = || async { Ok::<_, std::io::Error>(credentials("KEY")) };
    let instant = builder.clone().credentials_provider(ready).transport(Scripted::always(SUCCESS));
    let instant = instant.clock(clock.clone()).sleep(clock.clone()).observer(|_| {}).build().unwrap();
    instant.call(close()).deadline(Duration::MAX).await.unwrap();
    assert!(clock.waits().is_empty());

    let hanging = std::future::pending::<std::result::Result<Credentials, std::io::Error>>;
    let client = builder.credentials_provider(hanging).build().unwrap();
    let error = client.stream("a", "i", "s").shut_down(Lockout::remove("u")).deadline(Duration::from_millis(20)).await;
    assert_eq!(error.unwrap_err().effect(), Effect::None);
    let call = client.call(close()).into_future();
    assert!(tokio::time::timeout(Duration::from_millis(1), call).await.is_err());
    assert!(script.requests().is_empty());
    let events = events.lock().unwrap();
    assert!(matches!(events[..], [Some(_), Some(late), None] if late.as_millis() >= 20), "{events:?}");
}

#[tokio::test]
async fn an_observer_sees_attempts_waits_and_the_end() {
    let script = Scripted::new().then(Err(not_connected())).then_json(SUCCESS);
    let (clock, seen) = (FakeClock::at(UnixTime(1)), Arc::new(Mutex::new(Vec::new())));
    let events = Arc::clone(&seen);
    let observer = move |event: &CallEvent<'_>| {
        let kind = match event.kind {
            CallEventKind::Sending => "sending",
            CallEventKind::Received { status: 200, .. } => "200",
            CallEventKind::NotReceived { kind, .. } => kind.name(),
            CallEventKind::Waiting { .. } => "waiting",
            CallEventKind::Ended { error: None, .. } => "ended",
            _ => "other",
        };
        events.lock().unwrap().push(format!("{} {kind} {}", event.name, event.attempts));
    };
    let client = builder().transport(script).clock(clock.clone()).sleep(clock).observer(observer).build().unwrap();
    client.call(close()).await.unwrap();
    let expected = ["sending 1", "connect 1", "waiting 1", "sending 2", "200 2", "ended 2"];
    let mut seen = seen.lock().unwrap().clone();
    seen.dedup();
    assert_eq!(seen, expected.map(|event| format!("stream.close {event}")));
}

/// Adds a header, as a layer for trace ids does.
struct Traced(Scripted);

impl Transport for Traced {
    async fn send(&self, mut request: WireRequest) -> std::result::Result<WireResponse, TransportError> {
        let header = |name| HeaderName::from_static(name);
        request.add_header(header("traceparent"), HeaderValue::from_static("00-1-2-01")).unwrap();
        assert!(request.add_header(header("host"), HeaderValue::from_static("x")).is_err());
        Transport::send(&self.0, request).await
    }
}

#[tokio::test]
async fn layers_add_headers_and_user_agent_names_the_program() {
    let script = Scripted::always(SUCCESS);
    let client = builder().user_agent("my-service/1.2").transport(Traced(script.clone())).build().unwrap();
    client.call(close()).await.unwrap();
    let sent = script.requests().pop().unwrap().into_http();
    assert_eq!(sent.headers()["traceparent"], "00-1-2-01");
    assert!(sent.headers()["user-agent"].to_str().unwrap().starts_with("my-service/1.2 scaleengine-rs/"));
    assert_eq!(sent.extensions().get::<RequestInfo>().unwrap().attempt(), 1);
    assert!(["a\nb", "", "ü"].iter().all(|agent| builder().user_agent(*agent).build().is_err()));
}

#[test]
fn types_of_the_layers_are_exported_at_the_root() {
    let skew = ClockSkew::new();
    let first = builder().clock_skew(skew.clone()).build().unwrap();
    let second = builder().clock_skew(first.clock_skew().clone()).build().unwrap();
    assert_eq!(second.clock_skew().seconds(), skew.seconds());
    let name = StreamName::new("demo-origin", "live", "s");
    assert_eq!(first.stream_by_name(name).name(), &"demo-origin/live/s".parse().unwrap());
    assert!("demo-origin/live".parse::<StreamName>().is_err());

    let mut call = Call::new(Signer::new(&credentials("KEY")), Endpoint::default(), close());
    let now = scaleengine::Now::new(UnixTime(1), Duration::ZERO);
    match call.next(now) {
        Step::Send(request) => assert!(request.json().is_some()),
        Step::Wait(_) | Step::Done(_) => panic!("it sends first"),
    }
}

/// A custom command; the derive of `scaleengine` needs no path.
#[derive(scaleengine::Command)]
#[command(name = "upload.start", safety = Unsafe, reason = "each call starts an upload", reply = Document)]
struct StartUpload {
    /// Path of the file.
    #[param(example = "news/today.mp4")]
    path: String,
    extra: scaleengine::Fields,
}

#[tokio::test]
async fn custom_command_is_called_like_any_other() {
    let script = Scripted::always(SUCCESS);
    client(&script).call(StartUpload::new("news/today.mp4")).await.unwrap();
    let sent = script.requests()[0].json().unwrap().into_owned();
    assert!(sent.contains(r#""command":"upload.start""#) && sent.contains(r#""path":"news\/today.mp4""#), "{sent}");
}
