//! The fault matrix: each row is a fault and the expected result of a call. `cargo xtask faults`
//! prints the observed results.

use std::time::Duration;

use scaleengine_http::test_util::{Behavior, CannedResponse};

use Behavior::{
    Answer, CloseInBody, CutHandshake, Drip, HangAfterRead, HangBeforeRead, Raw, Reset, ResetAfterHeaders, ResetInBody,
    WrongLength,
};
use Effect::{Applied, None, Unknown};
use scaleengine_http::Effect;

/// The server that a request is sent to.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Server {
    Plain,
    Nobody,
    /// A server that accepts no more connections.
    Full,
    /// An explicit proxy, which responds to CONNECT according to the plan.
    Proxy,
    /// A server on another machine, behind the environment's proxy, which refuses.
    BehindProxy,
    Tls(Certificate),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Certificate {
    Good,
    Expired,
    SelfSigned,
    WrongHost,
}

/// The end of a call for one safety: the number of attempts and the effect.
pub(super) type End = (u32, Effect);

/// The ends of a call for read-only, idempotent and unsafe commands.
pub(super) type Ends = [End; 3];

/// Retried for any command: it was not executed.
const AGAIN: Ends = [(3, None); 3];
/// Not retried: the result would be the same. The command was not executed.
pub(super) const STOP: Ends = [(1, None); 3];
/// Retried if the command is safe to repeat.
const HARMLESS: Ends = [(3, None), (3, Unknown), (1, Unknown)];
/// Not retried; the effect is unknown.
const LOST: Ends = [(1, None), (1, Unknown), (1, Unknown)];
/// Succeeds at the second attempt, for any command.
const SECOND: Ends = [(2, None), (2, Applied), (2, Applied)];
/// Succeeds at the third attempt, for any command.
const THIRD: Ends = [(3, None), (3, Applied), (3, Applied)];
/// Succeeds at the second attempt, if the command is safe to repeat.
const SECOND_IF_HARMLESS: Ends = [(2, None), (2, Applied), (1, Unknown)];

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) server: Server,
    pub(super) plan: Vec<Behavior>,
    /// The kind of the last attempt's error, or `success`, with hyper, reqwest and ureq.
    pub(super) kind: [&'static str; 3],
    pub(super) ends: Ends,
    /// The ends with a tower service whose errors are not classified: all of them count as maybe
    /// sent.
    pub(super) unclassified: Ends,
    /// The waits between the attempts, in milliseconds, for read-only commands.
    pub(super) waits: &'static [u64],
    /// The timeout of an attempt.
    pub(super) limit: Duration,
    /// The deadline of the call.
    pub(super) total: Duration,
    /// The connect timeout.
    pub(super) connect: Duration,
}

impl Row {
    /// With an unclassified tower service, the request may have been sent.
    fn unsorted(self) -> Self {
        Self { unclassified: HARMLESS, ..self }
    }

    /// A tower service cannot report that nothing was sent, and the call ends with its first
    /// attempt.
    fn lost(self) -> Self {
        Self { unclassified: LOST, ..self }
    }
}

/// Half of 0.5 s and half of 1 s, each followed by a wait for the next second.
const BACK_OFF: &[u64] = &[250, 1000, 500, 1000];

