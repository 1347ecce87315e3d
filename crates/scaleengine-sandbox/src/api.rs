//! The API: what one request meets, from its bytes to its answer.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse as _;
use scaleengine_proto::UnixTime;
use scaleengine_sign::explain::form::Field;
use scaleengine_sign::explain::{Evidence, Explanation, Mistake, explain};
use scaleengine_sign::{Check, Json, MAX_POST, Received};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::accounts::{Accounts, Tenant};
use crate::answer::{self, Failure};
use crate::check::{Checks, Refusal};
use crate::clock::{self, Clock};
use crate::commands;
use crate::connection::Handle;
use crate::faults::{Effect, Fault, Faults};
use crate::form;
use crate::guard::has_foreign_origin;
use crate::hops;
use crate::records::{Record, Records};
use crate::replays::Replays;
use crate::rules::Rule;
use crate::state::Fields;

/// For how long a body may take to come in. **Chosen.**
const PATIENCE: Duration = Duration::from_secs(30);

/// The mistake that a request has, by its code.
const DIAGNOSIS: HeaderName = HeaderName::from_static("x-sandbox-diagnosis");
/// The fault that struck.
const FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");
/// The number of the record.
const REQUEST: HeaderName = HeaderName::from_static("x-sandbox-request");

/// A request that is passed on as it came, without the headers of its connection.
///
/// `Debug` shows no body, since it holds a signature.
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

/// The real response; or why there is none.
pub type RealAnswer = Result<Response<Vec<u8>>, String>;

/// What passes a request on.
pub(crate) type Forward = Arc<dyn Fn(Forwarded) -> Pin<Box<dyn Future<Output = RealAnswer> + Send>> + Send + Sync>;

/// What is told of each request.
pub(crate) type Listen = Arc<dyn Fn(&Record) + Send + Sync>;

/// Everything that a request meets.
pub(crate) struct Api {
    pub(crate) accounts: Accounts,
    pub(crate) checks: Checks,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) records: Records,
    pub(crate) replays: Replays,
    pub(crate) refuse_replays: bool,
    pub(crate) forward: Option<Forward>,
    pub(crate) passing: hops::Passing,
    pub(crate) listen: Option<Listen>,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) open: watch::Receiver<()>,
    /// Told once it is to stop.
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) initial: Initial,
    /// The tasks of requests that were received whole.
    pub(crate) answering: Mutex<JoinSet<()>>,
}

/// What a reset brings back, beside the accounts' states.
pub(crate) struct Initial {
    pub(crate) faults: Vec<Fault>,
    pub(crate) clock_offset: i64,
}

/// What is known of a request once it was judged.
#[derive(Default)]
struct Judged {
    received: Option<Received>,
    reasons: Vec<Mistake>,
    explanation: Option<Explanation>,
    refused: bool,
    /// How the form differs from what HTTP clients write.
    unusual: Option<&'static str>,
}

type Outcome = Result<Fields, Failure>;

