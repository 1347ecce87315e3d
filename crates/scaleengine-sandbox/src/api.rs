//! The API: handles one request, from its bytes to its response.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::IntoResponse as _;
use scaleengine_proto::UnixTime;
use scaleengine_sign::explain::Mistake;
use scaleengine_sign::{MAX_POST, Received};
use tokio::sync::oneshot;

use crate::answer::{self, Failure};
use crate::breaking::Breaking;
use crate::clock::{self, Clock};
use crate::connection::Handle;
use crate::faults::{Effect, Fault, Faults};
use crate::form;
use crate::forwarding::Forwarding;
use crate::guard::has_foreign_origin;
use crate::judge::{Judge, Judged};
use crate::lifecycle::Lifecycle;
use crate::recorder::Recorder;
use crate::records::Record;
use crate::rules::Rule;

/// The time limit for receiving a body. **Chosen.**
const PATIENCE: Duration = Duration::from_secs(30);

/// The parts of the sandbox that handle a request.
pub(crate) struct Api {
    pub(crate) judge: Judge,
    pub(crate) recorder: Recorder,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) forwarding: Option<Forwarding>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) initial: Initial,
}

/// The initial faults and clock, which a reset restores.
pub(crate) struct Initial {
    pub(crate) faults: Vec<Fault>,
    pub(crate) clock_offset: i64,
}

pub(crate) async fn handle(
    State(api): State<Arc<Api>>,
    ConnectInfo(connection): ConnectInfo<Handle>,
    request: Request,
) -> Result<Response<Body>, Infallible> {
    let _busy = connection.begin();
    let (parts, body) = request.into_parts();
    let mut record = api.record(&parts);
    if parts.method != Method::POST && api.judge.has(Rule::PostOnly) {
        record.reasons.push(Mistake::MethodNotPost);
        return Ok(api.recorder.plain(record, StatusCode::METHOD_NOT_ALLOWED, "The API accepts POST requests only\n"));
    }
    if has_foreign_origin(&parts.headers) {
        record.reasons.push(Mistake::OriginForeign);
        return Ok(api.recorder.plain(
            record,
            StatusCode::FORBIDDEN,
            "The request comes from a web page of another origin\n",
        ));
    }
    let body = match whole(&parts.headers, body).await {
        Ok(body) => body,
        Err((status, reason, text)) => {
            record.reasons.push(reason);
            return Ok(api.recorder.plain(record, status, text));
        }
    };
    (record.body, record.body_len) = (body.to_vec(), body.len());
    // A separate task, so that a received request is judged, recorded and executed even if its
    // client disconnects meanwhile.
    let (present, client) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let own = Arc::clone(&api);
    api.lifecycle.spawn(async move {
        // Sending fails if the client has disconnected.
        let _ = tell.send(answer(own, parts.headers, body, record, connection, client).await);
    });
    let answered = told.await;
    drop(present);
    Ok(answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

/// Returns the response to a completely received request. `client` ends when the client
/// disconnects.
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
    // Faults do not apply to forwarded requests.
    let struck = if api.forwarding.is_some() { None } else { api.faults.strike(received.as_ref()) };
    if let Some(struck) = &struck {
        record.fault = Some(struck.id.clone());
        clock::sleep(Duration::from_millis(struck.delay)).await;
    }
    let skew = match struck.as_ref().map(|struck| struck.effect) {
        Some(Effect::Skew(seconds)) => seconds,
        _ => 0,
    };
    let now = UnixTime(api.clock.now().0.saturating_add(skew));
    let executes = struck.as_ref().is_none_or(|struck| struck.executes) && api.forwarding.is_none();
    let (judged, outcome) = match field {
        Ok(field) => api.judge.judge(received, &field, &body, now, executes),
        Err(no) => {
            let failure = Failure::new("The request could not be read").debug(no);
            (Judged::unreadable(no.mistake()), Err(failure))
        }
    };
    record.describe(judged);
    if let Some(forwarding) = &api.forwarding {
        return forwarding.pass_on(&api.recorder, headers, body, record).await;
    }
    let text = answer::body(&outcome, start.elapsed().as_secs_f64());
    let code = answer::code(&outcome);
    match struck {
        None => api.recorder.answered(record, code, text),
        Some(struck) => {
            let breaking =
                Breaking { recorder: &api.recorder, open: api.lifecycle.open(), connection: &connection, skew, client };
            breaking.respond(&struck, record, code, text).await
        }
    }
}

/// Answers requests to any other path with HTTP 404. A POST, or a path that begins with `/stable`,
/// is recorded as a mistake, since it was most likely meant for the API.
pub(crate) async fn elsewhere(State(api): State<Arc<Api>>, request: Request) -> Response<Body> {
    const WHERE: &str = "The API is at /stable/ and accepts POST requests; the page of the sandbox is at /_sandbox/\n";
    let (parts, _) = request.into_parts();
    if parts.method != Method::POST && !parts.uri.path().starts_with("/stable") {
        return (StatusCode::NOT_FOUND, WHERE).into_response();
    }
    let mut record = api.record(&parts);
    record.reasons.push(Mistake::PathWrong);
    api.recorder.plain(record, StatusCode::NOT_FOUND, WHERE)
}

/// Reads the complete body, within the limits of size and time.
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
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, Mistake::BodyNotWhole, "The body did not arrive within 30 s\n")),
    }
}

impl Api {
    /// Creates the record of a request from its head.
    fn record(&self, parts: &Parts) -> Record {
        let content_type = String::from_utf8_lossy(&form::content_type(&parts.headers)).into_owned();
        Record { time: self.clock.now().0, method: parts.method.to_string(), content_type, ..Record::default() }
    }
}
