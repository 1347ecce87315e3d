//! Contract tests for transports, which embedders can run against their own.
//!
//! Every case has a name and is a duty or a quality. A transport that fails a duty must not be
//! used: calls would be lost, repeated or misclassified. A quality makes a transport better, and
//! some stacks cannot have it. [`check`] is for async transports and [`check_blocking`] for
//! blocking ones. Both run every case (dropped requests exist only in async code) against servers
//! on this machine, in plain HTTP/1.1 with chunked bodies and connections that stay open.
//!
//! A transport that ignores the time limit can keep the check from returning, so give the test a
//! limit of its own.
//!
//! ```
//! use scaleengine_http::test_util::contract;
//! # use scaleengine_http::{TransportError, WireRequest, WireResponse};
//! # struct MyTransport;
//! # impl scaleengine_http::Transport for MyTransport {
//! #     async fn send(&self, _: WireRequest) -> Result<WireResponse, TransportError> { unreachable!() }
//! # }
//!
//! async fn my_transport_keeps_the_contract() {
//!     let report = contract::check(&MyTransport).await;
//!     println!("{report}");
//!     report.duties().unwrap();
//! }
//! ```

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join_all, poll_fn};
use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

use super::server::{Behavior, CannedResponse, LONGEST_HANG, TestServer};
use crate::clock::Clock as _;
use crate::options::{FormEncoding, Limits};
use crate::system::SystemClock;
use crate::transport::{BlockingTransport, DynTransport, Sent, TransportError, TransportErrorKind};
use crate::wire::{WireRequest, WireResponse};

mod report;

pub use report::{Case, Report, Requirement, Violation};

/// The timeout of a request that is meant to time out.
const SHORT: Duration = Duration::from_millis(300);

type Outcome = Result<WireResponse, TransportError>;

/// The result of a check: the error is the reason why the case fails.
type Kept<T = ()> = Result<T, String>;

fn keeps(kept: bool, what: impl FnOnce() -> String) -> Kept {
    if kept { Ok(()) } else { Err(what()) }
}

/// Returns the response that a case requires.
fn response(outcome: Outcome) -> Kept<WireResponse> {
    outcome.map_err(|error| format!("the server sent a complete response, but the transport reported: {error}"))
}

/// Returns the error that a case requires.
fn error(outcome: Outcome, what: &str) -> Kept<TransportError> {
    match outcome {
        Ok(response) => Err(format!("{what}, but the transport returned a response: HTTP {}", response.status)),
        Err(error) => Ok(error),
    }
}

/// Checks an async transport, within whichever runtime it needs.
pub async fn check(transport: &dyn DynTransport) -> Report {
    let mut report = Report { cases: Vec::new() };
    for (name, requirement, prepare) in CASES {
        let kept = match prepare() {
            Err(why) => Err(why),
            Ok(prepared) => {
                let mut outcomes = Vec::new();
                for request in prepared.requests {
                    outcomes.push(transport.send_dyn(request).await);
                }
                (prepared.judge)(outcomes)
            }
        };
        report.add(name, requirement, kept);
    }
    report.add(AT_ONCE, Requirement::Quality, at_once(transport).await);
    report.add("dropped-request", Requirement::Duty, dropped(transport).await);
    report
}

/// Checks a blocking transport.
pub fn check_blocking(transport: &dyn BlockingTransport) -> Report {
    let mut report = Report { cases: Vec::new() };
    for (name, requirement, prepare) in CASES {
        let kept = prepare().and_then(|prepared| {
            let outcomes = prepared.requests.into_iter().map(|request| transport.send(request)).collect();
            (prepared.judge)(outcomes)
        });
        report.add(name, requirement, kept);
    }
    report.add(AT_ONCE, Requirement::Quality, at_once_blocking(transport));
    report
}

const AT_ONCE: &str = "many-at-once";

/// A case: requests to send in turn, and a function that judges their results.
type Prepare = fn() -> Kept<Prepared>;

struct Prepared {
    requests: Vec<WireRequest>,
    judge: Box<dyn FnOnce(Vec<Outcome>) -> Kept + Send>,
}

impl Prepared {
    fn new(requests: Vec<WireRequest>, judge: impl FnOnce(Vec<Outcome>) -> Kept + Send + 'static) -> Self {
        Self { requests, judge: Box::new(judge) }
    }
}

