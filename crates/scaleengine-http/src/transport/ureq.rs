//! The blocking adapter, for ureq.
//!
//! The connector is put together here, from ureq's parts and this crate's TLS, so that every adapter has the same TLS and the
//! same roots, and so that an error of connecting is known to be one. ureq keeps those parts outside its promise of
//! compatibility, hence the narrow version in `Cargo.toml`.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::ureq::config::Config;
use ::ureq::unversioned::resolver::DefaultResolver;
use ::ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, TcpConnector,
    Transport as Connection, TransportAdapter,
};
use ::ureq::{Agent, Error, Proxy, Timeout};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::tls::{self, Connecting};
use super::{BlockingTransport, TransportError, TransportErrorKind};
use crate::endpoint::Endpoint;
use crate::wire::{WireRequest, WireResponse};

pub use super::proxy::ProxyError;
pub use super::tls::ExtraCaError;

/// ureq adds time limits to the time of day without a look whether the sum can be told.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Sends by ureq, on the thread that asks.
///
/// Certificates are always checked. For plain `http://` to this machine no certificates are loaded; for any address on
/// this machine no proxy is used, whatever the environment says; for others `ALL_PROXY`, `HTTPS_PROXY` and `NO_PROXY`
/// are heeded.
///
/// ureq itself writes every byte that it sends and receives to the `log` target `ureq_proto` at the level `trace`: keep that target
/// at `debug`.
#[derive(Default)]
pub struct UreqTransport {
    connecting: Connecting,
    /// Made for each kind of endpoint when it is first used, since loading certificates takes time and may fail.
    plain: OnceLock<Agent>,
    local: OnceLock<Agent>,
    remote: OnceLock<Agent>,
}

impl UreqTransport {
    /// A transport with the platform's certificates.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long connecting may take, TLS included; 5 seconds unless set. A limit below that of an attempt is what tells
    /// "not sent" from "may have been sent".
    #[must_use]
    pub fn connect_time(mut self, limit: Duration) -> Self {
        self.connecting.time = limit;
        self
    }

    /// Connecting may take half of the time that an attempt may take, and 5 seconds at most.
    #[must_use]
    pub fn within(mut self, attempt: Duration) -> Self {
        self.connecting.within(attempt);
        self
    }

    /// Trusts the certificates of a PEM text, beside those of the platform.
    ///
    /// # Errors
    ///
    /// The text holds no certificate, or one that cannot be read.
    pub fn extra_ca(mut self, pem: &[u8]) -> Result<Self, ExtraCaError> {
        self.connecting.trust(pem)?;
        Ok(self)
    }

    /// Reaches what is not on this machine by way of this proxy, such as `http://proxy.example:3128`, whatever the environment
    /// says.
    ///
    /// # Errors
    ///
    /// It is no address of a proxy that is reached by HTTP.
    pub fn proxy(mut self, address: &str) -> Result<Self, ProxyError> {
        self.connecting.through(address)?;
        Ok(self)
    }

    fn agent(&self, endpoint: &Endpoint) -> Result<&Agent, TransportError> {
        let place = match (endpoint.is_secure(), endpoint.is_loopback()) {
            (false, _) => &self.plain,
            (true, true) => &self.local,
            (true, false) => &self.remote,
        };
        if let Some(agent) = place.get() {
            return Ok(agent);
        }
        let connector = Marking(
            ().chain(ConnectProxyConnector::default())
                .chain(TcpConnector::default())
                .chain(Tls(Arc::new(self.connecting.tls(endpoint)?))),
        );
        let proxy = match &self.connecting.proxy {
            _ if endpoint.is_loopback() => None,
            Some(proxy) => {
                let unusable = |error| TransportError::not_sent(TransportErrorKind::Other, error);
                Some(Proxy::new(proxy.as_str()).map_err(unusable)?)
            }
            None => Proxy::try_from_env(),
        };
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .accept_encoding("identity")
            .timeout_connect(Some(self.connecting.time.min(LONGEST)))
            .proxy(proxy)
            // As many as may be at work at once.
            .max_idle_connections(256)
            .max_idle_connections_per_host(256)
            .build();
        Ok(place.get_or_init(|| Agent::with_parts(config, connector, DefaultResolver::default())))
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let agent = self.agent(request.endpoint())?;
        let limits = request.limits();
        let mut request = request.into_http().map(Vec::from);
        request = agent.configure_request(request).timeout_global(Some(limits.time.min(LONGEST))).build();
        let response = agent.run(request).map_err(classify)?;

        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        // One more than allowed, so that a body of just the limit is told from a longer one.
        let read = body.into_reader().take((limits.body as u64).saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| match error.get_ref().and_then(|error| error.downcast_ref::<Error>()) {
            Some(Error::Timeout(_)) => TransportError::maybe_sent(TransportErrorKind::Timeout, error),
            _ => TransportError::maybe_sent(TransportErrorKind::Broken, error),
        })?;
        if bytes.len() > limits.body {
            return Err(TransportError::body_too_large());
        }
        Ok(WireResponse::new(parts.status, bytes).with_headers(parts.headers))
    }
}

