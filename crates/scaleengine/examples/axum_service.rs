//! An axum service that calls the API: `cargo run -p scaleengine --example axum_service`
//!
//! `POST /streams/{name}/close` disconnects an encoder, and `POST /tickets` issues a viewing
//! ticket. A failed call becomes an HTTP status that shows the caller whether it may repeat its
//! request.
#![allow(clippy::print_stdout)]

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header::RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use scaleengine::param::DateTime;
use scaleengine::{CallEventKind, Client, Effect, Error, sevu, stream};
use scaleengine_sandbox::{Fault, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const PLAYBACK: &str = "https://example-hls.secdn.net/demo-origin/play/news/playlist.m3u8";

/// Disconnects the encoder of a live stream.
///
/// If the HTTP client disconnects, axum drops this future, and the call with it. A request in
/// flight may still be executed, so the effect is unknown; the observer in `main` logs it. To
/// finish such a call instead, await it in a task: `tokio::spawn(call.into_future())`.
async fn close(State(client): State<Client>, Path(name): Path<String>) -> Result<StatusCode, Failure> {
    let call = client.call(stream::Close::by_name("demo-origin", "live", name));
    call.await.map_err(Failure)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Issues a ticket for the viewer's IP address and 2 h, and returns the playback address with it.
async fn ticket(State(client): State<Client>, Json(viewer): Json<IpAddr>) -> Result<(StatusCode, String), Failure> {
    let end = DateTime::after(Duration::from_secs(2 * 60 * 60), client.now());
    let request = |password| sevu::Request::new("demo-origin", "news", password, viewer, 5).expire(end);
    let ticket = client.issue_ticket(request).await.map_err(Failure)?;
    Ok((StatusCode::CREATED, ticket.playback_address(PLAYBACK)))
}

/// A failed call, as a response.
struct Failure(Error);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = match error.effect() {
            // The command may have been executed, and 503 would invite a repeat.
            Effect::Unknown | Effect::Applied => StatusCode::BAD_GATEWAY,
            Effect::None if error.is_throttled() => StatusCode::SERVICE_UNAVAILABLE,
            Effect::None if error.is_not_live() => StatusCode::NOT_FOUND,
            // The credentials or the clock of this service are wrong.
            Effect::None if error.is_unauthorized() || error.is_clock() => StatusCode::INTERNAL_SERVER_ERROR,
            Effect::None if error.is_refused() => StatusCode::BAD_REQUEST,
            Effect::None => StatusCode::SERVICE_UNAVAILABLE,
        };
        let wait = error.retry_after().filter(|_| status == StatusCode::SERVICE_UNAVAILABLE);
        let wait = wait.map(|wait| [(RETRY_AFTER, wait.as_secs().to_string())]);
        (status, wait, error.to_string()).into_response()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::builder().fault(Fault::parse("field.stream=busy code=1000")?);
    let sandbox = sandbox.fault(Fault::parse("field.stream=lost unanswered")?);
    let sandbox = sandbox.fault(Fault::parse("field.stream=slow hang")?).start().await?;

    // A real service uses `Client::builder().from_env()?`.
    let client = Client::builder().credentials(sandbox.credentials()).endpoint(sandbox.url());
    let client = client.deadline(Duration::from_secs(2)).observer(|event| {
        if let CallEventKind::Dropped = event.kind {
            println!("{}: dropped before its end, effect {}", event.name, event.effect);
        }
    });
    let client = client.build()?;
    let routes = Router::new().route("/streams/{name}/close", post(close)).route("/tickets", post(ticket));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, routes.with_state(client));
    let server = server.with_graceful_shutdown(async { stopped.await.unwrap_or_default() });
    let server = tokio::spawn(server.into_future());

    for name in ["my_live_stream", "my_live_stream", "busy", "lost"] {
        println!("{name}: {}", send(address, &format!("/streams/{name}/close"), "").await?);
    }
    println!("ticket: {}", send(address, "/tickets", "\"203.0.113.7\"").await?);
    // The sandbox never responds to this call, and the HTTP client stops waiting.
    let _ = tokio::time::timeout(Duration::from_millis(500), send(address, "/streams/slow/close", "")).await;

    let _ = stop.send(());
    Ok(server.await??)
}

/// Posts JSON to the service, and returns the response in one line.
async fn send(address: SocketAddr, path: &str, json: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("POST {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {}", json.len());
    stream.write_all(format!("{head}\r\n\r\n{json}").as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    let shown = |line: &&str| !line.is_empty() && !line.starts_with("content-") && !line.starts_with("date:");
    Ok(response.lines().filter(shown).collect::<Vec<_>>().join(" | "))
}
