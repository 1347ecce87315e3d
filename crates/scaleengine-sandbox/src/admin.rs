//! The admin API under `/_sandbox/`. `guard.rs` restricts access to it.

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get, post};
use scaleengine_sign::SecretKey;
use scaleengine_sign::explain::explain_body;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::Tenant;
use crate::api::Api;
use crate::clock;
use crate::faults::Fault;
use crate::form;
use crate::records;
use crate::rules::Rule;
use crate::state::State as AccountState;
use crate::streams::{LiveStream, Stream};

type Shared = State<Arc<Api>>;
type Answer = Result<Json<Value>, Refusal>;

pub(crate) fn routes() -> Router<Arc<Api>> {
    Router::new()
        .route("/_sandbox/health", get(health))
        .route("/_sandbox/rules", get(rules))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/snapshot", get(snapshot))
        .route("/_sandbox/restore", post(restore))
        .route("/_sandbox/accounts", get(accounts).post(add_account))
        .route("/_sandbox/clock", get(time).post(set_clock))
        .route("/_sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/faults/{id}", delete(remove_fault))
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/requests/{id}", get(request))
        .route("/_sandbox/verify", post(verify))
        .route("/_sandbox/publish", post(publish))
        .route("/_sandbox/view", post(view))
}

type Refusal = (StatusCode, Json<Value>);

fn refusal(status: StatusCode, why: &str) -> Refusal {
    (status, Json(json!({ "error": why })))
}

fn bad(error: impl std::error::Error) -> Refusal {
    refusal(StatusCode::BAD_REQUEST, &error.to_string())
}

/// The query of the URL. An invalid query gets a JSON error too.
type Asked<T> = Result<Query<T>, QueryRejection>;

fn asked<T>(query: Asked<T>) -> Result<T, Refusal> {
    query.map(|Query(own)| own).map_err(bad)
}

fn done() -> Json<Value> {
    Json(json!({ "done": true }))
}

async fn health(State(api): Shared) -> Json<Value> {
    Json(json!({ "ok": true, "version": env!("CARGO_PKG_VERSION"), "connections": api.lifecycle.connections() }))
}

async fn rules(State(api): Shared) -> Json<Value> {
    let rule = |rule: &Rule| {
        json!({
            "id": rule.id(),
            "what": rule.what(),
            "source": rule.source(),
            "confidence": rule.confidence().to_string(),
            "kept": api.judge.has(*rule),
        })
    };
    Json(Rule::ALL.iter().map(rule).collect())
}

/// The account, by default the sandbox's own.
#[derive(Deserialize)]
struct Key {
    key: Option<String>,
}

impl Api {
    fn tenant(&self, key: &Key) -> Result<Arc<Tenant>, Refusal> {
        match &key.key {
            None => Ok(Arc::clone(self.judge.accounts().first())),
            Some(key) => {
                self.judge.accounts().get(key).ok_or_else(|| refusal(StatusCode::NOT_FOUND, "unknown API key"))
            }
        }
    }

    pub(crate) fn reset(&self) {
        self.judge.accounts().list().iter().for_each(|tenant| tenant.reset());
        self.faults.clear();
        for fault in &self.initial.faults {
            self.faults.add(fault.clone());
        }
        self.clock.reset(self.initial.clock_offset);
        self.judge.replays().clear();
        self.recorder.records().clear();
    }
}

/// Resets one account if the query names one, otherwise everything.
async fn reset(State(api): Shared, key: Asked<Key>) -> Answer {
    let key = asked(key)?;
    if key.key.is_some() {
        api.tenant(&key)?.reset();
    } else {
        api.reset();
    }
    Ok(done())
}

async fn snapshot(State(api): Shared, key: Asked<Key>) -> Answer {
    let key = asked(key)?;
    Ok(Json(json!(&*api.tenant(&key)?.state())))
}

async fn restore(State(api): Shared, key: Asked<Key>, body: Bytes) -> Answer {
    let key = asked(key)?;
    let state: AccountState = serde_json::from_slice(&body).map_err(bad)?;
    *api.tenant(&key)?.state() = state;
    Ok(done())
}