pub(super) const NOW: i64 = 1_700_000_000;
/// `NOW` plus two hours.
const TWO_HOURS_LATER: &str = "Wed, 15 Nov 2023 00:13:20 GMT";
const THE_SAME_TIME: &str = "Tue, 14 Nov 2023 22:13:21 GMT";

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn rows() -> Vec<Row> {
    use Certificate::{Expired, Good, SelfSigned, WrongHost};
    use Server::{BehindProxy, Full, Nobody, Plain, Proxy, Tls};

    let row = |name, plan: Vec<Behavior>, kind: &'static str, ends: Ends| Row {
        name,
        server: Plain,
        plan,
        kind: [kind; 3],
        ends,
        unclassified: ends,
        waits: if ends[0].0 == 3 { BACK_OFF } else { &[] },
        limit: Duration::from_secs(20),
        total: Duration::from_secs(30),
        connect: Duration::from_secs(10),
    };
    let short = Duration::from_millis(200);
    let json = |body: &str| CannedResponse::new(200, body);
    let success = || json(r#"{"status":"success"}"#);
    let failure = |code: &str| json(&format!(r#"{{"status":"failure","code":"{code}","message":"m"}}"#));
    // Long enough for a busy machine.
    let hang = |row: Row| Row { limit: Duration::from_millis(500), ..row };
    // The deadline of the call is short.
    let deadline = |row: Row| Row { total: short, ..row };
    let at = |server, row: Row| Row { server, ..row };
    let unclassified = |row: Row| Row { unclassified: HARMLESS, ..row };
    let waiting = |waits, row: Row| Row { waits, ..row };

    vec![
        // Not sent.
        unclassified(at(Nobody, row("connection refused", vec![], "connect", AGAIN))),
        unclassified(at(Tls(Good), row("TLS handshake cut", vec![CutHandshake], "connect", AGAIN))),
        unclassified(at(Tls(Expired), row("certificate expired", vec![Answer(success())], "certificate", STOP))),
        unclassified(at(Tls(SelfSigned), row("certificate self-signed", vec![Answer(success())], "certificate", STOP))),
        unclassified(at(
            Tls(WrongHost),
            row("certificate of another host", vec![Answer(success())], "certificate", STOP),
        )),
        at(BehindProxy, row("proxy refuses", vec![], "proxy", STOP)),
        at(Proxy, row("proxy asks for a password", vec![Answer(CannedResponse::new(407, ""))], "proxy", STOP)),
        at(Proxy, row("proxy answers 502", vec![Answer(CannedResponse::new(502, "<html>"))], "proxygateway", AGAIN)),
        at(Proxy, row("proxy answers 503", vec![Answer(CannedResponse::new(503, ""))], "proxygateway", AGAIN)),
        at(Proxy, row("proxy answers 504", vec![Answer(CannedResponse::new(504, ""))], "proxygateway", AGAIN)),
        // Never connected, whichever ends it: connect timeout, timeout or deadline.
        Row { connect: short, ..at(Full, row("full backlog, connect timeout", vec![], "timeout", AGAIN)) }.unsorted(),
        hang(at(Full, row("full backlog, timeout", vec![], "timeout", AGAIN))).unsorted(),
        deadline(at(Full, row("full backlog, deadline", vec![], "timeout", STOP))).lost(),
        Row {
            connect: short,
            ..at(Tls(Good), row("silent TLS peer, connect timeout", vec![HangBeforeRead], "timeout", AGAIN))
        }
        .unsorted(),
        hang(at(Tls(Good), row("silent TLS peer, timeout", vec![HangBeforeRead], "timeout", AGAIN))).unsorted(),
        deadline(at(Tls(Good), row("silent TLS peer, deadline", vec![HangBeforeRead], "timeout", STOP))).lost(),
        // Sent, or possibly sent, without a complete response.
        hang(row("hang before the request is read", vec![HangBeforeRead], "timeout", HARMLESS)),
        hang(row("hang after the request is read", vec![HangAfterRead], "timeout", HARMLESS)),
        hang(row("slow drip", vec![Drip(success())], "timeout", HARMLESS)),
        row("reset before the headers", vec![Reset], "broken", HARMLESS),
        row("reset after the headers", vec![ResetAfterHeaders(success())], "broken", HARMLESS),
        row("reset in the body", vec![ResetInBody(success())], "broken", HARMLESS),
        row("close in the body", vec![CloseInBody(success())], "broken", HARMLESS),
        row("garbage", vec![Raw(b"garbage\r\n\r\n")], "broken", HARMLESS),
        at(Tls(Good), row("reset over TLS", vec![Reset], "broken", HARMLESS)),
        row("9 MiB", vec![Answer(CannedResponse::new(200, vec![b' '; 9 << 20]))], "bodytoolarge", LOST),
        waiting(
            &[250, 1000],
            row("answer lost, then success", vec![Reset, Answer(success())], "success", SECOND_IF_HARMLESS),
        ),
        // Responses from other servers than the API.
        row("408", vec![Answer(CannedResponse::new(408, ""))], "status 408", HARMLESS),
        row("499", vec![Answer(CannedResponse::new(499, ""))], "status 499", HARMLESS),
        row("500", vec![Answer(CannedResponse::new(500, "<html>"))], "status 500", HARMLESS),
        row("502", vec![Answer(CannedResponse::new(502, ""))], "status 502", HARMLESS),
        row("503", vec![Answer(CannedResponse::new(503, "busy"))], "status 503", HARMLESS),
        waiting(
            &[3000, 3000],
            row(
                "503 with Retry-After",
                vec![Answer(CannedResponse::new(503, "").header("Retry-After", "3"))],
                "status 503",
                HARMLESS,
            ),
        ),
        row("429", vec![Answer(CannedResponse::new(429, ""))], "status 429", AGAIN),
        waiting(
            &[2000, 2000],
            row(
                "429 with Retry-After",
                vec![Answer(CannedResponse::new(429, "").header("Retry-After", "2"))],
                "status 429",
                AGAIN,
            ),
        ),
        row(
            "429 with Retry-After beyond the budget",
            vec![Answer(CannedResponse::new(429, "").header("Retry-After", "31"))],
            "status 429",
            STOP,
        ),
        row("403", vec![Answer(CannedResponse::new(403, "<html>"))], "status 403", STOP),
        row(
            "302 to another host",
            vec![Answer(CannedResponse::new(302, "").header("Location", "https://example.com/"))],
            "status 302",
            LOST,
        ),
        row("HTML with 200", vec![Answer(json("<html>"))], "decode", LOST),
        row("empty", vec![Answer(json(""))], "decode", LOST),
        row("truncated JSON", vec![Answer(json(r#"{"status":"succ"#))], "decode", LOST),
        row("wrong length", vec![WrongLength(success())], "decode", LOST),
        row("a status that is neither word", vec![Answer(json(r#"{"status":"maybe"}"#))], "decode", LOST),
        // Replies of the API.
        row("failure", vec![Answer(failure("0006"))], "api 0006", STOP),
        row("failure with HTTP 500", vec![Answer(failure("0006").status(500))], "api 0006", STOP),
        row("code 0003", vec![Answer(failure("0003"))], "api 0003", STOP),
        row("code 0004", vec![Answer(failure("0004"))], "api 0004", HARMLESS),
        row("code 1000 within the budget of 30 s", vec![Answer(failure("1000"))], "api 1000", STOP),
        Row {
            total: Duration::from_secs(200),
            ..waiting(
                &[60_000, 60_000],
                row(
                    "code 1000 twice, then success, within 200 s",
                    vec![Answer(failure("1000")), Answer(failure("1000")), Answer(success())],
                    "success",
                    THIRD,
                ),
            )
        },
        row(
            "code 0002, Date two hours ahead",
            vec![Answer(failure("0002").header("Date", TWO_HOURS_LATER)), Answer(success())],
            "success",
            SECOND,
        ),
        row("code 0002, Date as ours", vec![Answer(failure("0002").header("Date", THE_SAME_TIME))], "api 0002", STOP),
        row(
            "code 0002, Date out of a cache",
            vec![Answer(failure("0002").header("Date", TWO_HOURS_LATER).header("Age", "1"))],
            "api 0002",
            STOP,
        ),
        row(
            "code 0002 again after the correction",
            vec![Answer(failure("0002").header("Date", TWO_HOURS_LATER))],
            "api 0002",
            [(2, None); 3],
        ),
    ]
}
