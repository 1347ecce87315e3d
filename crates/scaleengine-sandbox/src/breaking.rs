//! Responses that a fault changes or withholds.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONNECTION, DATE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use tokio::sync::{oneshot, watch};

use crate::answer::{self, Failure};
use crate::clock;
use crate::connection::{Break, Handle};
use crate::faults::{Effect, Struck};
use crate::recorder::Recorder;
use crate::records::Record;

/// The time for which a request hangs. **Chosen**: longer than any client waits.
const HANG: Duration = Duration::from_secs(600);

/// The context in which a fault acts.
pub(crate) struct Breaking<'a> {
    pub(crate) recorder: &'a Recorder,
    /// Closes when the sandbox is dropped.
    pub(crate) open: watch::Receiver<()>,
    pub(crate) connection: &'a Handle,
    /// The offset of the `Date` header, in seconds.
    pub(crate) skew: i64,
    /// Ends when the client disconnects.
    pub(crate) client: oneshot::Receiver<()>,
}

impl Breaking<'_> {
    /// Applies the fault and returns the response.
    pub(crate) async fn respond(
        self,
        struck: &Struck,
        mut record: Record,
        code: Option<&str>,
        text: String,
    ) -> Response<Body> {
        let Self { recorder, mut open, connection, skew, client } = self;
        let interval = |milliseconds| Duration::from_millis(milliseconds);
        match struck.effect {
            Effect::Code(code) => {
                let outcome = Err(Failure::from(code));
                recorder.answered(record, Some(code.code()), answer::body(&outcome, 0.0))
            }
            Effect::Status(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let mut response =
                    recorder.respond(record, status, "text/html", b"<html>a fault on purpose</html>".to_vec());
                let after = struck.retry_after.map(HeaderValue::from);
                response.headers_mut().extend(after.map(|after| (RETRY_AFTER, after)));
                response
            }
            Effect::Html => {
                let page = b"<!doctype html><title>Maintenance</title><p>We will be back soon.".to_vec();
                recorder.respond(record, StatusCode::OK, "text/html", page)
            }
            Effect::Hang => {
                record.code = code.map(str::to_owned);
                let unanswered = recorder.keep(record);
                // Stop hanging after `HANG`, when the client disconnects, or when the sandbox
                // stops.
                let closed = async { while open.changed().await.is_ok() {} };
                let over = async {
                    tokio::select! { () = closed => {}, _ = client => {} }
                };
                let _ = tokio::time::timeout(HANG, over).await;
                recorder.finish(&unanswered, StatusCode::OK, "application/json", Vec::new())
            }
            Effect::Reset | Effect::Unanswered | Effect::Garbage => {
                let script = if struck.effect == Effect::Garbage { Break::Garbage } else { Break::Reset };
                connection.set(script);
                record.code = code.map(str::to_owned);
                let unanswered = recorder.keep(record);
                let mut response = recorder.finish(&unanswered, StatusCode::OK, "application/json", text.into_bytes());
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                response
            }
            Effect::Cut(after) => {
                connection.set(Break::Cut(after));
                recorder.answered(record, code, text)
            }
            Effect::Drip(every) => {
                connection.set(Break::Drip(interval(every)));
                recorder.answered(record, code, text)
            }
            Effect::Skew(_) => {
                let mut response = recorder.answered(record, code, text);
                let seconds = u64::try_from(clock::machine().saturating_add(skew)).unwrap_or(0);
                let date =
                    httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(seconds.min(200_000_000_000)));
                response.headers_mut().extend(date.parse().ok().map(|date| (DATE, date)));
                response
            }
            Effect::Delay => recorder.answered(record, code, text),
        }
    }
}
