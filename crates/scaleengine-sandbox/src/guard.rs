//! Who may call what is under `/_sandbox/`.

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

/// What a call that changes something has to bear, so that no form and no link of a web page can make one.
const ADMIN: &str = "x-sandbox-admin";

/// Lets through what comes from this machine's own programs and from the page itself.
///
/// The peer has to be on this machine. `Host` has to be `localhost` or a loopback literal, so that a name that a web page has pointed here
/// is refused; a call that changes something needs the header `X-Sandbox-Admin: 1`, which a page of another origin cannot send unasked,
/// and no foreign `Origin`. No browser sends any of these headers twice, or an absolute target: what is odd is refused.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let forbidden = |why: &str| (StatusCode::FORBIDDEN, Json(json!({ "error": why }))).into_response();
    let local = request.extensions().get::<ConnectInfo<Handle>>().is_some_and(|info| info.0.is_local());
    if !local {
        return forbidden("the call comes from another machine");
    }
    if request.uri().authority().is_some() {
        return forbidden("the target of the request has to be a path");
    }
    if !only(headers, HOST).is_some_and(is_this_machine) {
        return forbidden("the host has to be localhost or a loopback address");
    }
    if has_foreign_origin(headers) {
        return forbidden("the call comes from a page of another origin");
    }
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if !reads && only(headers, HeaderName::from_static(ADMIN)) != Some("1") {
        return forbidden("a call that changes something needs the header X-Sandbox-Admin: 1");
    }
    next.run(request).await
}

/// Whether a request comes from a web page that is not of this server. Programs send no `Origin`.
pub(crate) fn has_foreign_origin(headers: &HeaderMap) -> bool {
    // A page's own name may be pointed at this machine, so its `Host` alone proves nothing.
    let own = only(headers, HOST).filter(|host| is_this_machine(host)).map(|host| format!("http://{host}"));
    headers.contains_key(ORIGIN) && (own.is_none() || only(headers, ORIGIN) != own.as_deref())
}

/// The value of a header that is there once and in ASCII.
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