/// Before a connection is there nothing can have been sent; after that nobody can tell.
fn classify(error: Error) -> TransportError {
    use TransportErrorKind::{Broken, NoSuchHost, Other, Resolve, Timeout as Late};

    match error {
        Error::Other(unconnected) if unconnected.is::<NotConnected>() => {
            let kind = unconnected.downcast_ref::<NotConnected>().map_or(Other, |NotConnected(error)| kind_of(error));
            TransportError::not_sent(kind, unconnected)
        }
        Error::HostNotFound => TransportError::not_sent(NoSuchHost, error),
        Error::Timeout(Timeout::Resolve) => TransportError::not_sent(Resolve, error),
        Error::BadUri(_) | Error::Http(_) | Error::InvalidProxyUrl | Error::RequireHttpsOnly(_) => {
            TransportError::not_sent(Other, error)
        }
        // The resolver's, which works before there is anything to connect to.
        Error::Io(ref io) if is_lookup(io) => TransportError::not_sent(TransportErrorKind::of_lookup(io), error),
        Error::Timeout(_) => TransportError::maybe_sent(Late, error),
        error => TransportError::maybe_sent(Broken, error),
    }
}

/// The standard library's words for a failed lookup, for which it has no kind.
fn is_lookup(error: &io::Error) -> bool {
    error.to_string().starts_with("failed to lookup address information")
}

fn kind_of(error: &Error) -> TransportErrorKind {
    match error {
        Error::ConnectProxyFailed(_) => TransportErrorKind::Proxy,
        Error::Tls(_) => TransportErrorKind::Tls,
        Error::Timeout(_) => TransportErrorKind::Timeout,
        Error::Io(error) => match error.get_ref().and_then(|error| error.downcast_ref()) {
            Some(error) => tls::kind_of(error),
            None if is_lookup(error) => TransportErrorKind::of_lookup(error),
            None => TransportErrorKind::Connect,
        },
        _ => TransportErrorKind::Connect,
    }
}

/// An error of connecting.
#[derive(Debug)]
struct NotConnected(Error);

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for NotConnected {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// Marks the errors of connecting as such.
#[derive(Debug)]
struct Marking<C>(C);

impl<C: Connector> Connector for Marking<C> {
    type Out = C::Out;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<()>) -> Result<Option<C::Out>, Error> {
        self.0.connect(details, chained).map_err(|error| match error {
            // By way of a proxy: it is marked already.
            Error::Other(error) if error.is::<NotConnected>() => Error::Other(error),
            error => Error::Other(Box::new(NotConnected(error))),
        })
    }
}

/// TLS as this crate sets it up.
struct Tls(Arc<ClientConfig>);

impl<In: Connection> Connector<In> for Tls {
    type Out = Either<In, TlsConnection>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(connection) = chained else { return Ok(None) };
        if !details.needs_tls() || connection.is_tls() {
            return Ok(Some(Either::A(connection)));
        }
        let host = details.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Error::BadUri("the host is no name".into()))?;
        let mut tls = ClientConnection::new(Arc::clone(&self.0), name).map_err(io::Error::other)?;
        let mut socket = TransportAdapter::new(connection.boxed(), Arc::clone(&details.current_time));
        socket.set_timeout(details.timeout);
        tls.complete_io(&mut socket)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(TlsConnection { buffers, stream: StreamOwned::new(tls, socket) })))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(…)")
    }
}

struct TlsConnection {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Connection for TlsConnection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        Ok(self.stream.write_all(output)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnection(…)")
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UreqTransport(…)")
    }
}
