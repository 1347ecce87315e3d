//! Requests over a socket, as sent by other clients.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use hmac::{KeyInit as _, Mac as _};
use scaleengine_proto::{Command, UnixTime};
use scaleengine_sandbox::{SECRET_KEY, Sandbox};
use scaleengine_sign::{Credentials, Signer};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[expect(clippy::disallowed_methods, reason = "the sandbox compares with the machine's clock")]
pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

pub(crate) async fn send(sandbox: &Sandbox, request: &str) -> String {
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

pub(crate) async fn post(sandbox: &Sandbox, content_type: &str, body: &str) -> Value {
    let head = format!("POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}");
    let response = send(sandbox, &format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

pub(crate) async fn post_json(sandbox: &Sandbox, json: &str) -> Value {
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("json", json).finish();
    post(sandbox, "application/x-www-form-urlencoded", &form).await
}

/// Signs JSON as it is, like another client.
pub(crate) fn sign(text: &str) -> String {
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(SECRET_KEY.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    format!("{},\"signature\":\"{signature}\"}}", text.strip_suffix('}').unwrap())
}

pub(crate) fn signer(sandbox: &Sandbox) -> Signer {
    Signer::new(&sandbox.credentials())
}

pub(crate) fn code(answer: &Value) -> &str {
    answer["code"].as_str().unwrap_or_default()
}

/// Signs a command with the current time and returns the reply.
pub(crate) async fn ask(sandbox: &Sandbox, command: &impl Command) -> Value {
    post_json(sandbox, signer(sandbox).sign(command, UnixTime(now())).unwrap().json()).await
}

/// Sends bytes and returns the response with its head.
pub(crate) async fn exchange(sandbox: &Sandbox, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sandbox.address()).await?;
    // The server may close before everything is written.
    let _ = stream.write_all(request).await;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.map(|_| response)
}

/// Calls the admin API and returns HTTP status and body.
pub(crate) async fn admin(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> (u16, Value) {
    let head = format!("{method} /_sandbox/{path} HTTP/1.1\r\nHost: {}\r\nConnection: close", sandbox.address());
    let head =
        format!("{head}\r\nX-Sandbox-Admin: 1\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    let response = send(sandbox, &format!("{head}\r\n\r\n{body}")).await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or_else(|_| Value::from(body)))
}

/// Returns an HTTP request with a command, signed with the current time.
pub(crate) fn request(sandbox: &Sandbox, command: &impl Command) -> String {
    signed(&sandbox.credentials(), command)
}

/// Returns such a request, signed with these credentials.
pub(crate) fn signed(credentials: &Credentials, command: &impl Command) -> String {
    let payload = Signer::new(credentials).sign(command, UnixTime(now())).unwrap();
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("json", payload.json()).finish();
    let head =
        "POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len())
}
