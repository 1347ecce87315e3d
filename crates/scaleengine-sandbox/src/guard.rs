//! Who may call what is under `/_sandbox/`.

use std::net::IpAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::connection::Handle;

/// What a call that changes something has to bear, so that no form and no link of a web page can make one.
const ADMIN: &str = "x-sandbox-admin";

/// Lets through what comes from this machine's own programs and from the page itself.
///
/// The peer has to be on this machine. `Host` has to be `localhost` or a loopback literal, so that a name that a web page has pointed here is refused; a call that changes
/// something needs the header `X-Sandbox-Admin: 1`, which a page of another origin cannot send unasked, and no foreign `Origin`.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(HOST).unwrap_or_default();
    let forbidden = |why: &str| (StatusCode::FORBIDDEN, Json(json!({ "error": why }))).into_response();
    let local = request.extensions().get::<ConnectInfo<Handle>>().is_some_and(|info| info.0.is_local());
    if !local {
        return forbidden("the call comes from another machine");
    }
    if !is_this_machine(host) {
        return forbidden("the host has to be localhost or a loopback address");
    }
    if text(ORIGIN).is_some_and(|origin| origin != format!("http://{host}")) {
        return forbidden("the call comes from a page of another origin");
    }
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if !reads && headers.get(ADMIN).is_none_or(|value| value != "1") {
        return forbidden("a call that changes something needs the header X-Sandbox-Admin: 1");
    }
    next.run(request).await
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || literal.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
