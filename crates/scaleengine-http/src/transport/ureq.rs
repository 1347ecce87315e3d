//! The blocking adapter, for ureq.
//!
//! The connector is assembled here from ureq's parts and this crate's TLS, so that the adapters
//! share TLS and roots, and so that connect errors can be recognized. ureq excludes those parts
//! from semver, hence the narrow version in `Cargo.toml`.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::ureq::config::Config;
use ::ureq::http::Uri;
use ::ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ::ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, TcpConnector,
    Transport as Connection, TransportAdapter,
};
use ::ureq::{Agent, Error, Proxy, Timeout};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::connecting::{Connecting, connection_settings};
use super::lookup::{self, LookupError};
use super::{BlockingTransport, TransportError, TransportErrorKind, chain, tls};
use crate::endpoint::Endpoint;
use crate::wire::{WireRequest, WireResponse};

pub use super::proxy::ProxyError;
pub use super::tls::ExtraCaError;

/// The longest timeout passed to ureq, which adds it to the current time without checking for
/// overflow.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A blocking transport over ureq.
///
/// Certificates are always verified, against the platform's roots. `HTTPS_PROXY`, `ALL_PROXY` and
/// `NO_PROXY` are read as by curl ([`proxy`](super::proxy)); no proxy is used for an endpoint on
/// this machine, and `localhost` is not looked up.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use scaleengine_http::transport::ureq::UreqTransport;
///
/// let transport = UreqTransport::new().connect_timeout(Duration::from_secs(2)).extra_ca(&std::fs::read("ca.pem")?)?;
/// # Ok(())
/// # }
/// ```
///
/// ureq itself logs every byte that it sends and receives, at the level `trace` of the `log` target
/// `ureq_proto`: keep that target at `debug`.
#[derive(Default)]
pub struct UreqTransport {
    connecting: Connecting,
    plain: OnceLock<Agent>,
    /// Created on first use, since loading certificates takes time and may fail.
    secure: OnceLock<Agent>,
}

impl UreqTransport {
    /// Creates a transport with the platform's certificates and the environment's proxies.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    connection_settings!();

    fn agent(&self, endpoint: &Endpoint) -> Result<&Agent, TransportError> {
        if !endpoint.is_secure() {
            return Ok(self.plain.get_or_init(|| self.agent_over(().chain(TcpConnector::default()))));
        }
        if let Some(agent) = self.secure.get() {
            return Ok(agent);
        }
        let config = tls::client_config(&self.connecting.extra_roots)?;
        let tcp = ().chain(ConnectProxyConnector::default()).chain(TcpConnector::default());
        Ok(self.secure.get_or_init(|| self.agent_over(tcp.chain(Tls(Arc::new(config))))))
    }

    fn agent_over(&self, connector: impl Connector) -> Agent {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .accept_encoding("identity")
            .timeout_resolve(Some(self.connecting.timeout.min(LONGEST)))
            .timeout_connect(Some(self.connecting.timeout.min(LONGEST)))
            .proxy(None)
            .max_idle_connections(if self.connecting.idle_timeout.is_zero() { 0 } else { self.connecting.max_idle })
            .max_idle_connections_per_host(self.connecting.max_idle)
            .max_idle_age(self.connecting.idle_timeout)
            .build();
        Agent::with_parts(config, Marking(connector), Lookup(DefaultResolver::default()))
    }

    /// Returns the proxy for an endpoint, as ureq's type.
    fn proxy_for(&self, endpoint: &Endpoint) -> Result<Option<Proxy>, TransportError> {
        use TransportErrorKind::Proxy as Refused;
        let proxy = self.connecting.proxies.for_endpoint(endpoint);
        let proxy = proxy.map_err(|error| TransportError::not_sent(Refused, error))?;
        let proxy = proxy.map(|proxy| Proxy::new(&proxy.uri().to_string()));
        proxy.transpose().map_err(|error| TransportError::not_sent(Refused, error))
    }
}

/// ureq's resolver, with the name in its errors.
#[derive(Debug)]
struct Lookup(DefaultResolver);

