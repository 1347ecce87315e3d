//! A custom transport: `cargo run -p scaleengine --example own_transport --features test-server`
//!
//! HTTP/1.0 over tokio's `TcpStream`, one connection for each request. `test_util::contract` checks
//! the duties of a transport; this one fulfills all of them. It lacks one optional quality: it does
//! not reuse connections.
#![allow(clippy::print_stdout)]

use std::io::{self, ErrorKind::InvalidData};

use scaleengine::http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, TRANSFER_ENCODING};
use scaleengine::test_util::contract;
use scaleengine::{Client, Transport, TransportError, TransportErrorKind, WireRequest, WireResponse, stream};
use scaleengine_sandbox::Sandbox;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Take};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

struct Socket;

impl Transport for Socket {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        use TransportErrorKind::{Broken, Connect, Timeout, TlsSetup};
        if request.endpoint().is_secure() {
            return Err(TransportError::not_sent(TlsSetup, "this transport has no TLS"));
        }
        let uri = request.endpoint().uri();
        let address = format!("{}:{}", uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(80));
        let end = Instant::now() + request.timeout();

        // Without a connection nothing was sent, so even an unsafe command is retried.
        let connected = timeout_at(end, TcpStream::connect(address)).await;
        let connected = connected.map_err(|error| TransportError::not_sent(Timeout, error))?;
        let stream = connected.map_err(|error| TransportError::not_sent(Connect, error))?;

        // With a connection, the server may have read the request before the failure.
        let exchanged = timeout_at(end, exchange(stream, &request)).await;
        let exchanged = exchanged.map_err(|error| TransportError::maybe_sent(Timeout, error))?;
        let response = exchanged.map_err(|error| TransportError::maybe_sent(Broken, error))?;
        response.ok_or_else(TransportError::body_too_large)
    }
}

type Received = BufReader<Take<TcpStream>>;

/// Sends a request and reads its response; `None` if the body is longer than the request allows.
async fn exchange(mut stream: TcpStream, request: &WireRequest) -> io::Result<Option<WireResponse>> {
    let (uri, length) = (request.endpoint().uri(), request.body().len());
    let host = uri.authority().map_or("", |host| host.as_str());
    let head = format!("POST {} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n", uri.path());
    let mut bytes = head.into_bytes();
    for (name, value) in &request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    stream.write_all(&[&bytes[..], b"\r\n", request.body()].concat()).await?;

    // The head of the response is limited too.
    let mut received = BufReader::new(stream.take((request.max_body() as u64).saturating_add(64 * 1024)));
    let status = line(&mut received).await?.split(' ').nth(1).and_then(|code| code.parse().ok());
    let mut headers = HeaderMap::new();
    while let Some((name, value)) = line(&mut received).await?.split_once(':') {
        let name: HeaderName = name.parse().map_err(|_| InvalidData)?;
        headers.append(name, value.trim().parse().map_err(|_| InvalidData)?);
    }
    let body = read_body(&mut received, &headers, request.max_body()).await?;
    let status = status.ok_or(InvalidData)?;
    Ok(body.map(|body| WireResponse::new(status, body).with_headers(headers)))
}

async fn read_body(received: &mut Received, headers: &HeaderMap, max: usize) -> io::Result<Option<Vec<u8>>> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    // Some servers send chunks to HTTP/1.0 clients too.
    let chunked = headers.contains_key(TRANSFER_ENCODING);
    let mut body = Vec::new();
    loop {
        let size = if chunked { usize::from_str_radix(&line(received).await?, 16).ok() } else { length };
        // A body of unknown length is refused: its end looks the same as a broken connection.
        let (start, size) = (body.len(), size.ok_or(InvalidData)?);
        if size > max - start {
            return Ok(None);
        }
        body.resize(start + size, 0);
        received.read_exact(body.get_mut(start..).unwrap_or_default()).await?;
        if !chunked || size == 0 {
            return Ok(Some(body));
        }
        line(received).await?;
    }
}

async fn line(received: &mut Received) -> io::Result<String> {
    let mut line = String::new();
    received.read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In a project this is a test.
    let report = contract::check(&Socket).await;
    print!("{report}");
    report.duties()?;

    let sandbox = Sandbox::start().await?;
    // A real program uses `Client::builder().from_env()?`.
    let client = Client::builder().credentials(sandbox.credentials()).endpoint(sandbox.url());
    let client = client.transport(Socket).build()?;
    client.call(stream::Close::by_name("demo-origin", "live", "my_live_stream")).await?;
    println!("my_live_stream: closed");
    Ok(())
}