async fn accounts(State(api): Shared) -> Json<Value> {
    let shown = |tenant: Arc<Tenant>| json!({ "api_key": tenant.api_key, "cdn": tenant.cdn });
    Json(api.judge.accounts().list().into_iter().map(shown).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    api_key: String,
    secret_key: String,
    cdn: u32,
}

async fn add_account(State(api): Shared, body: Bytes) -> Answer {
    let new: NewAccount = serde_json::from_slice(&body).map_err(bad)?;
    if new.api_key == api.judge.accounts().first().api_key {
        return Err(refusal(StatusCode::BAD_REQUEST, "the sandbox's own account cannot be replaced"));
    }
    let state = api.judge.accounts().first().initial();
    api.judge.accounts().add(Tenant::new(new.api_key, new.cdn, SecretKey::new(new.secret_key), state));
    Ok(done())
}

async fn time(State(api): Shared) -> Json<Value> {
    Json(json!({ "now": api.clock.now().0, "frozen": api.clock.is_frozen() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTime {
    set: Option<i64>,
    advance: Option<i64>,
    freeze: Option<bool>,
}

async fn set_clock(state: Shared, body: Bytes) -> Answer {
    let new: NewTime = serde_json::from_slice(&body).map_err(bad)?;
    let clock_of = &state.0.clock;
    if let Some(frozen) = new.freeze {
        clock_of.freeze(frozen);
    }
    if let Some(at) = new.set {
        clock_of.set(at);
    }
    if let Some(seconds) = new.advance {
        clock_of.advance(seconds);
    }
    Ok(time(state).await)
}

async fn faults(State(api): Shared) -> Json<Value> {
    let shown = |(fault, matched): (Fault, u64)| {
        let mut shown = json!(fault);
        if let Value::Object(shown) = &mut shown {
            shown.insert("matched".to_owned(), matched.into());
        }
        shown
    };
    Json(api.faults.list().into_iter().map(shown).collect())
}

/// Adds a fault rule, written as words or as a JSON object.
async fn add_fault(State(api): Shared, body: String) -> Answer {
    let fault = match serde_json::from_str(&body) {
        Ok(json @ Value::Object(_)) => Fault::from_json(json),
        _ => Fault::parse(&body),
    };
    Ok(Json(json!({ "id": api.faults.add(fault.map_err(bad)?) })))
}

async fn clear_faults(State(api): Shared) -> Json<Value> {
    api.faults.clear();
    done()
}

async fn remove_fault(State(api): Shared, Path(id): Path<String>) -> Answer {
    if api.faults.remove(&id) { Ok(done()) } else { Err(refusal(StatusCode::NOT_FOUND, "no fault rule has this id")) }
}

#[derive(Deserialize)]
struct Wanted {
    /// Returns only requests with a higher id.
    #[serde(default)]
    after: u64,
    /// Seconds to wait for such a request, at most 30.
    #[serde(default)]
    wait: u64,
    command: Option<String>,
    /// The HTTP status, or the code of the reply.
    status: Option<String>,
    /// A reason code, or `any`.
    diagnosis: Option<String>,
    key: Option<String>,
}

async fn requests(State(api): Shared, wanted: Asked<Wanted>) -> Answer {
    let wanted = asked(wanted)?;
    let own = |record: &Arc<records::Record>| {
        let diagnosis = record.diagnosis();
        record.id > wanted.after
            && wanted.command.as_ref().is_none_or(|command| record.command.as_ref() == Some(command))
            && wanted.key.as_ref().is_none_or(|key| record.api_key.as_ref() == Some(key))
            && wanted.status.as_ref().is_none_or(|status| {
                record.code.as_ref() == Some(status)
                    || record.http_status.map(|own| own.to_string()).as_ref() == Some(status)
            })
            && wanted.diagnosis.as_ref().is_none_or(|wanted| {
                if wanted == "any" { !diagnosis.is_empty() } else { diagnosis.split('+').any(|own| own == wanted) }
            })
    };
    let wait = clock::sleep(Duration::from_secs(wanted.wait.min(30)));
    let mut stop = api.lifecycle.stopping();
    let stopped = async { drop(stop.wait_for(|stop| *stop).await) };
    let (mut wait, mut stopped) = (pin!(wait), pin!(stopped));
    loop {
        let newest = api.recorder.records().newest();
        let found: Vec<Value> =
            api.recorder.records().list().iter().filter(|record| own(record)).map(|record| record.listed()).collect();
        if !found.is_empty() || wanted.wait == 0 {
            return Ok(Json(found.into()));
        }
        tokio::select! {
            () = api.recorder.records().after(newest) => {}
            () = &mut wait => return Ok(Json(Value::Array(Vec::new()))),
            () = &mut stopped => return Ok(Json(Value::Array(Vec::new()))),
        }
    }
}

async fn request(State(api): Shared, Path(id): Path<u64>) -> Answer {
    let record =
        api.recorder.records().get(id).ok_or_else(|| refusal(StatusCode::NOT_FOUND, "no record with this id"))?;
    Ok(Json(record.shown()))
}

/// Explains a body, a form or JSON, without executing it.
async fn verify(State(api): Shared, key: Asked<Key>, headers: HeaderMap, body: Bytes) -> Answer {
    let key = asked(key)?;
    let tenant = api.tenant(&key)?;
    let content_type = String::from_utf8_lossy(&form::content_type(&headers)).into_owned();
    Ok(Json(match explain_body(&tenant.secret, &content_type, &body) {
        Ok(explanation) => json!(explanation),
        Err(no) => {
            let (reason, why) = (no.mistake(), no.to_string());
            json!({ "diagnosis": reason.code(), "verdict": why, "reasons": [reason] })
        }
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Encoder {
    app: String,
    inst: String,
    stream: String,
    user: Option<String>,
    #[serde(default)]
    pass: String,
    #[serde(default)]
    reconnect: bool,
}

/// Connects an encoder. Without a user name it is always admitted.
async fn publish(State(api): Shared, key: Asked<Key>, body: Bytes) -> Answer {
    let key = asked(key)?;
    let encoder: Encoder = serde_json::from_slice(&body).map_err(bad)?;
    let tenant = api.tenant(&key)?;
    let name = LiveStream::new(encoder.app, encoder.inst, encoder.stream);
    let user = encoder.user.as_deref();
    let stream = match user {
        Some(user) if encoder.reconnect => Stream::reconnecting(name, user, &encoder.pass),
        _ => Stream::once(name),
    };
    let mut state = tenant.state();
    if user.is_some_and(|user| !state.admits(&stream, user, &encoder.pass)) {
        return Ok(Json(json!({ "admitted": false })));
    }
    let id = state.publish(stream, api.clock.now());
    Ok(Json(json!({ "admitted": true, "stream_id": id })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Viewer {
    key: String,
    #[serde(default)]
    pass: String,
    ip: IpAddr,
}

async fn view(State(api): Shared, key: Asked<Key>, body: Bytes) -> Answer {
    let key = asked(key)?;
    let viewer: Viewer = serde_json::from_slice(&body).map_err(bad)?;
    let tenant = api.tenant(&key)?;
    let outcome = tenant.state().view(&viewer.key, &viewer.pass, viewer.ip, api.clock.now());
    Ok(Json(json!({ "admitted": outcome.is_ok(), "why": outcome.err() })))
}
