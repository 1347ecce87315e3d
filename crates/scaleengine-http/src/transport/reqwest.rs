//! The adapter for reqwest.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use super::body::Body;
use super::tls::{self, Connecting};
use super::{Sent, Transport, TransportError, TransportErrorKind, chain};
use crate::endpoint::Endpoint;
use crate::wire::{Limits, WireRequest, WireResponse};

pub use super::proxy::ProxyError;
pub use super::tls::ExtraCaError;

/// Sends by reqwest, within a tokio runtime.
///
/// Certificates are always checked. For plain `http://` to this machine no certificates are loaded; for any address on
/// this machine no proxy is used, whatever the environment says; for others `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`
/// are heeded.
pub struct ReqwestTransport {
    clients: Clients,
    url: OnceLock<(Endpoint, ::reqwest::Url)>,
}

enum Clients {
    Own(Own),
    Given(::reqwest::Client),
}

/// Clients that are made for each kind of endpoint when it is first used, since loading certificates takes time and may fail.
struct Own {
    connecting: Connecting,
    /// What an attempt may take, unless it says otherwise.
    attempt: Duration,
    plain: OnceLock<::reqwest::Client>,
    local: OnceLock<::reqwest::Client>,
    remote: OnceLock<::reqwest::Client>,
}

impl ReqwestTransport {
    /// A transport with the platform's certificates.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A transport with other settings.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder { connecting: Connecting::default(), attempt: Limits::default().time }
    }

    /// A client of the caller's. Its settings are the caller's too: it should follow no redirects, decompress nothing,
    /// retry nothing, and use no proxy for this machine. Since it may follow redirects, no failure of it says that
    /// nothing was sent.
    #[must_use]
    pub fn from_client(client: ::reqwest::Client) -> Self {
        Self { clients: Clients::Given(client), url: OnceLock::new() }
    }

    /// The address in reqwest's terms; kept for the endpoint that it was first used with, which is all but always the only one.
    fn url(&self, endpoint: &Endpoint) -> Result<::reqwest::Url, TransportError> {
        if let Some((_, url)) = self.url.get().filter(|(own, _)| own == endpoint) {
            return Ok(url.clone());
        }
        let url: ::reqwest::Url = endpoint
            .to_string()
            .parse()
            .map_err(|_| TransportError::not_sent(TransportErrorKind::Other, "the address is no URL to reqwest"))?;
        let _ = self.url.set((endpoint.clone(), url.clone()));
        Ok(url)
    }
}

impl Default for ReqwestTransport {
    fn default() -> Self {
        Self::new()
    }
}

/// Settings of a [`ReqwestTransport`].
#[must_use]
pub struct ReqwestTransportBuilder {
    connecting: Connecting,
    attempt: Duration,
}

impl ReqwestTransportBuilder {
    /// How long connecting may take, TLS included; 5 seconds unless set. A limit below that of an attempt is what tells
    /// "not sent" from "may have been sent".
    pub fn connect_time(mut self, limit: Duration) -> Self {
        self.connecting.time = limit;
        self
    }

    /// Connecting may take half of the time that an attempt may take, and 5 seconds at most.
    pub fn within(mut self, attempt: Duration) -> Self {
        self.connecting.within(attempt);
        self.attempt = attempt;
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

    /// The transport. Nothing is loaded before it is used.
    #[must_use]
    pub fn build(self) -> ReqwestTransport {
        let Self { connecting, attempt } = self;
        let (plain, local, remote) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let clients = Clients::Own(Own { connecting, attempt, plain, local, remote });
        ReqwestTransport { clients, url: OnceLock::new() }
    }
}

impl Own {
    fn client(&self, endpoint: &Endpoint) -> Result<&::reqwest::Client, TransportError> {
        let place = match (endpoint.is_secure(), endpoint.is_loopback()) {
            (false, _) => &self.plain,
            (true, true) => &self.local,
            (true, false) => &self.remote,
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = self.make(endpoint)?;
        Ok(place.get_or_init(|| client))
    }

    /// A client that sends what it is given, once, and hands back what comes.
    fn make(&self, endpoint: &Endpoint) -> Result<::reqwest::Client, TransportError> {
        let mut builder = ::reqwest::Client::builder()
            .tls_backend_preconfigured(self.connecting.tls(endpoint)?)
            .redirect(::reqwest::redirect::Policy::none())
            .retry(::reqwest::retry::never())
            // Whatever features others switch on.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .referer(false)
            .connect_timeout(self.connecting.time)
            .timeout(self.attempt);
        let unusable =
            |error: ::reqwest::Error| TransportError::not_sent(TransportErrorKind::Other, error.without_url());
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &self.connecting.proxy {
            builder = builder.proxy(::reqwest::Proxy::all(proxy.as_str()).map_err(unusable)?);
        }
        builder.build().map_err(unusable)
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let (client, classify, usual): (_, fn(_) -> _, _) = match &self.clients {
            Clients::Own(own) => (own.client(request.endpoint())?, classify, Some(own.attempt)),
            Clients::Given(client) => (client, classify_of_others, None),
        };
        let limits = request.limits();
        let mut own = ::reqwest::Request::new(::reqwest::Method::POST, self.url(request.endpoint())?);
        *own.headers_mut() = request.headers();
        *own.body_mut() = Some(request.into_body().into());
        // A limit of its own costs the request a map of extensions.
        if usual != Some(limits.time) {
            *own.timeout_mut() = Some(limits.time);
        }

        let mut response = client.execute(own).await.map_err(|error| classify(error.without_url()))?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut body = Body::with_limit(limits.body);
        while let Some(piece) = response.chunk().await.map_err(|error| classify(error.without_url()))? {
            body.push(piece)?;
        }
        Ok(WireResponse::new(status, body.whole()).with_headers(headers))
    }
}

/// Before a connection is there nothing can have been sent; after that nobody can tell.
fn classify(error: ::reqwest::Error) -> TransportError {
    use TransportErrorKind::{Broken, Connect, Other, Proxy, Timeout};

    if error.is_builder() {
        return TransportError::not_sent(Other, error);
    }
    if !error.is_connect() {
        let kind = if error.is_timeout() { Timeout } else { Broken };
        return TransportError::maybe_sent(kind, error);
    }
    let kind = if error.is_dns() {
        // The innermost error has the system's words.
        TransportErrorKind::of_lookup(chain(&error).last().unwrap_or(&error))
    } else if chain(&error).any(|error| error.to_string().starts_with("tunnel error")) {
        // The HTTP library beneath has no other name for it.
        Proxy
    } else {
        chain(&error).find_map(|error| error.downcast_ref()).map_or(Connect, tls::kind_of)
    };
    TransportError::not_sent(kind, error)
}

/// With a client of somebody else's, a connection that cannot be made may be the second one, after a redirect.
fn classify_of_others(error: ::reqwest::Error) -> TransportError {
    let error = classify(error);
    let never = error.kind() == TransportErrorKind::Other && error.sent() == Sent::No;
    if never { error } else { error.or_maybe_sent() }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport(…)")
    }
}
