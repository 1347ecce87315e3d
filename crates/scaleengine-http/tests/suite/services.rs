//! Clients like those of an embedder, with rustls and one trusted authority: a tower service and a
//! reqwest builder.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// Returns hyper's client as a tower service.
pub(crate) fn hyper(authority: &str) -> Client<HttpsConnector<HttpConnector>, Full<Bytes>> {
    let config = trusting(authority);
    let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
    Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build(connector)
}

/// Returns a reqwest builder without proxies.
pub(crate) fn reqwest(authority: &str) -> ::reqwest::ClientBuilder {
    ::reqwest::Client::builder().tls_backend_preconfigured(trusting(authority)).no_proxy()
}

/// Returns a reqwest builder with the proxies of the environment.
pub(crate) fn reqwest_with_env(authority: &str) -> ::reqwest::ClientBuilder {
    ::reqwest::Client::builder().tls_backend_preconfigured(trusting(authority))
}

fn trusting(authority: &str) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_root_certificates(roots).with_no_client_auth()
}
