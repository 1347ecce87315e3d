//! What every transport has to keep, as a suite that an embedder can run against theirs.
//!
//! [`check`] is for async transports and [`check_blocking`] for blocking ones; each panics at the first thing that is not kept.
//! Both talk to servers on this machine only, in plain HTTP.
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
//!     contract::check(&MyTransport).await;
//! }
//! ```

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join_all, poll_fn};
use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, SecretKey, Signer};

use super::server::{Fault, FaultServer, Response};
use crate::form::Encoding;
use crate::transport::{BlockingTransport, DynTransport, Sent, TransportError, TransportErrorKind};
use crate::wire::{Limits, WireRequest, WireResponse};

/// How long a test waits at most for what is to be cut.
const SHORT: Duration = Duration::from_millis(300);

type Outcome = Result<WireResponse, TransportError>;

/// Checks an async transport, within whichever runtime it needs.
///
/// # Panics
///
/// It does not keep the contract.
pub async fn check(transport: &dyn DynTransport) {
    for case in CASES {
        let prepared = (case.prepare)();
        let mut outcomes = Vec::new();
        for request in prepared.requests {
            outcomes.push(transport.send_dyn(request).await);
        }
        (prepared.judge)(outcomes);
    }
    at_once(transport).await;
    dropped(transport).await;
}

