//! Access control of the page and the admin API under `/_sandbox/`.

use axum::Json;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use scaleengine_proto::shared::is_loopback;
use serde_json::json;

use crate::connection::Handle;

/// The header that a request needs to change something. Forms and links of a web page cannot send
/// it.
const ADMIN: &str = "x-sandbox-admin";

/// Accepts only requests from programs on this machine and from the page itself.
///
/// The peer must be on this machine. `Host` must be `localhost` or a loopback literal: this refuses
/// DNS rebinding, where a web page points its own name at this machine. `Origin` must not be
/// foreign. A request that changes something needs the header `X-Sandbox-Admin: 1`, which a page of
/// another origin cannot send without a CORS preflight. Browsers never send one of these headers
/// twice, or an absolute target, so such requests are refused.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let forbidden = |why: &str| (StatusCode::FORBIDDEN, Json(json!({ "error": why }))).into_response();
    let local = request.extensions().get::<ConnectInfo<Handle>>().is_some_and(|info| info.0.is_local());
    if !local {
        return forbidden("the request comes from another machine; use /_sandbox/ on the machine of the sandbox");
    }
    if request.uri().authority().is_some() {
        return forbidden("the request target must be a path");
    }
    if !only(headers, HOST).is_some_and(is_this_machine) {
        return forbidden("the Host header must be localhost or a loopback address");
    }
    if has_foreign_origin(headers) {
        return forbidden("the request comes from a web page of another origin");
    }
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if !reads && only(headers, HeaderName::from_static(ADMIN)) != Some("1") {
        return forbidden("a request that changes something needs the header X-Sandbox-Admin: 1");
    }
    next.run(request).await
}

/// Returns whether a request comes from a web page of another server. Programs send no `Origin`.
pub(crate) fn has_foreign_origin(headers: &HeaderMap) -> bool {
    // A page's own name may point at this machine, so an `Origin` that equals `Host` is not enough.
    let own = only(headers, HOST).filter(|host| is_this_machine(host)).map(|host| format!("http://{host}"));
    headers.contains_key(ORIGIN) && (own.is_none() || only(headers, ORIGIN) != own.as_deref())
}

/// Returns the value of a header that occurs once and is ASCII.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())?.to_str().ok()
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let port = authority.as_str().strip_prefix(name).unwrap_or_default();
    is_loopback(name) && !host.contains('@') && (port.is_empty() || authority.port_u16().is_some())
}
