//! Tests of the workflows without a socket: the order of their requests, and their results.

use std::collections::VecDeque;
use std::error::Error as _;
use std::time::Duration;

use http::StatusCode;
use scaleengine_http::workflow::shutdown::{Progress, ShutdownReport};
use scaleengine_http::workflow::{
    IssueTicket, Lockout, Shutdown, ShutdownError, StreamName, ViewingTicket, random_password,
};
use scaleengine_http::{
    Call, CallOptions, CallSettings, Clock, Effect, Endpoint, Machine as _, Now, Sleep, SleepFuture, Step,
    TransportError, TransportErrorKind, WireRequest, WireResponse, drive_blocking, transport,
};
use scaleengine_proto::param::IpRule;
use scaleengine_proto::param::Pattern;
use scaleengine_proto::{UnixTime, sevu};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

type Outcome = Result<WireResponse, TransportError>;

const NOW: UnixTime = UnixTime(1_700_000_000);

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Now {
        Now::new(NOW, Duration::ZERO)
    }
}

impl Sleep for Fixed {
    fn sleep(&self, _: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }

    fn sleep_blocking(&self, _: Duration) {}
}

fn signer() -> Signer {
    Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")))
}

fn shutdown(lockout: Lockout) -> Shutdown<Signer> {
    let stream = StreamName::new("demo-origin", "live", "s").origin_url("o.example");
    // One attempt each: retries are tested with calls.
    let mut settings = CallSettings::new(signer(), Endpoint::default());
    settings.options = CallOptions::default().max_attempts(1);
    Shutdown::new(settings, &stream, lockout)
}

fn json(body: &'static str) -> WireResponse {
    WireResponse::new(StatusCode::OK, body)
}

