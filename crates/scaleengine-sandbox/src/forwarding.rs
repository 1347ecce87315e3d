//! Forwarding of requests to another API.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Response, StatusCode};

use crate::hops::{self, Passing};
use crate::recorder::Recorder;
use crate::records::Record;

/// A request to be forwarded as received, without the headers of its connection.
///
/// `Debug` does not show the body, since it contains a signature.
#[derive(Clone)]
#[non_exhaustive]
pub struct Forwarded {
    /// The headers, except `Host`, `Content-Length` and those of the connection (RFC 9110, 7.6.1).
    pub headers: HeaderMap,
    /// The body as received.
    pub body: Vec<u8>,
}

impl fmt::Debug for Forwarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarded").field("headers", &self.headers.keys().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

/// The response of the real API, or the error that prevented it.
pub type RealResponse = Result<Response<Vec<u8>>, String>;

/// A closure that forwards a request.
pub(crate) type Forward = Arc<dyn Fn(Forwarded) -> Pin<Box<dyn Future<Output = RealResponse> + Send>> + Send + Sync>;

/// Forwards requests, and detects a sandbox that forwards to itself.
pub(crate) struct Forwarding {
    forward: Forward,
    passing: Passing,
}

impl Forwarding {
    pub(crate) fn new(forward: Forward) -> Self {
        Self { forward, passing: Passing::default() }
    }

    /// Forwards a request and returns the response. Both are unchanged except for the headers of
    /// the two connections.
    pub(crate) async fn pass_on(
        &self,
        recorder: &Recorder,
        headers: HeaderMap,
        body: Bytes,
        mut record: Record,
    ) -> Response<Body> {
        let plain = |record, text| recorder.respond(record, StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", text);
        let Some(_passing) = self.passing.begin(&body) else {
            let why = "the forwarded request came back: the sandbox forwards to itself";
            record.forwarded = Some(Err(why.to_owned()));
            return plain(record, format!("{why}\n").into());
        };
        match (self.forward)(Forwarded { headers: hops::without(headers), body: body.to_vec() }).await {
            Ok(real) => {
                let (head, body) = real.into_parts();
                record.forwarded = Some(Ok((head.status.as_u16(), body.clone())));
                let mut response = recorder.respond(record, head.status, "application/json", body);
                response.headers_mut().remove(CONTENT_TYPE);
                for (name, value) in &hops::without(head.headers) {
                    response.headers_mut().append(name, value.clone());
                }
                response
            }
            Err(why) => {
                record.forwarded = Some(Err(why));
                plain(record, b"The request could not be forwarded; its record at /_sandbox/ has the reason\n".to_vec())
            }
        }
    }
}