const CASES: [(&str, Requirement, Prepare); 11] = [
    ("request-as-it-is", Requirement::Duty, exact_request),
    ("response-as-it-is", Requirement::Duty, whole_response),
    ("body-limit", Requirement::Duty, capped_body),
    ("no-redirect", Requirement::Duty, no_redirect),
    ("time-limit", Requirement::Duty, time_limit),
    ("may-have-been-sent", Requirement::Duty, what_may_have_been_sent),
    ("no-retry", Requirement::Duty, no_retry),
    ("stale-connection", Requirement::Duty, stale_connection),
    ("not-sent", Requirement::Quality, not_sent),
    ("no-headers-added", Requirement::Quality, no_headers_added),
    ("connections-reused", Requirement::Quality, reused_connection),
];

fn success() -> CannedResponse {
    CannedResponse::new(200, r#"{"status":"success"}"#)
}

fn server(plan: impl IntoIterator<Item = Behavior>) -> Kept<TestServer> {
    TestServer::plain(plan).map_err(|error| format!("the suite could not start a server: {error}"))
}

fn request(url: &str, limits: Limits) -> Kept<WireRequest> {
    let unmade = |error: &dyn std::fmt::Display| format!("the suite could not create a request: {error}");
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new("secret")));
    let command = RawCommand::new("c").field("text", "a/b+c &=é");
    let payload = signer.sign(&command, UnixTime(1_700_000_000)).map_err(|error| unmade(&error))?;
    let endpoint = url.parse().map_err(|error: crate::EndpointError| unmade(&error))?;
    WireRequest::new(endpoint, &payload, FormEncoding::Multipart, limits).map_err(|error| unmade(&error))
}

/// Requires that exactly these bytes and headers are sent, once. `User-Agent` may be the client's
/// own.
fn exact_request() -> Kept<Prepared> {
    let server = server([Behavior::Answer(success())])?;
    let request = request(&server.url(), Limits::default())?;
    Ok(Prepared::new(vec![request.clone()], move |outcomes| {
        outcomes.into_iter().try_for_each(|outcome| response(outcome).map(drop))?;
        let requests = server.requests();
        let [seen] = requests.as_slice() else {
            return Err(format!("one request was sent {} times", requests.len()));
        };
        keeps(seen.body == request.body()[..], || "the body was changed".to_owned())?;
        keeps(seen.head.starts_with("POST /stable/ HTTP/1."), || format!("wrong request line: {}", seen.head))?;
        let headers = headers(&seen.head);
        for (name, value) in request.headers().iter().filter(|(name, _)| *name != http::header::USER_AGENT) {
            let sent = headers.iter().any(|(own, sent)| own == name.as_str() && sent.as_bytes() == value.as_bytes());
            keeps(sent, || format!("the header {name} did not arrive unchanged: {}", seen.head))?;
        }
        Ok(())
    }))
}

/// Requires that only headers of the transfer are added. Some stacks add others on purpose, such as
/// `traceparent`.
fn no_headers_added() -> Kept<Prepared> {
    let server = server([Behavior::Answer(success())])?;
    let request = request(&server.url(), Limits::default())?;
    Ok(Prepared::new(vec![request.clone()], move |outcomes| {
        outcomes.into_iter().try_for_each(|outcome| response(outcome).map(drop))?;
        for (name, value) in server.requests().iter().flat_map(|seen| headers(&seen.head)) {
            // `Accept-Encoding: identity` is allowed, since compressed responses are not accepted.
            let identity = name == "accept-encoding" && value == "identity";
            let own = ["host", "content-length", "connection", "user-agent"].contains(&name.as_str()) || identity;
            keeps(own || request.headers().contains_key(name.as_str()), || format!("the header {name} was added"))?;
        }
        Ok(())
    }))
}

/// Returns the headers of a head, with names in lower case.
fn headers(head: &str) -> Vec<(String, String)> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect()
}

/// Requires that a request is sent once, even if the server reads it and then closes a connection
/// that served an earlier one.
fn no_retry() -> Kept<Prepared> {
    let server = server([Behavior::Answer(success()), Behavior::Reset, Behavior::Answer(success())])?;
    let requests = (0..2).map(|_| request(&server.url(), Limits::default())).collect::<Kept<_>>()?;
    Ok(Prepared::new(requests, move |mut outcomes| {
        let seen = server.requests().len();
        keeps(seen <= 2, || format!("2 requests were sent {seen} times in all: the lost one was sent again"))?;
        let lost = outcomes.pop().unwrap_or_else(|| Err(TransportError::body_too_large()));
        may_have_been_sent(&error(lost, "the connection broke after the request was read")?, "a request that was read")
    }))
}

