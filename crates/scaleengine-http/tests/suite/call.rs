//! Tests of the state machine, without a socket.

use std::time::Duration;

use http::StatusCode;
use scaleengine_http::{
    Call, CallOptions, ClockSkew, Effect, Endpoint, Error, ErrorKind, FormEncoding, Limits, Now, RetryPolicy, Step,
    TransportError, TransportErrorKind, WireRequest, WireResponse,
};
use scaleengine_proto::{Document, RawCommand, Reply, Safety, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

type AnyCall = Call<Signer, RawCommand>;

fn now(seconds: u64) -> Now {
    Now::new(UnixTime(1_700_000_000), Duration::from_secs(seconds))
}

fn signer() -> Signer {
    Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")))
}

fn call(safety: Safety) -> AnyCall {
    let command = RawCommand::new("c").with_safety(safety);
    Call::new(signer(), Endpoint::default(), command).with_options(CallOptions::default().retry(RetryPolicy::never()))
}

fn done(call: &mut AnyCall) -> Result<Reply<Document>, Error> {
    match call.next(now(9)) {
        Step::Done(outcome) => *outcome,
        other => panic!("{other:?}"),
    }
}

fn answered(safety: Safety, outcome: Result<WireResponse, TransportError>) -> Result<Reply<Document>, Error> {
    let mut call = call(safety);
    assert_eq!(call.effect(), Effect::None);
    assert!(matches!(call.next(now(1)), Step::Send(_)));
    assert_eq!(call.effect(), if safety == Safety::ReadOnly { Effect::None } else { Effect::Unknown });
    call.handle(now(3), outcome);
    assert_eq!((call.elapsed(), call.attempts()), (Duration::from_secs(2), 1));
    let effect = call.effect();
    let outcome = done(&mut call);
    if let Err(error) = &outcome {
        assert_eq!((error.effect(), error.attempts()), (effect, 1));
    }
    outcome
}

/// Checks every row of the table of results: the error and the effect.
#[test]
fn each_result_has_its_effect_and_a_read_only_command_has_none() {
    let response = |status: u16, body: &'static str| Ok(WireResponse::new(StatusCode::from_u16(status).unwrap(), body));
    let failure = r#"{"status":"failure","code":"0006","message":"m"}"#;
    let fault = r#"{"status":"failure","code":"0004","message":"m"}"#;
    let queued = r#"{"status":"failure","code":"0100","message":"m"}"#;
    let busy = r#"{"status":"failure","code":1000,"message":"m"}"#;
    let rows: Vec<(&str, Box<dyn Fn() -> Result<WireResponse, TransportError>>, &str, Effect)> = vec![
        (
            "not sent",
            Box::new(|| Err(TransportError::not_sent(TransportErrorKind::Connect, "x"))),
            "transport",
            Effect::None,
        ),
        (
            "maybe sent",
            Box::new(|| Err(TransportError::maybe_sent(TransportErrorKind::Timeout, "x"))),
            "transport",
            Effect::Unknown,
        ),
        ("too long", Box::new(|| Err(TransportError::body_too_large())), "transport", Effect::Unknown),
        ("failure", Box::new(move || response(200, failure)), "api", Effect::None),
        ("failure in a 500", Box::new(move || response(500, failure)), "api", Effect::None),
        ("fault", Box::new(move || response(200, fault)), "api", Effect::Unknown),
        ("queued", Box::new(move || response(200, queued)), "api", Effect::Unknown),
        ("busy", Box::new(move || response(200, busy)), "api", Effect::None),
        ("a known failure in a 429", Box::new(move || response(429, failure)), "api", Effect::None),
        ("429", Box::new(move || response(429, "")), "status", Effect::None),
        ("404", Box::new(move || response(404, "<html>")), "status", Effect::None),
        ("302", Box::new(move || response(302, "")), "status", Effect::Unknown),
        ("502", Box::new(move || response(502, "<html>")), "status", Effect::Unknown),
        ("HTML", Box::new(move || response(200, "<html>")), "decode", Effect::Unknown),
        ("empty", Box::new(move || response(200, "")), "decode", Effect::Unknown),
        ("odd status", Box::new(move || response(200, r#"{"status":"maybe"}"#)), "decode", Effect::Unknown),
        ("odd status in a 404", Box::new(move || response(404, r#"{"status":"maybe"}"#)), "decode", Effect::Unknown),
    ];
    for (name, outcome, kind, effect) in rows {
        for safety in [Safety::Unsafe, Safety::Idempotent, Safety::ReadOnly] {
            let error = answered(safety, outcome()).unwrap_err();
            let found = match error.kind() {
                ErrorKind::Transport(_) => "transport",
                ErrorKind::Status(_) => "status",
                ErrorKind::Api(_) => "api",
                ErrorKind::Decode(_) => "decode",
                other => panic!("{other:?}"),
            };
            let expected = if safety == Safety::ReadOnly { Effect::None } else { effect };
            assert_eq!((found, error.effect()), (kind, expected), "{name} {safety:?}: {error}");
            assert_eq!(error.response().is_some(), kind != "transport", "{name}: the response is kept");
        }
    }
    let refused = answered(Safety::Unsafe, response(429, failure)).unwrap_err();
    assert!(!refused.is_throttled(), "a known code outranks the status: {refused}");
    let reply = answered(Safety::Unsafe, response(500, r#"{"status":"success","message":"m"}"#)).unwrap();
    assert_eq!(reply.message(), "m");
}

#[test]
fn success_with_unreadable_data_was_executed() {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    #[derive(serde::Serialize)]
    struct Odd;
    impl scaleengine_proto::Command for Odd {
        type Reply = Vec<u8>;
        fn wire_name(&self) -> &str {
            "odd"
        }
        fn safety(&self) -> Safety {
            Safety::Unsafe
        }
    }
    let mut call = Call::new(&signer, Endpoint::default(), Odd);
    assert!(matches!(call.next(now(1)), Step::Send(_)));
    call.handle(now(1), Ok(WireResponse::new(StatusCode::OK, r#"{"status":"success"}"#)));
    let Step::Done(outcome) = call.next(now(1)) else { panic!() };
    assert_eq!(outcome.unwrap_err().effect(), Effect::Applied);
}

#[test]
fn a_call_that_cannot_be_signed_sends_nothing() {
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let mut call = Call::new(&signer, Endpoint::default(), RawCommand::new("c").field("cdn", 1));
    let Step::Done(outcome) = call.next(now(1)) else { panic!() };
    let error = outcome.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Sign(_)));
    assert_eq!((error.effect(), error.attempts()), (Effect::None, 0));
}

/// A driver was dropped with a request in flight, and another one continues.
#[test]
fn an_interrupted_call_ends_instead_of_repeating() {
    let mut call = call(Safety::Unsafe);
    assert!(matches!(call.next(now(1)), Step::Send(_)));
    assert_eq!(call.effect(), Effect::Unknown);
    let error = done(&mut call).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Interrupted));
    assert_eq!(error.effect(), Effect::Unknown);
    assert!(matches!(done(&mut call).unwrap_err().kind(), ErrorKind::Ended));

    // A late response changes nothing.
    call.handle(now(2), Ok(WireResponse::new(StatusCode::OK, r#"{"status":"success"}"#)));
    assert_eq!(call.effect(), Effect::Unknown);
}

#[test]
fn the_request_contains_the_time_of_its_step() {
    let mut call = call(Safety::Unsafe);
    let Step::Send(request) = call.next(now(1)) else { panic!() };
    assert_eq!(request, call.request(UnixTime(1_700_000_000)).unwrap());
    assert!(request.json().unwrap().contains("\"timestamp\":1700000000"));
}

#[test]
fn request_json_returns_the_signed_json() {
    for encoding in [FormEncoding::Multipart, FormEncoding::UrlEncoded] {
        let command = RawCommand::new("c").field("a", "ä/& +\r\n");
        let call = AnyCall::new(signer(), Endpoint::default(), command);
        let call = call.with_options(CallOptions::default().form_encoding(encoding));
        let payload = call.payload(UnixTime(1)).unwrap();
        assert_eq!(call.request(UnixTime(1)).unwrap().json().as_deref(), Some(payload.json()));
        let (endpoint, limits) = (Endpoint::default(), Limits::default());
        let headers = http::HeaderMap::from_iter([(http::header::CONTENT_TYPE, encoding.content_type())]);
        assert_eq!(WireRequest::forwarded(endpoint, headers, "--", limits).json(), None);
    }
}

/// `Retry-After` of HTTP 503 is returned whether or not the command may be repeated.
#[test]
fn retry_after_of_a_failing_server_is_returned() {
    let mut late = http::HeaderMap::new();
    late.insert("retry-after", "9".parse().unwrap());
    let failing = |headers| Ok(WireResponse::new(StatusCode::SERVICE_UNAVAILABLE, "").with_headers(headers));
    let error = answered(Safety::Unsafe, failing(late)).unwrap_err();
    assert_eq!((error.retry_after(), error.effect()), (Some(Duration::from_secs(9)), Effect::Unknown));
    assert_eq!(answered(Safety::Unsafe, failing(http::HeaderMap::new())).unwrap_err().retry_after(), None);
}

#[test]
fn a_retry_after_that_overflows_is_still_a_wait() {
    let mut endless = http::HeaderMap::new();
    endless.insert("retry-after", "99999999999999999999999".parse().unwrap());
    let response = WireResponse::new(StatusCode::TOO_MANY_REQUESTS, "").with_headers(endless);
    let error = answered(Safety::ReadOnly, Ok(response)).unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(u64::MAX))));
}

/// A program that holds back many calls together gets the wait, and each call at once.
#[test]
fn a_throttled_call_returns_the_wait() {
    let mut late = http::HeaderMap::new();
    late.insert("retry-after", "7".parse().unwrap());
    let busy = WireResponse::new(StatusCode::OK, r#"{"status":"failure","code":"1000","message":"m"}"#);
    let limited = |body| WireResponse::new(StatusCode::TOO_MANY_REQUESTS, body);
    let failure = r#"{"status":"failure","message":"m"}"#;
    let seconds = |count| Some(Duration::from_secs(count));
    for (response, hint) in [
        (busy.clone(), seconds(60)),
        (busy.with_headers(late.clone()), seconds(7)),
        (limited(""), None),
        (limited("").with_headers(late.clone()), seconds(7)),
        (limited(failure).with_headers(late), seconds(7)),
    ] {
        for again in [true, false] {
            let options = CallOptions::default().deadline(Duration::from_secs(100)).retry_throttled(again);
            let mut call = call(Safety::ReadOnly).with_options(options);
            assert!(matches!(call.next(now(1)), Step::Send(_)));
            call.handle(now(1), Ok(response.clone()));
            match call.next(now(1)) {
                Step::Wait(wait) => assert!(again && hint.is_none_or(|hint| wait >= hint), "{wait:?}"),
                Step::Done(outcome) => {
                    let error = outcome.unwrap_err();
                    assert!(!again && error.is_throttled(), "{error}");
                    assert_eq!(error.retry_after(), hint);
                }
                Step::Send(request) => panic!("{request:?}"),
            }
        }
    }
}

/// Returns a reply that refuses the timestamp, from a server whose clock is an hour ahead.
fn refused_an_hour_ahead() -> WireResponse {
    let mut headers = http::HeaderMap::new();
    headers.insert("date", "Tue, 14 Nov 2023 23:13:20 GMT".parse().unwrap());
    let body = r#"{"status":"failure","code":"0002","message":"m"}"#;
    WireResponse::new(StatusCode::OK, body).with_headers(headers)
}

#[test]
fn each_of_several_concurrent_calls_corrects_its_clock() {
    let offset = ClockSkew::new();
    let mut calls: Vec<_> = (0..3)
        .map(|_| call(Safety::Unsafe).with_options(CallOptions::default()).with_clock_skew(offset.clone()))
        .collect();
    for call in &mut calls {
        assert!(matches!(call.next(now(1)), Step::Send(_)));
    }
    for call in &mut calls {
        call.handle(now(1), Ok(refused_an_hour_ahead()));
        let Step::Send(request) = call.next(now(1)) else { panic!("the call is signed again") };
        assert_eq!(request, call.request(UnixTime(1_700_003_600)).unwrap());
        call.handle(now(1), Ok(refused_an_hour_ahead()));
        assert!(done(call).is_err(), "the clock is corrected once");
    }
}

#[test]
fn a_call_without_another_attempt_corrects_the_clock_for_the_next_one() {
    let offset = ClockSkew::new();
    let mut call = call(Safety::Unsafe).with_clock_skew(offset.clone());
    assert!(matches!(call.next(now(1)), Step::Send(_)));
    call.handle(now(1), Ok(refused_an_hour_ahead()));
    assert!(done(&mut call).is_err());
    assert_eq!(offset.seconds(), 3600);
}

#[test]
fn a_call_does_not_wait_for_an_attempt_after_the_deadline() {
    let within = |total| call(Safety::Unsafe).with_options(CallOptions::default().deadline(total));
    let error = done(&mut within(Duration::ZERO)).unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::None, 0));

    // The second attempt would need a timestamp in the next second.
    let mut call = within(Duration::from_millis(900));
    assert!(matches!(call.next(now(1)), Step::Send(_)));
    call.handle(now(1), Err(TransportError::not_sent(TransportErrorKind::Connect, "x")));
    let Step::Wait(wait) = call.next(now(1)) else { panic!() };
    let later = Now::new(UnixTime(1_700_000_000), Duration::from_secs(1) + wait);
    assert!(matches!(call.next(later), Step::Done(_)));
}
