//! The crypto provider of TLS.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// Returns the crypto provider: that of the feature `aws-lc-rs`, else of the feature `ring`, else
/// the one that the process has installed. Installs nothing.
#[cfg_attr(
    any(feature = "aws-lc-rs", feature = "ring"),
    expect(clippy::unnecessary_wraps, reason = "fails without these features")
)]
pub(crate) fn provider() -> Result<Arc<CryptoProvider>, NoProvider> {
    #[cfg(feature = "aws-lc-rs")]
    return Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return Ok(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    return CryptoProvider::get_default().cloned().ok_or(NoProvider(()));
}

/// The error if neither the build nor the process has a crypto provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "TLS has no crypto provider: enable the feature `aws-lc-rs` or `ring`, or install a provider in the process (rustls' \
     CryptoProvider::install_default)"
)]
pub struct NoProvider(());
