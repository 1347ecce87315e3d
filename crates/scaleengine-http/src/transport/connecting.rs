//! The settings of connections, the same for every adapter that makes its own: timeout, pool, proxies, extra certificates.

use std::time::Duration;

use super::provider::{NoProvider, provider};
use super::proxy::{Proxies, ProxyError};
use super::tls::ExtraRoots;
use crate::endpoint::Endpoint;

/// How long an idle connection is kept unless set. Shorter than the keep-alive time of common servers (Apache: 5 s), since a request on a
/// connection that the server closes in that moment may or may not have been executed. **Chosen.**
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

#[derive(Clone)]
pub(super) struct Connecting {
    /// For name lookup, TCP, proxy and TLS together.
    pub(super) timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) max_idle: usize,
    pub(super) extra_roots: ExtraRoots,
    pub(super) proxies: Proxies,
}

impl Default for Connecting {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            idle_timeout: IDLE_TIMEOUT,
            // As many as may be in use at once.
            max_idle: 256,
            extra_roots: ExtraRoots::default(),
            proxies: Proxies::from_env(),
        }
    }
}

impl Connecting {
    /// Checks the settings of this machine that a call to an endpoint depends on.
    pub(super) fn check(&self, endpoint: &Endpoint) -> Result<(), SetupError> {
        self.proxies.for_endpoint(endpoint)?;
        if endpoint.is_secure() {
            provider()?;
        }
        Ok(())
    }
}

/// The settings of a transport that has its `connecting: Connecting`.
macro_rules! connection_settings {
    () => {
        /// Limits the time for a connection: name lookup, TCP, proxy and TLS together. 5 seconds unless set; the timeout of the request
        /// bounds it too.
        #[must_use]
        pub fn connect_timeout(mut self, limit: Duration) -> Self {
            self.connecting.timeout = limit;
            self
        }

        /// Sets how long an idle connection is kept for the next request; 4 seconds unless set, 1 day at
        /// most.
        ///
        /// A value above the keep-alive time of the server lets requests meet a connection that the server closes in that moment. Such a
        /// request may or may not have been executed, so an unsafe command ends with effect "unknown". 0 keeps no connection.
        #[must_use]
        pub fn idle_timeout(mut self, limit: Duration) -> Self {
            // The pools add it to the time of day, and a sum beyond every date panics.
            self.connecting.idle_timeout = limit.min(std::time::Duration::from_secs(24 * 60 * 60));
            self
        }

        /// Sets how many idle connections are kept; 256 unless set, 0 for none.
        #[must_use]
        pub fn max_idle_connections(mut self, count: usize) -> Self {
            self.connecting.max_idle = count;
            self
        }

        /// Trusts the certificates of a PEM text, beside those of the platform.
        ///
        /// # Errors
        ///
        /// The text contains no certificate, or one that cannot be read.
        pub fn extra_ca(mut self, pem: &[u8]) -> Result<Self, ExtraCaError> {
            self.connecting.extra_roots.add(pem)?;
            Ok(self)
        }

        /// Uses this proxy, such as `http://proxy.example:3128`, for every endpoint that is not on this machine, whatever the
        /// environment says.
        ///
        /// # Errors
        ///
        /// The address is not that of a proxy reached by HTTP.
        pub fn proxy(mut self, address: &str) -> Result<Self, ProxyError> {
            self.connecting.proxies =
                $crate::transport::proxy::Proxies::only($crate::transport::proxy::ProxyAddress::parse(address)?);
            Ok(self)
        }

        /// Checks the settings that a call to this endpoint depends on: the proxy variables and the crypto provider. Loads and sends
        /// nothing.
        ///
        /// # Errors
        ///
        /// With one of these settings no call can be sent.
        pub fn check(&self, endpoint: &Endpoint) -> Result<(), $crate::transport::SetupError> {
            self.connecting.check(endpoint)
        }
    };
}

pub(super) use connection_settings;

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
