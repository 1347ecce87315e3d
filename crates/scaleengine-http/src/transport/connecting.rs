//! How connections are made, the same for every adapter that makes its own: timeout, proxies, extra certificates.

use std::time::Duration;

use super::provider::{NoProvider, provider};
use super::proxy::{Proxies, ProxyAddress, ProxyError};
use super::tls::{ExtraCaError, ExtraRoots};
use crate::endpoint::Endpoint;

/// How long an idle connection is kept. Shorter than the keep-alive time of common servers (Apache: 5 s), since a request on a
/// connection that the server closes in that moment may or may not have been executed. **Chosen.**
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

#[derive(Clone)]
pub(super) struct Connecting {
    /// For name lookup, TCP, proxy and TLS together.
    pub(super) timeout: Duration,
    pub(super) extra_roots: ExtraRoots,
    pub(super) proxies: Proxies,
}

impl Default for Connecting {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), extra_roots: ExtraRoots::default(), proxies: Proxies::from_env() }
    }
}

impl Connecting {
    pub(super) fn add_ca(&mut self, pem: &[u8]) -> Result<(), ExtraCaError> {
        self.extra_roots.add(pem)
    }

    pub(super) fn set_proxy(&mut self, address: &str) -> Result<(), ProxyError> {
        self.proxies = Proxies::only(ProxyAddress::parse(address)?);
        Ok(())
    }

    /// Whether a call to this endpoint can be made as far as this machine's settings go.
    pub(super) fn check(&self, endpoint: &Endpoint) -> Result<(), SetupError> {
        self.proxies.for_endpoint(endpoint)?;
        if endpoint.is_secure() {
            provider()?;
        }
        Ok(())
    }
}

/// A setting of this machine or this build that keeps every call from being sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A proxy variable cannot be used.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// There is no crypto provider for TLS.
    #[error(transparent)]
    NoProvider(#[from] NoProvider),
}
