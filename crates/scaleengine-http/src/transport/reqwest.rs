//! The adapter for reqwest. The caller's client determines TLS, proxies and all other settings.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use std::sync::OnceLock;

use super::body::Body;
use super::{Transport, TransportError, TransportErrorKind, chain};
use crate::endpoint::Endpoint;
use crate::wire::{WireRequest, WireResponse};

mod within;

use within::{ConnectTimeout, Within};

/// A transport over reqwest, which needs a tokio runtime.
///
/// TLS, certificates, proxies, the pool and `User-Agent` are those of the caller's client. reqwest
/// uses a proxy of the environment for endpoints on this machine too, unless `NO_PROXY` or the
/// builder's `no_proxy` excludes them.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use scaleengine_http::transport::reqwest::ReqwestTransport;
///
/// let transport = ReqwestTransport::from_builder(reqwest::Client::builder().user_agent("my-service/1.0"))?;
/// # Ok(())
/// # }
/// ```
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    /// Whether the client sends each request only once.
    sends_once: bool,
    /// Set once a suitable runtime was found.
    runtime: OnceLock<()>,
    url: OnceLock<(Endpoint, ::reqwest::Url)>,
}

impl ReqwestTransport {
    /// Builds a client with the caller's settings that sends each request once: without redirects,
    /// retries and decompression. A request that never had a connection counts as not sent,
    /// whichever timeout ended it.
    ///
    /// # Errors
    ///
    /// Returns an error if reqwest cannot build the client.
    ///
    /// # Panics
    ///
    /// Panics in reqwest's `build` if its feature `rustls-no-provider` is on and the process has
    /// not installed a crypto provider.
    pub fn from_builder(builder: ::reqwest::ClientBuilder) -> Result<Self, ::reqwest::Error> {
        let client = builder
            .redirect(::reqwest::redirect::Policy::none())
            .retry(::reqwest::retry::never())
            // Other crates may enable these features.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .referer(false)
            .connector_layer(Within)
            // This machine by definition; a resolver could return another. Port 0 means that of the
            // request.
            .resolve_to_addrs("localhost", &[(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()])
            .build()?;
        Ok(Self { client, sends_once: true, runtime: OnceLock::new(), url: OnceLock::new() })
    }

    /// Uses a client unchanged. It should follow no redirects, decompress nothing and retry
    /// nothing. Since it may follow redirects, none of its errors counts as "not sent"; see
    /// [`ReqwestTransport::without_redirects`].
    #[must_use]
    pub fn from_client(client: ::reqwest::Client) -> Self {
        Self { client, sends_once: false, runtime: OnceLock::new(), url: OnceLock::new() }
    }

    /// States that the client sends each request once: it follows no redirects
    /// (`redirect::Policy::none()`) and retries nothing (`retry::never()`), so that a failed
    /// connection means "not sent".
    #[must_use]
    pub fn without_redirects(mut self) -> Self {
        self.sends_once = true;
        self
    }

    /// Converts the endpoint to reqwest's type. The URL of the first endpoint is cached, since most
    /// transports use only one.
    fn url(&self, endpoint: &Endpoint) -> Result<::reqwest::Url, TransportError> {
        if let Some((_, url)) = self.url.get().filter(|(own, _)| own == endpoint) {
            return Ok(url.clone());
        }
        let url: ::reqwest::Url = endpoint
            .to_string()
            .parse()
            .map_err(|_| TransportError::not_sent(TransportErrorKind::Other, "reqwest cannot parse the API address"))?;
        let _ = self.url.set((endpoint.clone(), url.clone()));
        Ok(url)
    }

    fn classify(&self, error: ::reqwest::Error) -> TransportError {
        let error = classify(error.without_url());
        // After a redirect or a retry, a failed connection is not the first. reqwest also refuses a
        // redirect to another scheme with the same kind of error as a request that it cannot build.
        if self.sends_once { error } else { error.or_maybe_sent() }
    }
}

impl Transport for ReqwestTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        super::require_tokio(&self.runtime)?;
        let (timeout, max_body) = (request.timeout(), request.max_body());
        let mut own = ::reqwest::Request::new(::reqwest::Method::POST, self.url(request.endpoint())?);
        *own.headers_mut() = request.headers();
        // The client's own value is used.
        own.headers_mut().remove(http::header::USER_AGENT);
        *own.body_mut() = Some(request.into_body().into());
        let exchange = async {
            let mut response = self.client.execute(own).await.map_err(|error| self.classify(error))?;
            let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
            let mut body = Body::with_limit(max_body);
            while let Some(piece) = response.chunk().await.map_err(|error| self.classify(error))? {
                body.push(piece)?;
            }
            Ok(WireResponse::new(status, body.whole()).with_headers(headers))
        };
        let late = |_| Err(TransportError::maybe_sent(TransportErrorKind::Timeout, "the request timed out"));
        tokio::time::timeout(timeout, within::telling(timeout, exchange)).await.unwrap_or_else(late)
    }
}

/// Classifies an error: without a connection nothing was sent; with one, the request may have been
/// sent.
fn classify(error: ::reqwest::Error) -> TransportError {
    use TransportErrorKind::{Broken, Connect, NoSuchHost, Other, Proxy, Resolve, Timeout, Tls};

    if error.is_builder() {
        return TransportError::not_sent(Other, error);
    }
    if !error.is_connect() {
        let kind = if error.is_timeout() { Timeout } else { Broken };
        return TransportError::maybe_sent(kind, error);
    }
    // The caller chooses the underlying libraries, so only messages can be compared.
    let says = |words: &[&str]| chain(&error).any(|error| words.iter().any(|own| error.to_string().contains(own)));
    let kind = if error.is_dns() {
        let unknown = ["not known", "No such host", "No address associated", "nodename nor servname"];
        if says(&unknown) { NoSuchHost } else { Resolve }
    } else if says(&["tunnel error"]) {
        // reqwest does not return the HTTP status.
        Proxy
    } else if chain(&error).any(<dyn std::error::Error>::is::<ConnectTimeout>) || error.is_timeout() {
        Timeout
    } else if says(&["invalid peer certificate", "certificate verify failed"]) {
        TransportErrorKind::Certificate
    } else if says(&["scheme is not http"]) {
        return TransportError::not_sent(
            Tls,
            "reqwest was built without TLS: enable its feature `rustls` or `native-tls`",
        );
    } else {
        Connect
    };
    TransportError::not_sent(kind, error)
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport(…)")
    }
}
