//! TLS as this crate sets it up: rustls with a provider that is named here, the platform's roots, and the certificates that the
//! caller adds.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::provider::provider;
use super::{TransportError, TransportErrorKind};

/// Certificates that are trusted beside those of the platform.
#[derive(Clone, Default)]
pub(super) struct ExtraRoots(Vec<CertificateDer<'static>>);

impl ExtraRoots {
    /// Adds the certificates of a PEM text.
    pub(super) fn add(&mut self, pem: &[u8]) -> Result<(), ExtraCaError> {
        // The PEM parser takes a marker for a line of text when a byte order mark stands before it.
        let pem = pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem);
        let roots: Vec<_> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| ExtraCaError(()))?;
        let mut readable = RootCertStore::empty();
        if roots.is_empty() || roots.iter().any(|root| readable.add(root.clone()).is_err()) {
            return Err(ExtraCaError(()));
        }
        self.0.extend(roots);
        Ok(())
    }
}

/// The configuration of a client. The platform's certificates are loaded here.
pub(super) fn client_config(extra: &ExtraRoots) -> Result<ClientConfig, TransportError> {
    let setup =
        |error: Box<dyn std::error::Error + Send + Sync>| TransportError::not_sent(TransportErrorKind::TlsSetup, error);
    let provider = provider().map_err(|error| setup(error.into()))?;
    let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let verifier = Verifier::new_with_extra_roots(extra.0.iter().cloned(), provider);
    let verifier = verifier.map_err(|error| setup(error.into()))?;
    // "Dangerous" is rustls' word for any verifier but its own; this one is the platform's.
    let config = config.map_err(|error| setup(error.into()))?.dangerous();
    Ok(config.with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// The kind of an error of TLS: a certificate that was refused does not get better by trying again.
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