/// Requires that after the server closed an idle connection, the next request arrives once, or its
/// error does not claim that it was not sent.
fn stale_connection() -> Kept<Prepared> {
    let server = server([Behavior::AnswerAndClose(success())])?;
    let requests = (0..20).map(|_| request(&server.url(), Limits::default())).collect::<Kept<Vec<_>>>()?;
    let count = requests.len();
    Ok(Prepared::new(requests, move |outcomes| {
        let seen = server.requests().len();
        let answered = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let denied =
            outcomes.iter().filter(|outcome| matches!(outcome, Err(error) if error.sent() == Sent::No)).count();
        keeps((1..=seen).contains(&answered), || format!("{answered} requests got a response, but {seen} arrived"))?;
        keeps(seen + denied <= count, || {
            format!("{denied} of {count} requests were reported as not sent, but {seen} arrived")
        })
    }))
}

/// Requires that a request without a connection counts as not sent, whether connecting fails at
/// once or times out.
fn not_sent() -> Kept<Prepared> {
    let full = TestServer::full().map_err(|error| format!("the suite could not start a server that hangs: {error}"))?;
    let limits = Limits::default().timeout(SHORT);
    let requests = vec![request(TestServer::NOBODY, Limits::default())?, request(&full.url(), limits)?];
    Ok(Prepared::new(requests, move |outcomes| {
        let whats = ["the port is closed", "the server accepts no connection"];
        for (outcome, what) in outcomes.into_iter().zip(whats) {
            let error = error(outcome, what)?;
            keeps(error.sent() == Sent::No, || format!("{what}, but the error is not \"not sent\": {error}"))?;
        }
        keeps(full.is_full(), || "the suite's server accepted connections".to_owned())
    }))
}

/// Requires that status, headers and body are returned, whatever the status.
fn whole_response() -> Kept<Prepared> {
    const BODY: [u8; 3] = [0xff, 0, b'x'];
    let answer = CannedResponse::new(418, BODY).header("X-Test", "a").header("Content-Encoding", "gzip");
    let server = server([Behavior::Answer(answer)])?;
    Ok(Prepared::new(vec![request(&server.url(), Limits::default())?], |outcomes| {
        for outcome in outcomes {
            let WireResponse { status, headers, body } = response(outcome)?;
            keeps(status.as_u16() == 418, || format!("the status was changed from 418 to {status}"))?;
            keeps(body[..] == BODY, || "the body of the response was changed".to_owned())?;
            keeps(headers.get("x-test").is_some_and(|value| value == "a"), || {
                "a header of the response is missing".to_owned()
            })?;
        }
        Ok(())
    }))
}

/// Requires that the body is limited, with and without `Content-Length`.
fn capped_body() -> Kept<Prepared> {
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n";
    let told = server([Behavior::Answer(CannedResponse::new(200, "12345678"))])?;
    let untold = server([Behavior::Raw(CHUNKED)])?;
    let limited = |server: &TestServer, max_body| request(&server.url(), Limits::default().max_body(max_body));
    let requests = vec![limited(&told, 7)?, limited(&untold, 7)?, limited(&told, 8)?, limited(&untold, 8)?];
    Ok(Prepared::new(requests, |outcomes| {
        for (index, outcome) in outcomes.into_iter().enumerate() {
            if index < 2 {
                let error = error(outcome, "the body is longer than its limit")?;
                let told = error.kind() == TransportErrorKind::BodyTooLarge && error.sent() == Sent::Maybe;
                keeps(told, || format!("a body that is too long was reported as: {error}"))?;
            } else {
                keeps(response(outcome)?.body[..] == *b"12345678", || {
                    "a body of exactly the limit was changed".to_owned()
                })?;
            }
        }
        Ok(())
    }))
}

/// Requires that no redirect is followed.
fn no_redirect() -> Kept<Prepared> {
    const CODES: [u16; 5] = [301, 302, 303, 307, 308];
    let elsewhere = server([Behavior::Answer(success())])?;
    let plan = CODES.map(|code| Behavior::Answer(CannedResponse::new(code, "").header("Location", elsewhere.url())));
    let server = server(plan)?;
    let requests = CODES.iter().map(|_| request(&server.url(), Limits::default())).collect::<Kept<_>>()?;
    Ok(Prepared::new(requests, move |outcomes| {
        for (outcome, code) in outcomes.into_iter().zip(CODES) {
            let status = response(outcome)?.status;
            keeps(status.as_u16() == code, || format!("a redirect with HTTP {code} was returned as {status}"))?;
        }
        keeps(elsewhere.connections() == 0, || "a redirect was followed".to_owned())
    }))
}

