//! A connection through an HTTP proxy, by CONNECT. hyper-util's own connector hides the status of a
//! refusal.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, Uri};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service;

use super::host_and_port;
use super::timed::BoxError;
use crate::transport::TransportErrorKind;
use crate::transport::proxy::{Proxies, ProxyAddress};

/// The largest accepted head of a proxy's response, in bytes.
const LONGEST: usize = 16 * 1024;

/// A connector that connects directly or through the proxy for a URI.
#[derive(Clone)]
pub(super) struct Tunnel<C> {
    tcp: C,
    proxies: Proxies,
}

impl<C> Tunnel<C> {
    pub(super) fn new(tcp: C, proxies: Proxies) -> Self {
        Self { tcp, proxies }
    }
}

impl<C> Service<Uri> for Tunnel<C>
where
    C: Service<Uri, Response = TokioIo<TcpStream>>,
    C::Future: Send + 'static,
    C::Error: Into<BoxError>,
{
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let proxy = match self.proxies.for_uri(&uri) {
            Ok(proxy) => proxy.cloned(),
            Err(error) => return Box::pin(std::future::ready(Err(error.into()))),
        };
        let Some(proxy) = proxy else {
            let connecting = self.tcp.call(uri);
            return Box::pin(async move { connecting.await.map_err(Into::into) });
        };
        let connecting = self.tcp.call(proxy.uri().clone());
        Box::pin(async move {
            let to_proxy = |error: C::Error| ProxyUnreachable { proxy: proxy.to_string(), error: error.into() };
            let mut stream = connecting.await.map_err(to_proxy)?;
            connect(stream.inner_mut(), &uri, &proxy).await?;
            Ok(stream)
        })
    }
}

/// Requests a connection to the host of a URI from the proxy.
async fn connect(stream: &mut TcpStream, uri: &Uri, proxy: &ProxyAddress) -> Result<(), BoxError> {
    let (host, port) = host_and_port(uri).ok_or("the address has no host")?;
    let authorization = authorization(proxy).map(|value| format!("Proxy-Authorization: {value}\r\n"));
    let authorization = authorization.unwrap_or_default();
    let head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut head = Vec::new();
    // The server sends nothing before TLS begins, so only the proxy's response can be read here.
    while !head.ends_with(b"\r\n\r\n") {
        let end = || io::Error::new(io::ErrorKind::UnexpectedEof, "the proxy's response to CONNECT is incomplete");
        if head.len() > LONGEST || stream.read_buf(&mut head).await? == 0 {
            return Err(end().into());
        }
        // A refusal may have a body, which is not read.
        if let Some(status) = status(&head)
            && !status.is_success()
        {
            return Err(ProxyRefusal { status }.into());
        }
    }
    match status(&head) {
        Some(_) => Ok(()),
        None => Err(io::Error::new(io::ErrorKind::InvalidData, "the proxy's response to CONNECT is not HTTP").into()),
    }
}

/// Parses the status of a response, once its first line is complete.
fn status(head: &[u8]) -> Option<StatusCode> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    // An incomplete head is not an error, and its first line was parsed.
    response.parse(head).ok()?;
    StatusCode::from_u16(response.code?).ok()
}

/// Returns the `Proxy-Authorization` header for the user and password of the address.
fn authorization(proxy: &ProxyAddress) -> Option<String> {
    let (own, _) = proxy.uri().authority()?.as_str().rsplit_once('@')?;
    let (user, password) = own.split_once(':').unwrap_or((own, ""));
    let credentials: Vec<u8> = percent_decode_str(user).chain([b':']).chain(percent_decode_str(password)).collect();
    Some(format!("Basic {}", STANDARD.encode(credentials)))
}

/// The error of a proxy that did not connect to the server.
#[derive(Debug)]
pub(super) struct ProxyRefusal {
    status: StatusCode,
}

impl ProxyRefusal {
    /// Returns the kind of error. With 502, 503 (Squid) or 504 the proxy could not reach the
    /// server, which may pass; other statuses are refusals.
    pub(super) fn kind(&self) -> TransportErrorKind {
        match self.status {
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                TransportErrorKind::ProxyGateway
            }
            _ => TransportErrorKind::Proxy,
        }
    }
}

impl fmt::Display for ProxyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy responded to CONNECT with HTTP {}", self.status)
    }
}

impl std::error::Error for ProxyRefusal {}

/// The error of a proxy that cannot be reached.
#[derive(Debug)]
struct ProxyUnreachable {
    proxy: String,
    error: BoxError,
}

impl fmt::Display for ProxyUnreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not connect to the proxy {}", self.proxy)
    }
}

impl std::error::Error for ProxyUnreachable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.error)
    }
}