pub(crate) async fn handle(
    State(api): State<Arc<Api>>,
    ConnectInfo(connection): ConnectInfo<Handle>,
    request: Request,
) -> Result<Response<Body>, Infallible> {
    let _busy = connection.begin();
    let (parts, body) = request.into_parts();
    let mut record = api.record(&parts);
    if parts.method != Method::POST && api.checks.rules.has(Rule::PostOnly) {
        record.reasons.push(Mistake::MethodNotPost);
        return Ok(api.plain(record, StatusCode::METHOD_NOT_ALLOWED, "The API takes POST requests only\n"));
    }
    if has_foreign_origin(&parts.headers) {
        record.reasons.push(Mistake::OriginForeign);
        return Ok(api.plain(record, StatusCode::FORBIDDEN, "The request comes from a web page of another origin\n"));
    }
    let body = match whole(&parts.headers, body).await {
        Ok(body) => body,
        Err((status, reason, text)) => {
            record.reasons.push(reason);
            return Ok(api.plain(record, status, text));
        }
    };
    (record.body, record.body_len) = (body.to_vec(), body.len());
    // A task of its own: what was received is judged, recorded and executed, also when its client has gone away meanwhile.
    let (present, client) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let own = Arc::clone(&api);
    api.answering().spawn(async move {
        // Nobody waits for it any more where this cannot be sent.
        let _ = tell.send(answer(own, parts.headers, body, record, connection, client).await);
    });
    let answered = told.await;
    drop(present);
    Ok(answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

impl Api {
    /// The tasks that are not done.
    pub(crate) fn answering(&self) -> MutexGuard<'_, JoinSet<()>> {
        let mut tasks = self.answering.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks
    }
}

/// The answer to a request that was received whole. `client` ends when the client has gone away.
async fn answer(
    api: Arc<Api>,
    headers: HeaderMap,
    body: Bytes,
    mut record: Record,
    connection: Handle,
    client: oneshot::Receiver<()>,
) -> Response<Body> {
    let start = clock::start();
    let field = form::json_field(&headers, &body);
    let received = field.as_ref().ok().and_then(|field| Received::parse(str::from_utf8(&field.bytes).ok()?).ok());
    // No fault breaks what is passed on.
    let struck = if api.forward.is_some() { None } else { api.faults.strike(received.as_ref()) };
    if let Some(struck) = &struck {
        record.fault = Some(struck.id.clone());
        clock::sleep(Duration::from_millis(struck.delay)).await;
    }
    let skew = match struck.as_ref().map(|struck| struck.effect) {
        Some(Effect::Skew(seconds)) => seconds,
        _ => 0,
    };
    let now = UnixTime(api.clock.now().0.saturating_add(skew));
    let executes = struck.as_ref().is_none_or(|struck| struck.executes) && api.forward.is_none();
    let (judged, outcome) = match field {
        Ok(field) => api.judge(received, &field, &body, now, executes),
        Err(no) => {
            let failure = Failure::without_code("The request could not be read").debug(no);
            (Judged { reasons: vec![no.mistake()], refused: true, ..Judged::default() }, Err(failure))
        }
    };
    record.describe(judged);
    if let Some(forward) = &api.forward {
        return api.pass_on(forward, headers, body, record).await;
    }
    let text = answer::body(&outcome, start.elapsed().as_secs_f64());
    let code = outcome.err().and_then(|failure| failure.code());
    // A connection that is to be broken is told so before its answer is written.
    match struck {
        None => api.answered(record, code, text),
        Some(struck) => api.broken(record, (code, text), &struck, &connection, skew, client).await,
    }
}

/// What is meant for the API, most likely, and misses it: a slash is easily lost. Anything else is only told where everything is.
pub(crate) async fn elsewhere(State(api): State<Arc<Api>>, request: Request) -> Response<Body> {
    const WHERE: &str = "The API is at /stable/ and takes POST requests; the page of the sandbox is at /_sandbox/\n";
    let (parts, _) = request.into_parts();
    if parts.method != Method::POST && !parts.uri.path().starts_with("/stable") {
        return (StatusCode::NOT_FOUND, WHERE).into_response();
    }
    let mut record = api.record(&parts);
    record.reasons.push(Mistake::PathWrong);
    api.plain(record, StatusCode::NOT_FOUND, WHERE)
}

/// The whole body, within limits.
async fn whole(headers: &HeaderMap, body: Body) -> Result<Bytes, (StatusCode, Mistake, &'static str)> {
    const TOO_LARGE: (StatusCode, Mistake, &str) =
        (StatusCode::PAYLOAD_TOO_LARGE, Mistake::BodyTooLarge, "The body is over 8 MiB\n");
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > MAX_POST as u64) {
        return Err(TOO_LARGE);
    }
    match tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, MAX_POST)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => {
            let over = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("limit"));
            let broken = (StatusCode::BAD_REQUEST, Mistake::BodyNotWhole, "The body could not be read\n");
            Err(if over { TOO_LARGE } else { broken })
        }
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, Mistake::BodyNotWhole, "The body did not come in\n")),
    }
}

impl Api {
    /// What is known of a request before its body.
    fn record(&self, parts: &Parts) -> Record {
        // As the form is judged by.
        let content_type = String::from_utf8_lossy(&form::content_type(&parts.headers)).into_owned();
        Record { time: self.clock.now().0, method: parts.method.to_string(), content_type, ..Record::default() }
    }

