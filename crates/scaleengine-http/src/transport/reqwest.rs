//! The adapter for reqwest: TLS by rustls with ring, the platform's root certificates and whatever else is added.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::{Sent, Transport, TransportError, TransportErrorKind};
use crate::endpoint::Endpoint;
use crate::wire::{WireRequest, WireResponse};

/// How long connecting may take, TLS included, unless set otherwise.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// Sends by reqwest.
///
/// Certificates are always checked. For plain `http://` to this machine no certificates are loaded; for any address on
/// this machine no proxy is used, whatever the environment says; for others `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`
/// are heeded.
pub struct ReqwestTransport {
    clients: Clients,
}

enum Clients {
    /// Made for each kind of endpoint when it is first used, since loading certificates takes time and may fail.
    Own {
        config: Config,
        plain: OnceLock<::reqwest::Client>,
        local: OnceLock<::reqwest::Client>,
        remote: OnceLock<::reqwest::Client>,
    },
    Given(::reqwest::Client),
}

#[derive(Clone)]
struct Config {
    connect_time: Duration,
    extra_roots: Vec<CertificateDer<'static>>,
}

impl ReqwestTransport {
    /// A transport with the platform's certificates.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A transport with other settings.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder { config: Config { connect_time: CONNECT_TIME, extra_roots: Vec::new() } }
    }

    /// A client of the caller's. Its settings are the caller's too: it should follow no redirects, decompress nothing,
    /// retry nothing, and use no proxy for this machine. Since it may follow redirects, no failure of it says that
    /// nothing was sent.
    #[must_use]
    pub fn from_client(client: ::reqwest::Client) -> Self {
        Self { clients: Clients::Given(client) }
    }

    fn client(&self, endpoint: &Endpoint) -> Result<&::reqwest::Client, TransportError> {
        let (config, plain, local, remote) = match &self.clients {
            Clients::Own { config, plain, local, remote } => (config, plain, local, remote),
            Clients::Given(client) => return Ok(client),
        };
        let place = match (endpoint.is_secure(), endpoint.is_loopback()) {
            (false, _) => plain,
            (true, true) => local,
            (true, false) => remote,
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = config.client(endpoint)?;
        Ok(place.get_or_init(|| client))
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
    config: Config,
}

impl ReqwestTransportBuilder {
    /// How long connecting may take, TLS included; 5 seconds unless set. A limit below that of an attempt is what tells
    /// "not sent" from "may have been sent".
    pub fn connect_time(mut self, limit: Duration) -> Self {
        self.config.connect_time = limit;
        self
    }

    /// Connecting may take half of the time that an attempt may take, and 5 seconds at most.
    pub fn within(self, attempt: Duration) -> Self {
        self.connect_time(CONNECT_TIME.min(attempt / 2))
    }

    /// Trusts the certificates of a PEM text, beside those of the platform.
    ///
    /// # Errors
    ///
    /// The text holds no certificate, or one that cannot be read.
    pub fn extra_ca(mut self, pem: &[u8]) -> Result<Self, ExtraCaError> {
        let roots: Vec<_> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| ExtraCaError(()))?;
        let mut readable = RootCertStore::empty();
        if roots.is_empty() || roots.iter().any(|root| readable.add(root.clone()).is_err()) {
            return Err(ExtraCaError(()));
        }
        self.config.extra_roots.extend(roots);
        Ok(self)
    }

    /// The transport. Nothing is loaded before it is used.
    #[must_use]
    pub fn build(self) -> ReqwestTransport {
        let (plain, local, remote) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        ReqwestTransport { clients: Clients::Own { config: self.config, plain, local, remote } }
    }
}

/// A text that should hold certificates does not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text holds no certificate that can be read: a PEM file with BEGIN CERTIFICATE is expected")]
pub struct ExtraCaError(());

impl Config {
    fn client(&self, endpoint: &Endpoint) -> Result<::reqwest::Client, TransportError> {
        let tls = self.tls(endpoint).map_err(|error| TransportError::not_sent(TransportErrorKind::Tls, error))?;
        let mut builder = ::reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(::reqwest::redirect::Policy::none())
            .retry(::reqwest::retry::never())
            // Whatever features others switch on.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .referer(false)
            .connect_timeout(self.connect_time);
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| TransportError::not_sent(TransportErrorKind::Other, error.without_url()))
    }

    /// With ring, chosen here and not by whichever provider the process installed.
    fn tls(&self, endpoint: &Endpoint) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
        let config = if endpoint.is_secure() {
            let verifier = Verifier::new_with_extra_roots(self.extra_roots.iter().cloned(), provider)?;
            // "Dangerous" is rustls's word for any verifier but its own; this one is the platform's.
            config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        } else {
            config.with_root_certificates(RootCertStore::empty())
        };
        Ok(config.with_no_client_auth())
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let client = self.client(request.endpoint())?;
        let limits = request.limits();
        let classify = match self.clients {
            Clients::Own { .. } => classify,
            Clients::Given(_) => classify_of_others,
        };
        let mut request =
            ::reqwest::Request::try_from(request.into_http()).map_err(|error| classify(error.without_url()))?;
        *request.timeout_mut() = Some(limits.time);

        let mut response = client.execute(request).await.map_err(|error| classify(error.without_url()))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(error.without_url()))? {
            if chunk.len() > limits.body.saturating_sub(body.len()) {
                return Err(TransportError::body_too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(WireResponse::new(status, body).with_headers(headers))
    }
}

/// Before a connection is there nothing can have been sent; after that nobody can tell.
fn classify(error: ::reqwest::Error) -> TransportError {
    use TransportErrorKind::{Broken, Certificate, Connect, Other, Resolve, Timeout, Tls};

    if error.is_builder() {
        return TransportError::not_sent(Other, error);
    }
    if !error.is_connect() {
        let kind = if error.is_timeout() { Timeout } else { Broken };
        return TransportError::maybe_sent(kind, error);
    }
    let kind = if error.is_dns() {
        Resolve
    } else {
        match find::<rustls::Error>(&error) {
            Some(rustls::Error::InvalidCertificate(_)) => Certificate,
            Some(_) => Tls,
            None => Connect,
        }
    };
    TransportError::not_sent(kind, error)
}

/// With a client of somebody else's, a connection that cannot be made may be the second one, after a redirect.
fn classify_of_others(error: ::reqwest::Error) -> TransportError {
    let error = classify(error);
    let never = error.kind() == TransportErrorKind::Other && error.sent() == Sent::No;
    if never { error } else { error.or_maybe_sent() }
}

/// The error of a type in a chain; an `io::Error` hides the one that it wraps from its own chain.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).map(|error| error as _);
        next = wrapped.or_else(|| error.source());
    }
    None
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport(…)")
    }
}
