//! TLS setup: rustls with an explicit provider, the platform's roots, and the caller's extra
//! certificates.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::provider::provider;
use super::{TransportError, TransportErrorKind};

/// Certificates that are trusted in addition to those of the platform.
#[derive(Clone, Default)]
pub(super) struct ExtraRoots(Vec<CertificateDer<'static>>);

impl ExtraRoots {
    /// Adds the certificates in PEM data.
    pub(super) fn add(&mut self, pem: &[u8]) -> Result<(), ExtraCaError> {
        // The PEM parser does not recognize a marker after a byte order mark.
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

/// Creates the configuration of a client. Loads the platform's certificates.
pub(super) fn client_config(extra: &ExtraRoots) -> Result<ClientConfig, TransportError> {
    let setup =
        |error: Box<dyn std::error::Error + Send + Sync>| TransportError::not_sent(TransportErrorKind::TlsSetup, error);
    let provider = provider().map_err(|error| setup(error.into()))?;
    let config = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let verifier = Verifier::new_with_extra_roots(extra.0.iter().cloned(), provider);
    let verifier = verifier.map_err(|error| setup(error.into()))?;
    // rustls calls every verifier except its own "dangerous"; this one is the platform's.
    let config = config.map_err(|error| setup(error.into()))?.dangerous();
    Ok(config.with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// Returns the kind of a TLS error. A refused certificate has its own kind, since it is not
/// retried.
pub(super) fn kind_of(error: &rustls::Error) -> TransportErrorKind {
    match error {
        rustls::Error::InvalidCertificate(_) => TransportErrorKind::Certificate,
        _ => TransportErrorKind::Tls,
    }
}

/// The error of PEM data without a readable certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no readable certificate found: use a PEM file with BEGIN CERTIFICATE")]
pub struct ExtraCaError(());
