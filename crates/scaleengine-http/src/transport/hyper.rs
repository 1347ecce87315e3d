//! The default transport: hyper's pooled client, rustls, and a connector that reports reliably
//! whether a connection was made.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use http::Uri;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Error;
use hyper_util::client::legacy::connect::{Connect, HttpConnector, capture_connection};
use tokio::sync::Semaphore;

use super::body;
use super::connecting::{Connecting, connection_settings};
use super::lookup::LookupError;
use super::{Transport, TransportError, TransportErrorKind, chain, tls};
use crate::endpoint::Endpoint;
use crate::wire::{WireRequest, WireResponse};

mod pool;
mod resolve;
mod timed;
mod tunnel;

use pool::Pool;
use resolve::Resolver;
use timed::{ConnectTimeout, Timed};
use tunnel::{ProxyRefusal, Tunnel};

pub use super::proxy::ProxyError;
pub use super::tls::ExtraCaError;

type Tcp = HttpConnector<Resolver>;

/// A transport over hyper, for HTTP/1.1. It needs a tokio runtime with I/O and timer enabled.
///
/// Certificates are always verified, against the platform's roots. `HTTPS_PROXY`, `ALL_PROXY` and
/// `NO_PROXY` are read as by curl ([`proxy`](super::proxy)); no proxy is used for an endpoint on
/// this machine, and `localhost` is not looked up.
///
/// The time to connect counts against the timeout of the request. A request that never had a
/// connection counts as not sent, whichever timeout ended it.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use scaleengine_http::transport::hyper::HyperTransport;
///
/// let transport = HyperTransport::new()
///     .connect_timeout(Duration::from_secs(2))
///     .max_connections(32)
///     .proxy("http://proxy.example:3128")?
///     .extra_ca(&std::fs::read("ca.pem")?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct HyperTransport {
    connecting: Connecting,
    /// The permits of requests in flight, if their number is limited.
    slots: Option<Semaphore>,
    /// Set once a suitable runtime was found.
    runtime: OnceLock<()>,
    plain: OnceLock<Pool<Timed<Tcp>>>,
    /// Created on first use, since loading certificates takes time and may fail.
    secure: OnceLock<Pool<Timed<HttpsConnector<Tunnel<Tcp>>>>>,
}

impl HyperTransport {
    /// Creates a transport with the platform's certificates and the environment's proxies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    connection_settings!();

    /// Sets the largest number of requests in flight, each of which has its own connection;
    /// unlimited by default, 0 counts as 1. A request that waits in this queue longer than its
    /// timeout counts as not sent.
    #[must_use]
    pub fn max_connections(mut self, count: usize) -> Self {
        self.slots = Some(Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS)));
        self
    }

    fn plain(&self) -> &Pool<Timed<Tcp>> {
        self.plain.get_or_init(|| Pool::new(Timed::new(tcp(), self.connecting.timeout), &self.connecting))
    }

    fn secure(&self) -> Result<&Pool<Timed<HttpsConnector<Tunnel<Tcp>>>>, TransportError> {
        if let Some(client) = self.secure.get() {
            return Ok(client);
        }
        let tunnel = Tunnel::new(tcp(), self.connecting.proxies.clone());
        let config = tls::client_config(&self.connecting.extra_roots)?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_only().enable_http1();
        let connector = Timed::new(connector.wrap_connector(tunnel), self.connecting.timeout);
        let client = Pool::new(connector, &self.connecting);
        Ok(self.secure.get_or_init(|| client))
    }
}

fn tcp() -> Tcp {
    let mut tcp = HttpConnector::new_with_resolver(Resolver::default());
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp
}

impl Transport for HyperTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        super::require_tokio(&self.runtime)?;
        let proxy = self.connecting.proxies.for_endpoint(request.endpoint());
        proxy.map_err(|error| TransportError::not_sent(TransportErrorKind::Proxy, error))?;
        if request.endpoint().is_secure() {
            exchange(self.secure()?, self.slots.as_ref(), request).await
        } else {
            exchange(self.plain(), self.slots.as_ref(), request).await
        }
    }
}

/// Sends a request and reads its response, within its limits.
async fn exchange<C>(
    client: &Pool<C>,
    slots: Option<&Semaphore>,
    request: WireRequest,
) -> Result<WireResponse, TransportError>
where
    C: Connect + Clone + Send + Sync + 'static,
{
    let (timeout, max_body) = (request.timeout(), request.max_body());
    let mut request = request.into_http().map(Full::new);
    let connection = capture_connection(&mut request);
    let exchange = async {
        let _slot = match slots {
            // The semaphore is never closed.
            Some(slots) => slots.acquire().await.ok(),
            None => None,
        };
        let response = client.request(request).await.map_err(classify)?;
        let (head, body) = response.into_parts();
        let body = body::read(body, max_body).await?;
        Ok(WireResponse::new(head.status, body).with_headers(head.headers))
    };
    match tokio::time::timeout(timeout, exchange).await {
        Ok(outcome) => outcome,
        Err(late) if connection.connection_metadata().is_none() => {
            Err(TransportError::not_sent(TransportErrorKind::Timeout, late))
        }
        Err(late) => Err(TransportError::maybe_sent(TransportErrorKind::Timeout, late)),
    }
}

/// Classifies an error of hyper-util's client, for your own transport on top of it: a request
/// without a connection was not sent.
///
/// ```
/// use scaleengine_http::transport::{TransportError, hyper};
///
/// fn classify(error: Box<dyn std::error::Error + Send + Sync>) -> TransportError {
///     match error.downcast() {
///         Ok(error) => hyper::classify(*error),
///         Err(error) => TransportError::unclassified(error),
///     }
/// }
/// ```
#[must_use]
pub fn classify(error: Error) -> TransportError {
    if error.is_connect() {
        return TransportError::not_sent(kind_of_connect(&error), error);
    }
    // Only the message identifies a request of which nothing was sent: its connection was closed
    // while the request waited for it.
    if error.to_string() == "client error (Canceled)" {
        return TransportError::not_sent(TransportErrorKind::Connect, error);
    }
    TransportError::maybe_sent(TransportErrorKind::Broken, error)
}

fn kind_of_connect(error: &Error) -> TransportErrorKind {
    let find = || chain(error);
    if let Some(refusal) = find().find_map(|error| error.downcast_ref::<ProxyRefusal>()) {
        return refusal.kind();
    }
    if let Some(lookup) = find().find_map(|error| error.downcast_ref::<LookupError>()) {
        return lookup.kind();
    }
    if find().any(<dyn std::error::Error>::is::<ConnectTimeout>) {
        return TransportErrorKind::Timeout;
    }
    find().find_map(|error| error.downcast_ref()).map_or(TransportErrorKind::Connect, tls::kind_of)
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperTransport(…)")
    }
}

/// Returns the host and port of a URI.
fn host_and_port(uri: &Uri) -> Option<(&str, u16)> {
    let default = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    Some((uri.host()?, uri.port_u16().unwrap_or(default)))
}