impl Resolver for Lookup {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default();
        if let Some(known) = lookup::known(host) {
            let default = if uri.scheme_str() == Some("http") { 80 } else { 443 };
            let mut found = self.empty();
            for address in known {
                found.push((address, uri.port_u16().unwrap_or(default)).into());
            }
            return Ok(found);
        }
        let named = |error| Error::Io(io::Error::other(LookupError { host: host.to_owned(), error }));
        self.0.resolve(uri, config, timeout).map_err(|error| match error {
            Error::Io(error) => named(error),
            Error::HostNotFound => named(io::Error::other("the name is not known")),
            // Whichever timeout ended it, no address to connect to was found yet.
            Error::Timeout(_) if host.trim_matches(['[', ']']).parse::<IpAddr>().is_err() => {
                Error::Timeout(Timeout::Resolve)
            }
            error => error,
        })
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let agent = self.agent(request.endpoint())?;
        let (timeout, max_body) = (request.timeout(), request.max_body());
        let proxy = self.proxy_for(request.endpoint())?;
        let mut request = request.into_http().map(Vec::from);
        request = agent.configure_request(request).timeout_global(Some(timeout.min(LONGEST))).proxy(proxy).build();
        let response = agent.run(request).map_err(classify)?;

        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        // One byte more than allowed, to distinguish a body of exactly the limit from a longer one.
        let read = body.into_reader().take((max_body as u64).saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| match error.get_ref().and_then(|error| error.downcast_ref::<Error>()) {
            Some(Error::Timeout(_)) => TransportError::maybe_sent(TransportErrorKind::Timeout, error),
            _ => TransportError::maybe_sent(TransportErrorKind::Broken, error),
        })?;
        if bytes.len() > max_body {
            return Err(TransportError::body_too_large());
        }
        Ok(WireResponse::new(parts.status, bytes).with_headers(parts.headers))
    }
}

/// Classifies an error: without a connection nothing was sent; with one, the request may have been
/// sent.
fn classify(error: Error) -> TransportError {
    use TransportErrorKind::{Broken, Other, Resolve, Timeout as Late};

    let lookup = find::<LookupError>(&error).map(LookupError::kind);
    match error {
        Error::Other(unconnected) if unconnected.is::<NotConnected>() => {
            let kind = unconnected.downcast_ref::<NotConnected>().map_or(Other, |NotConnected(error)| kind_of(error));
            TransportError::not_sent(kind, unconnected)
        }
        Error::Timeout(Timeout::Resolve) => TransportError::not_sent(Resolve, error),
        Error::BadUri(_) | Error::Http(_) | Error::InvalidProxyUrl | Error::RequireHttpsOnly(_) => {
            TransportError::not_sent(Other, error)
        }
        // Name lookup precedes connecting.
        error => match (lookup, &error) {
            (Some(kind), _) => TransportError::not_sent(kind, error),
            (None, Error::Timeout(_)) => TransportError::maybe_sent(Late, error),
            (None, _) => TransportError::maybe_sent(Broken, error),
        },
    }
}

fn kind_of(error: &Error) -> TransportErrorKind {
    match error {
        // Only the message contains the status.
        Error::ConnectProxyFailed(why)
            if [502, 503, 504].iter().any(|status| why.contains(&format!("responded {status}/"))) =>
        {
            TransportErrorKind::ProxyGateway
        }
        Error::ConnectProxyFailed(_) => TransportErrorKind::Proxy,
        Error::Tls(_) => TransportErrorKind::Tls,
        Error::Timeout(_) => TransportErrorKind::Timeout,
        Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => TransportErrorKind::Timeout,
        error => {
            let tls = find(error).map(tls::kind_of);
            tls.or_else(|| find(error).map(LookupError::kind)).unwrap_or(TransportErrorKind::Connect)
        }
    }
}

/// Finds an error of this type below an I/O error, which ureq's source chain does not include.
fn find<T: StdError + 'static>(error: &Error) -> Option<&T> {
    match error {
        Error::Io(error) => chain(error).find_map(|error| error.downcast_ref()),
        _ => None,
    }
}

/// An error before a connection existed.
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

/// A connector that marks its errors as [`NotConnected`].
#[derive(Debug)]
struct Marking<C>(C);

impl<C: Connector> Connector for Marking<C> {
    type Out = C::Out;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<()>) -> Result<Option<C::Out>, Error> {
        self.0.connect(details, chained).map_err(|error| match error {
            // Through a proxy: already marked.
            Error::Other(error) if error.is::<NotConnected>() => Error::Other(error),
            error => Error::Other(Box::new(NotConnected(error))),
        })
    }
}

/// A connector with this crate's TLS setup.
struct Tls(Arc<ClientConfig>);

impl<In: Connection> Connector<In> for Tls {
    type Out = Either<In, TlsConnection>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(connection) = chained else { return Ok(None) };
        if !details.needs_tls() || connection.is_tls() {
            return Ok(Some(Either::A(connection)));
        }
        let host = details.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Error::BadUri("invalid server name".into()))?;
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
