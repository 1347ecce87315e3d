//! TLS, proxy and time limits of connecting, the same for every adapter: rustls with ring, the platform's roots and whatever else is
//! trusted.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::proxy::{ProxyAddress, ProxyError};
use super::{TransportError, TransportErrorKind};
use crate::endpoint::Endpoint;

/// How long connecting may take, TLS included, unless set otherwise.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// How a connection is made.
#[derive(Clone)]
pub(super) struct Connecting {
    pub(super) time: Duration,
    extra_roots: Vec<CertificateDer<'static>>,
    /// In place of the environment's.
    pub(super) proxy: Option<ProxyAddress>,
}

impl Default for Connecting {
    fn default() -> Self {
        Self { time: CONNECT_TIME, extra_roots: Vec::new(), proxy: None }
    }
}

impl Connecting {
    /// Within half of the time that an attempt may take, and 5 seconds at most: a limit below that of an attempt is what tells
    /// "not sent" from "may have been sent".
    pub(super) fn within(&mut self, attempt: Duration) {
        self.time = CONNECT_TIME.min(attempt / 2);
    }

    /// Trusts the certificates of a PEM text, beside those of the platform.
    pub(super) fn trust(&mut self, pem: &[u8]) -> Result<(), ExtraCaError> {
        let roots: Vec<_> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| ExtraCaError(()))?;
        let mut readable = RootCertStore::empty();
        if roots.is_empty() || roots.iter().any(|root| readable.add(root.clone()).is_err()) {
            return Err(ExtraCaError(()));
        }
        self.extra_roots.extend(roots);
        Ok(())
    }

    /// By way of this proxy, whatever the environment says.
    pub(super) fn through(&mut self, proxy: &str) -> Result<(), ProxyError> {
        self.proxy = Some(ProxyAddress::parse(proxy)?);
        Ok(())
    }

    /// With ring, chosen here and not by whichever provider the process installed. For plain `http://` no certificates are
    /// loaded.
    pub(super) fn tls(&self, endpoint: &Endpoint) -> Result<ClientConfig, TransportError> {
        self.config(endpoint).map_err(|error| TransportError::not_sent(TransportErrorKind::TlsSetup, error))
    }

    fn config(&self, endpoint: &Endpoint) -> Result<ClientConfig, rustls::Error> {
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

/// What an error of TLS is: a certificate that was refused does not get better by trying again.
pub(super) fn kind_of(error: &rustls::Error) -> TransportErrorKind {
    match error {
        rustls::Error::InvalidCertificate(_) => TransportErrorKind::Certificate,
        _ => TransportErrorKind::Tls,
    }
}

/// A text that should hold certificates does not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text holds no certificate that can be read: a PEM file with BEGIN CERTIFICATE is expected")]
pub struct ExtraCaError(());