#[expect(clippy::unnecessary_wraps, reason = "an outcome like the others")]
fn success() -> Outcome {
    Ok(json(r#"{"status":"success"}"#))
}

#[expect(clippy::unnecessary_wraps, reason = "an outcome like the others")]
fn failure() -> Outcome {
    Ok(json(r#"{"status":"failure","message":"no"}"#))
}

#[expect(clippy::unnecessary_wraps, reason = "an outcome like the others")]
fn queued() -> Outcome {
    Ok(json(r#"{"status":"success","code":"0100","message":"Your Operation has been queued"}"#))
}

fn lost() -> Outcome {
    Err(TransportError::maybe_sent(TransportErrorKind::Timeout, "lost"))
}

/// Runs a shutdown with these results in order; returns its requests and its result.
fn run(
    lockout: Lockout,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> (Vec<String>, Result<ShutdownReport, ShutdownError>) {
    let (sent, ended, _) = run_twice(lockout, outcomes);
    (sent, ended)
}

/// Runs a shutdown, and runs it again after its end; the last value is the progress of the second
/// run.
fn run_twice(
    lockout: Lockout,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> (Vec<String>, Result<ShutdownReport, ShutdownError>, Progress) {
    let script = std::sync::Mutex::new((outcomes.into_iter().collect::<VecDeque<_>>(), Vec::new()));
    let transport = transport::from_blocking_fn(|request: WireRequest| {
        let mut script = script.lock().unwrap();
        script.1.push(String::from_utf8(request.body().to_vec()).unwrap());
        script.0.pop_front().unwrap()
    });
    let mut machine = shutdown(lockout);
    let ended = drive_blocking(&mut machine, &transport, &Fixed, &Fixed);
    let progress = machine.progress();
    let again = drive_blocking(&mut machine, &transport, &Fixed, &Fixed).unwrap_err();
    assert_eq!(again.progress(), progress);
    let (left, sent) = script.into_inner().unwrap();
    assert!(left.is_empty(), "every result is used");
    (sent, ended, progress)
}

#[test]
fn a_shutdown_locks_out_before_it_closes() {
    let close = r#""command":"stream.close""#;
    for (lockout, first) in [
        (
            Lockout::remove("u"),
            r#""command":"sevu.removestreamuser","api_key":"KEY","timestamp":1700000000,"cdn":158,"app":"demo-origin","stream":"s","user":"u","signature""#,
        ),
        (Lockout::remove_id("7"), r#""cdn":158,"streamuser_id":"7","signature""#),
        (Lockout::remove("u").registered_for(Pattern::any()), r#""stream":"*","user":"u""#),
        (Lockout::new_password("u", "p"), r#""command":"sevu.addstreamuser""#),
        (Lockout::new_password("u", "p"), r#""app":"demo-origin","stream":"s","user":"u","pass":"p","signature""#),
    ] {
        let (sent, ended) = run(lockout, [success(), success()]);
        ended.unwrap();
        let [lockout, closed] = sent.as_slice() else { panic!("{sent:?}") };
        assert!(lockout.contains(first), "{lockout}");
        let name = r#""app":"demo-origin","inst":"live","stream":"s","origin_url":"o.example","signature""#;
        assert!(closed.contains(close) && closed.contains(name), "{closed}");
    }
}

/// Checks each incomplete shutdown and its message.
#[test]
fn the_error_of_a_shutdown_names_its_progress() {
    use Effect::{Applied, None, Unknown};
    type Row = (Vec<Outcome>, Effect, Effect, &'static str, [bool; 2]);
    let rows: Vec<Row> = vec![
        (vec![failure()], None, None, "was not locked out and the stream was not closed", [true, false]),
        (vec![lost(), success()], Unknown, Applied, "the encoder may reconnect", [true, false]),
        (vec![lost(), failure()], Unknown, None, "may have been locked out; the stream was not closed", [true, true]),
        (vec![lost(), lost()], Unknown, Unknown, "locked out and the stream may have been closed", [true, true]),
        (vec![success(), failure()], Applied, None, "was locked out, but the stream was not closed", [false, true]),
        (vec![success(), lost()], Applied, Unknown, "was locked out; the stream may have been closed", [false, true]),
        (vec![queued(), success()], Unknown, Applied, "the encoder may reconnect", [true, false]),
        (vec![success(), queued()], Applied, Unknown, "the stream may have been closed", [false, true]),
    ];
    for (outcomes, lockout, close, words, [lockout_failed, close_failed]) in rows {
        let (_, ended, again) = run_twice(Lockout::remove_id("7"), outcomes);
        let error = ended.unwrap_err();
        assert_eq!(again, error.progress(), "the progress stays after the end");
        let Progress { lockout: locked, close: closed, .. } = error.progress();
        assert_eq!((locked, closed, error.effect()), (lockout, close, lockout.max(close)), "{error}");
        assert_eq!([error.lockout().is_some(), error.close().is_some()], [lockout_failed, close_failed]);
        assert!(error.to_string().contains(words), "{error}");
        assert!(!error.to_string().contains(&error.source().unwrap().to_string()), "the source is not repeated");
    }

    // The publisher is not locked out if the close cannot be signed.
    let stream = StreamName::new("a", "i".repeat(9 << 20), "s");
    let mut machine = Shutdown::new(CallSettings::new(signer(), Endpoint::default()), &stream, Lockout::remove("u"));
    let Step::Done(ended) = machine.next(Fixed.now()) else { panic!("a request is sent") };
    assert_eq!((ended.unwrap_err().effect(), machine.effect()), (None, None));
}

#[test]
fn a_shutdown_dropped_halfway_returns_its_progress() {
    use Effect::{Applied, None, Unknown};
    let now = Fixed.now();
    let mut machine = shutdown(Lockout::remove_id("7"));
    assert_eq!(machine.effect(), None);
    assert!(matches!(machine.next(now), Step::Send(_)));
    assert_eq!(machine.effect(), Unknown);
    machine.handle(now, success());
    assert_eq!((machine.progress().lockout, machine.progress().close), (Applied, None));
    assert!(matches!(machine.next(now), Step::Send(_)));
    assert_eq!(machine.progress().to_string(), "the publisher was locked out; the stream may have been closed");

    // Another driver continues: the close is not sent a second time.
    let Step::Done(ended) = machine.next(now) else { panic!() };
    assert_eq!(ended.unwrap_err().progress(), machine.progress());
}

fn issued(key: &str, pass: &str) -> ViewingTicket {
    let request = sevu::Request::new("app", "video", pass, IpRule::auto(), 5);
    let expires = Some(jiff::civil::date(2023, 11, 14).at(23, 13, 20, 0).into());
    let call = Call::new(signer(), Endpoint::default(), request);
    let body = serde_json::json!({ "status": "success", "ticket": { "key": key, "pass": pass } }).to_string();
    let answer = move |_: WireRequest| Ok::<_, std::io::Error>(WireResponse::new(StatusCode::OK, body.clone()));
    drive_blocking(&mut IssueTicket::new(call, expires), &transport::from_blocking_fn(answer), &Fixed, &Fixed).unwrap()
}

#[test]
fn a_ticket_is_appended_to_an_address() {
    let ticket = issued("mystream.53ffc996dd39d5.39102367", "a b&c/é+");
    let query = "key=mystream.53ffc996dd39d5.39102367&pass=a%20b%26c%2F%C3%A9%2B";
    for (address, expected) in [
        ("https://x.example/p.m3u8", format!("https://x.example/p.m3u8?{query}")),
        ("https://x.example/p.m3u8?", format!("https://x.example/p.m3u8?{query}")),
        ("https://x.example/p.m3u8?a=b", format!("https://x.example/p.m3u8?a=b&{query}")),
        ("https://x.example/p.m3u8?a=b&", format!("https://x.example/p.m3u8?a=b&{query}")),
        ("https://x.example/p#t=7?", format!("https://x.example/p?{query}#t=7?")),
    ] {
        assert_eq!(ticket.playback_address(address), expected);
    }
    assert!(!format!("{ticket:?}").contains("53ffc996"));
}

#[test]
fn a_ticket_returns_its_time_left() {
    let ticket = issued("k.1.2", "p");
    assert_eq!(ticket.time_left(NOW), Some(Duration::from_secs(3600)));
    assert_eq!(ticket.time_left(UnixTime(1_700_003_600)), Some(Duration::ZERO));
    assert_eq!(ticket.time_left(UnixTime(i64::MIN)), Some(Duration::from_secs(i64::MAX as u64)));
    assert_eq!(ticket.time_left(UnixTime(i64::MAX)), Some(Duration::ZERO));
}

#[test]
fn passwords_are_random_and_need_no_escaping_in_an_address() {
    let made: std::collections::BTreeSet<_> = (0..64).map(|_| random_password().unwrap().expose().to_owned()).collect();
    assert_eq!(made.len(), 64, "no two are the same");
    assert!(
        made.iter().all(|own| own.len() == 20 && own.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()))
    );
    let letters: std::collections::BTreeSet<_> = made.iter().flat_map(|own| own.bytes()).collect();
    assert_eq!(letters.len(), 32, "each letter of the alphabet occurs");
}