/// Checks a blocking transport.
///
/// # Panics
///
/// It does not keep the contract.
pub fn check_blocking(transport: &dyn BlockingTransport) {
    for case in CASES {
        let prepared = (case.prepare)();
        let outcomes = prepared.requests.into_iter().map(|request| transport.send(request)).collect();
        (prepared.judge)(outcomes);
    }
    let server = FaultServer::plain([Fault::Answer(success())]);
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..MANY {
            scope.spawn(|| {
                assert_eq!(transport.send(request(&server.url(), Limits::default())).unwrap().status.as_u16(), 200);
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!((done.into_inner(), server.requests().len()), (MANY, MANY), "100 calls at once");
}

const MANY: usize = 100;

/// A thing that a transport has to keep: requests that it is given in turn, and the judgement of what came of them.
struct Case {
    prepare: fn() -> Prepared,
}

struct Prepared {
    requests: Vec<WireRequest>,
    judge: Box<dyn FnOnce(Vec<Outcome>) + Send>,
}

impl Prepared {
    fn new(requests: Vec<WireRequest>, judge: impl FnOnce(Vec<Outcome>) + Send + 'static) -> Self {
        Self { requests, judge: Box::new(judge) }
    }
}

const CASES: [Case; 7] = [
    Case { prepare: exact_request },
    Case { prepare: whole_response },
    Case { prepare: capped_body },
    Case { prepare: no_redirect },
    Case { prepare: time_limit },
    Case { prepare: what_may_have_been_sent },
    Case { prepare: reused_connection },
];

fn success() -> Response {
    Response::new(200, r#"{"status":"success"}"#)
}

fn request(url: &str, limits: Limits) -> WireRequest {
    let signer = Signer::new(Account::new("KEY", 158), &SecretKey::new("secret"));
    let command = RawCommand::new("c").field("text", "a/b+c &=é");
    let payload = signer.sign(&command, UnixTime(1_700_000_000)).unwrap();
    WireRequest::new(url.parse().unwrap(), &payload, Encoding::Multipart, limits).unwrap()
}

/// Sends exactly these bytes and headers.
fn exact_request() -> Prepared {
    let server = FaultServer::plain([Fault::Answer(success())]);
    let request = request(&server.url(), Limits::default());
    Prepared::new(vec![request.clone()], move |outcomes| {
        for outcome in outcomes {
            outcome.unwrap();
        }
        let seen = server.requests();
        let [seen] = seen.as_slice() else { panic!("one request is sent once, not {} times", seen.len()) };
        assert_eq!(seen.body, request.body().to_vec(), "the body is sent as it is");
        assert!(seen.head.starts_with("POST /stable/ HTTP/1.1\r\n"), "{}", seen.head);
        let lines = seen.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        for (name, value) in &request.headers() {
            let value = value.to_str().unwrap().to_owned();
            assert!(headers.contains(&(name.as_str().to_owned(), value)), "{name} is sent as it is: {}", seen.head);
        }
        let own = ["host", "content-length", "connection"];
        for (name, value) in headers {
            // That it takes no compressed answers may be said, for that is so.
            let identity = name == "accept-encoding" && value == "identity";
            let known = request.headers().contains_key(name.as_str()) || own.contains(&name.as_str()) || identity;
            assert!(known, "no other header is sent than {own:?}: {name}");
        }
    })
}

/// Returns status, headers and body, whatever the status.
fn whole_response() -> Prepared {
    let body = vec![0xff, 0, b'x'];
    let answer = Response::new(418, body.clone()).header("X-Test", "a").header("Content-Encoding", "gzip");
    let server = FaultServer::plain([Fault::Answer(answer)]);
    let request = request(&server.url(), Limits::default());
    Prepared::new(vec![request], move |outcomes| {
        for response in outcomes {
            let response = response.unwrap();
            assert_eq!((response.status.as_u16(), response.body.to_vec()), (418, body.clone()), "nothing is unpacked");
            assert_eq!(response.headers.get("x-test").unwrap(), "a");
        }
    })
}

/// Caps the body, whether or not its length is told.
fn capped_body() -> Prepared {
    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n";
    let told = FaultServer::plain([Fault::Answer(Response::new(200, "12345678"))]);
    let untold = FaultServer::plain([Fault::Raw(CHUNKED)]);
    let limited = |server: &FaultServer, body| request(&server.url(), Limits { body, ..Limits::default() });
    let requests = vec![limited(&told, 7), limited(&untold, 7), limited(&told, 8), limited(&untold, 8)];
    Prepared::new(requests, move |outcomes| {
        let (short, whole) = outcomes.split_at(2);
        for outcome in short {
            let error = outcome.as_ref().expect_err("a longer body is no response");
            assert_eq!((error.kind(), error.sent()), (TransportErrorKind::BodyTooLarge, Sent::Maybe));
        }
        for outcome in whole {
            assert_eq!(outcome.as_ref().unwrap().body.to_vec(), b"12345678", "a body of just the limit is taken");
        }
    })
}

/// Follows no redirect.
fn no_redirect() -> Prepared {
    let elsewhere = FaultServer::plain([Fault::Answer(success())]);
    let codes = [301, 302, 303, 307, 308];
    let plan = codes.map(|code| Fault::Answer(Response::new(code, "").header("Location", elsewhere.url())));
    let server = FaultServer::plain(plan);
    let requests = codes.map(|_| request(&server.url(), Limits::default())).to_vec();
    Prepared::new(requests, move |outcomes| {
        let statuses: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap().status.as_u16()).collect();
        assert_eq!((statuses.as_slice(), elsewhere.connections()), (codes.as_slice(), 0), "redirects are not followed");
    })
}

/// Honours the time limit, and knows then that the request may have been sent.
fn time_limit() -> Prepared {
    let silent = FaultServer::plain([Fault::HangAfterRead]);
    let dripping = FaultServer::plain([Fault::Drip(success())]);
    let limits = Limits { time: SHORT, ..Limits::default() };
    let requests = vec![request(&silent.url(), limits), request(&dripping.url(), limits)];
    Prepared::new(requests, move |outcomes| {
        for outcome in outcomes {
            let error = outcome.expect_err("the time limit is kept");
            assert_eq!(error.sent(), Sent::Maybe, "{error}");
        }
    })
}

/// Says "not sent" only of what cannot have been sent.
fn what_may_have_been_sent() -> Prepared {
    let faults = [
        Fault::HangBeforeRead,
        Fault::Reset,
        Fault::ResetAfterHeaders(success()),
        Fault::ResetInBody(success()),
        Fault::CloseInBody(success()),
        Fault::Raw(b"nonsense\r\n\r\n"),
    ];
    let servers = faults.map(|fault| FaultServer::plain([fault]));
    let limits = Limits { time: SHORT, ..Limits::default() };
    let requests = servers.iter().map(|server| request(&server.url(), limits)).collect();
    Prepared::new(requests, move |outcomes| {
        for (server, outcome) in servers.iter().zip(outcomes) {
            let error = outcome.err().unwrap_or_else(|| panic!("{server:?} gave no whole response"));
            assert_eq!(error.sent(), Sent::Maybe, "{server:?}: {error}");
        }
    })
}

/// Reuses its connections.
fn reused_connection() -> Prepared {
    let server = FaultServer::plain([Fault::Answer(success())]);
    let requests = (0..10).map(|_| request(&server.url(), Limits::default())).collect();
    Prepared::new(requests, move |outcomes| {
        for outcome in outcomes {
            outcome.unwrap();
        }
        let connections = server.connections();
        // A connection may go back to its pool a moment after the next one was asked for.
        assert!(connections <= 3, "HTTP/1.1 connections are reused: {connections} for 10 requests");
    })
}

/// Serves many at once.
async fn at_once(transport: &dyn DynTransport) {
    let server = FaultServer::plain([Fault::Answer(success())]);
    let calls = (0..MANY).map(|_| transport.send_dyn(request(&server.url(), Limits::default())));
    for outcome in join_all(calls).await {
        assert_eq!(outcome.unwrap().status.as_u16(), 200);
    }
    assert_eq!(server.requests().len(), MANY, "100 calls at once");
}

/// Drops cleanly: what is dropped half-way disturbs nothing that comes after it.
async fn dropped(transport: &dyn DynTransport) {
    let server = FaultServer::plain([Fault::HangAfterRead, Fault::Answer(success())]);
    {
        let mut sending = pin!(transport.send_dyn(request(&server.url(), Limits::default())));
        poll_fn(|context| {
            if server.requests().is_empty() {
                assert!(sending.as_mut().poll(context).is_pending(), "nobody answers");
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }
    let response = transport.send_dyn(request(&server.url(), Limits::default())).await.unwrap();
    assert_eq!(response.status.as_u16(), 200, "a dropped request disturbs nothing");
}
