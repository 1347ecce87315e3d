//! Responses and their records.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::records::{Record, Records};

/// The reason codes of the mistakes of the request.
const DIAGNOSIS: HeaderName = HeaderName::from_static("x-sandbox-diagnosis");
/// The id of the fault rule that was applied.
const FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");
/// The id of the record.
const REQUEST: HeaderName = HeaderName::from_static("x-sandbox-request");

/// A closure that is called with each record.
pub(crate) type Listen = Arc<dyn Fn(&Record) + Send + Sync>;

/// Keeps a record of each request and builds its response.
#[derive(Default)]
pub(crate) struct Recorder {
    records: Records,
    listen: Option<Listen>,
}

impl Recorder {
    pub(crate) fn new(listen: Option<Listen>) -> Self {
        Self { records: Records::default(), listen }
    }

    pub(crate) fn records(&self) -> &Records {
        &self.records
    }

    /// Records and builds an API reply.
    pub(crate) fn answered(&self, mut record: Record, code: Option<&str>, text: String) -> Response<Body> {
        record.code = code.map(str::to_owned);
        // That failure replies have HTTP status 200 too is assumed.
        self.respond(record, StatusCode::OK, "application/json", text.into_bytes())
    }

    /// Records and builds a plain-text refusal, without an API reply.
    pub(crate) fn plain(&self, mut record: Record, status: StatusCode, text: &str) -> Response<Body> {
        record.refused = true;
        self.respond(record, status, "text/plain; charset=utf-8", text.into())
    }

    /// Records and builds a response.
    pub(crate) fn respond(
        &self,
        mut record: Record,
        status: StatusCode,
        content_type: &'static str,
        body: Vec<u8>,
    ) -> Response<Body> {
        record.http_status = Some(status.as_u16());
        record.answer = String::from_utf8_lossy(&body).into_owned();
        let record = self.keep(record);
        self.finish(&record, status, content_type, body)
    }

    pub(crate) fn keep(&self, record: Record) -> Arc<Record> {
        let record = self.records.add(record);
        if let Some(listen) = &self.listen {
            listen(&record);
        }
        record
    }

    #[expect(clippy::unused_self, reason = "the end of a chain of methods")]
    pub(crate) fn finish(
        &self,
        record: &Record,
        status: StatusCode,
        content_type: &'static str,
        body: Vec<u8>,
    ) -> Response<Body> {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(REQUEST, HeaderValue::from(record.id));
        let diagnosis = record.diagnosis();
        if !diagnosis.is_empty() {
            headers.extend(diagnosis.parse().ok().map(|diagnosis| (DIAGNOSIS, diagnosis)));
        }
        headers.extend(record.fault.as_ref().and_then(|fault| fault.parse().ok()).map(|fault| (FAULT, fault)));
        response
    }
}