    /// Checks a request and, if it passes, executes it.
    fn judge(
        &self,
        received: Option<Received>,
        field: &Field,
        body: &[u8],
        now: UnixTime,
        executes: bool,
    ) -> (Judged, Outcome) {
        let evidence = field.evidence(body);
        let mut judged = Judged { reasons: field.mistakes().collect(), unusual: field.unusual, ..Judged::default() };
        let Some(received) = received.filter(|received| matches!(received.json(), Json::Object(_))) else {
            // Which secret it is makes no difference to what cannot be read.
            judged.explain(self.accounts.first(), evidence);
            judged.refused = true;
            let why = judged.reasons.last().map_or("the field is not JSON", |reason| reason.what());
            return (judged, Err(Failure::without_code("The request could not be read").debug(why)));
        };
        let tenant = self.accounts.of(&received, self.checks.rules);
        let outcome = match self.checks.check(&received, tenant.as_deref(), now) {
            Ok(spec) => match tenant.as_deref().filter(|_| executes) {
                _ if self.is_replay(&received, &mut judged) => {
                    Err(Failure::documented(scaleengine_proto::code::KnownCode::SignatureRefused)
                        .debug("the same request came before"))
                }
                Some(tenant) => commands::execute(&mut tenant.state(), spec, &received, now, self.checks.rules),
                None => Ok(Fields::new()),
            },
            Err(Refusal { failure, reason }) => {
                judged.refused = true;
                judged.reasons.extend(reason);
                Err(failure)
            }
        };
        let full = Check::ALL.iter().all(|check| self.checks.signature.contains(check));
        if let Some(tenant) = tenant.filter(|_| judged.refused || !full) {
            judged.explain(&tenant, evidence);
        }
        judged.received = Some(received);
        (judged, outcome)
    }

    /// Notes a request that came before; whether it is to be refused for that.
    fn is_replay(&self, received: &Received, judged: &mut Judged) -> bool {
        let Some(Json::Text(signature)) = received.get("signature") else { return false };
        let again = self.replays.came_before(signature);
        if again {
            judged.reasons.push(Mistake::Replayed);
            judged.refused = self.refuse_replays;
        }
        again && self.refuse_replays
    }

    /// An answer of the API.
    pub(crate) fn answered(&self, mut record: Record, code: Option<&str>, text: String) -> Response<Body> {
        record.code = code.map(str::to_owned);
        // That failures come with HTTP 200 too is assumed.
        self.respond(record, StatusCode::OK, "application/json", text.into_bytes())
    }

    /// An answer of something before the API.
    fn plain(&self, mut record: Record, status: StatusCode, text: &str) -> Response<Body> {
        record.refused = true;
        self.respond(record, status, "text/plain; charset=utf-8", text.into())
    }

    /// Passes a request on, and its response back. Neither is changed, but for the headers of the two connections.
    async fn pass_on(&self, forward: &Forward, headers: HeaderMap, body: Bytes, mut record: Record) -> Response<Body> {
        let plain = |record, text| self.respond(record, StatusCode::BAD_GATEWAY, "text/plain; charset=utf-8", text);
        let Some(_passing) = self.passing.begin(&body) else {
            let why = "the request was passed on and came back: the sandbox forwards to itself";
            record.forwarded = Some(Err(why.to_owned()));
            return plain(record, format!("{why}\n").into());
        };
        match forward(Forwarded { headers: hops::without(headers), body: body.to_vec() }).await {
            Ok(real) => {
                let (head, body) = real.into_parts();
                record.forwarded = Some(Ok((head.status.as_u16(), body.clone())));
                let mut response = self.respond(record, head.status, "application/json", body);
                response.headers_mut().remove(CONTENT_TYPE);
                for (name, value) in &hops::without(head.headers) {
                    response.headers_mut().append(name, value.clone());
                }
                response
            }
            Err(why) => {
                record.forwarded = Some(Err(why));
                plain(record, b"The request could not be passed on; the record says why\n".to_vec())
            }
        }
    }

    /// Keeps the record of an answer, and answers.
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

impl Judged {
    fn explain(&mut self, tenant: &Tenant, evidence: Evidence<'_>) {
        let explanation = explain(&tenant.secret, evidence);
        // Key and time come first, and what is wrong with them is known already.
        if self.reasons.iter().all(|reason| reason.is_accepted()) {
            self.reasons.extend_from_slice(explanation.mistakes());
        }
        self.explanation = Some(explanation);
    }
}

impl Record {
    fn describe(&mut self, judged: Judged) {
        let Judged { received, reasons, explanation, refused, unusual } = judged;
        let text = |name| match received.as_ref().and_then(|received| received.get(name)) {
            Some(Json::Text(text)) => Some(text.clone()),
            _ => None,
        };
        (self.command, self.api_key) = (text("command"), text("api_key"));
        self.text = received.map(|received| received.text().to_owned()).unwrap_or_default();
        (self.reasons, self.explanation, self.refused, self.unusual) = (reasons, explanation, refused, unusual);
    }
}