/// Requires that the timeout is enforced, and that the request then counts as possibly sent.
fn time_limit() -> Kept<Prepared> {
    let silent = server([Behavior::HangAfterRead])?;
    let dripping = server([Behavior::Drip(success())])?;
    let limits = Limits::default().timeout(SHORT);
    let requests = vec![request(&silent.url(), limits)?, request(&dripping.url(), limits)?];
    let (clock, began) = (SystemClock::default(), SystemClock::default().now().mono);
    Ok(Prepared::new(requests, move |outcomes| {
        // The server closes a connection that hangs, so that a transport without a limit ends here
        // too.
        let elapsed = clock.now().mono.saturating_sub(began);
        keeps(elapsed < LONGEST_HANG, || format!("two requests with a limit of {SHORT:?} took {elapsed:.1?}"))?;
        for outcome in outcomes {
            may_have_been_sent(&error(outcome, "the timeout has passed")?, "a request that timed out")?;
        }
        Ok(())
    }))
}

fn may_have_been_sent(error: &TransportError, what: &str) -> Kept {
    keeps(error.sent() == Sent::Maybe, || format!("{what} may have been sent, but the error is \"not sent\": {error}"))
}

/// Requires that a request counts as not sent only if it cannot have been sent.
fn what_may_have_been_sent() -> Kept<Prepared> {
    let faults = [
        Behavior::HangBeforeRead,
        Behavior::Reset,
        Behavior::ResetAfterHeaders(success()),
        Behavior::ResetInBody(success()),
        Behavior::CloseInBody(success()),
        Behavior::Raw(b"nonsense\r\n\r\n"),
    ];
    let limits = Limits::default().timeout(SHORT);
    let requests = faults.iter().map(|fault| request(&server([fault.clone()])?.url(), limits));
    Ok(Prepared::new(requests.collect::<Kept<_>>()?, move |outcomes| {
        for (fault, outcome) in faults.iter().zip(outcomes) {
            let what = format!("{fault:?}");
            may_have_been_sent(&error(outcome, &what)?, &what)?;
        }
        Ok(())
    }))
}

/// Requires that connections are reused.
fn reused_connection() -> Kept<Prepared> {
    let server = server([Behavior::Answer(success())])?;
    let requests = (0..10).map(|_| request(&server.url(), Limits::default())).collect::<Kept<_>>()?;
    Ok(Prepared::new(requests, move |outcomes| {
        for outcome in outcomes {
            response(outcome)?;
        }
        let connections = server.connections();
        // A connection may return to the pool just after the next request needed one.
        keeps(connections <= 3, || format!("10 requests in a row used {connections} connections"))
    }))
}

const MANY: usize = 100;

/// Requires that many concurrent requests succeed.
async fn at_once(transport: &dyn DynTransport) -> Kept {
    let server = server([Behavior::Answer(success())])?;
    let requests = (0..MANY).map(|_| request(&server.url(), Limits::default())).collect::<Kept<Vec<_>>>()?;
    let outcomes = join_all(requests.into_iter().map(|request| transport.send_dyn(request))).await;
    let whole = |outcome: &Outcome| outcome.as_ref().is_ok_and(|response| response.status == http::StatusCode::OK);
    all_at_once(outcomes.iter().filter(|outcome| whole(outcome)).count(), &server)
}

fn at_once_blocking(transport: &dyn BlockingTransport) -> Kept {
    let server = server([Behavior::Answer(success())])?;
    let requests = (0..MANY).map(|_| request(&server.url(), Limits::default())).collect::<Kept<Vec<_>>>()?;
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for request in requests {
            scope.spawn(|| {
                let whole = transport.send(request).is_ok_and(|response| response.status == http::StatusCode::OK);
                done.fetch_add(usize::from(whole), Ordering::Relaxed);
            });
        }
    });
    all_at_once(done.into_inner(), &server)
}

fn all_at_once(answered: usize, server: &TestServer) -> Kept {
    let served = server.requests().len();
    keeps((answered, served) == (MANY, MANY), || {
        format!("of {MANY} concurrent requests, {served} reached the server and {answered} got a response")
    })
}

/// Requires that a request dropped in flight does not disturb the next one.
async fn dropped(transport: &dyn DynTransport) -> Kept {
    let server = server([Behavior::HangAfterRead, Behavior::Answer(success())])?;
    let first = request(&server.url(), Limits::default())?;
    {
        let mut sending = pin!(transport.send_dyn(first));
        let answered = poll_fn(|context| {
            if !server.requests().is_empty() {
                return Poll::Ready(false);
            }
            context.waker().wake_by_ref();
            if sending.as_mut().poll(context).is_ready() { Poll::Ready(true) } else { Poll::Pending }
        });
        keeps(!answered.await, || "the request ended before the server responded".to_owned())?;
    }
    let outcome = transport.send_dyn(request(&server.url(), Limits::default())?).await;
    let status = response(outcome)?.status;
    keeps(status == http::StatusCode::OK, || format!("after a dropped request, the next one returned HTTP {status}"))
}
