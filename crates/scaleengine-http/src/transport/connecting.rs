//! The settings of connections, shared by the adapters that connect themselves: timeout, pool,
//! proxies, extra certificates.

use std::time::Duration;

use super::provider::{NoProvider, provider};
use super::proxy::{Proxies, ProxyError};
use super::tls::ExtraRoots;
use crate::endpoint::Endpoint;

/// The default time that an idle connection is kept. It is shorter than the keep-alive time of
/// common servers (Apache: 5 s), since a request on a connection that the server closes at that
/// moment may or may not have been executed. **Chosen.**
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
            // As many as a bulk run may use at once.
            max_idle: 256,
            extra_roots: ExtraRoots::default(),
            proxies: Proxies::from_env(),
        }
    }
}

impl Connecting {
    /// Checks the settings that calls to an endpoint depend on.
    pub(super) fn check(&self, endpoint: &Endpoint) -> Result<(), SetupError> {
        self.proxies.for_endpoint(endpoint)?;
        if endpoint.is_secure() {
            provider()?;
        }
        Ok(())
    }
}

/// Defines the setters of a transport with a field `connecting: Connecting`.
macro_rules! connection_settings {
    () => {
        /// Sets the timeout for connecting (name lookup, TCP, proxy and TLS together); 5 seconds by
        /// default. The timeout of the request applies too.
        #[must_use]
        pub fn connect_timeout(mut self, limit: Duration) -> Self {
            self.connecting.timeout = limit;
            self
        }

        /// Sets how long an idle connection is kept for the next request; 4 seconds by default, 1
        /// day at most.
        ///
        /// With a value above the server's keep-alive time, a request may be sent at the moment
        /// when the server closes the connection. It may or may not have been executed, so an
        /// unsafe command ends with effect "unknown". 0 keeps no connection.
        #[must_use]
        pub fn idle_timeout(mut self, limit: Duration) -> Self {
            // The pools add it to the current time, and an overflow panics.
            self.connecting.idle_timeout = limit.min(std::time::Duration::from_secs(24 * 60 * 60));
            self
        }

        /// Sets the number of idle connections to keep; 256 by default, 0 for none.
        #[must_use]
        pub fn max_idle_connections(mut self, count: usize) -> Self {
            self.connecting.max_idle = count;
            self
        }

        /// Trusts the certificates in PEM data, in addition to those of the platform.
        ///
        /// # Errors
        ///
        /// Returns an error if the data contains no certificate, or one that cannot be read.
        pub fn extra_ca(mut self, pem: &[u8]) -> Result<Self, ExtraCaError> {
            self.connecting.extra_roots.add(pem)?;
            Ok(self)
        }

        /// Uses this proxy, such as `http://proxy.example:3128`, for every endpoint that is not on
        /// this machine, and ignores the environment.
        ///
        /// # Errors
        ///
        /// Returns an error if the address is not that of an `http://` proxy.
        pub fn proxy(mut self, address: &str) -> Result<Self, ProxyError> {
            self.connecting.proxies =
                $crate::transport::proxy::Proxies::only($crate::transport::proxy::ProxyAddress::parse(address)?);
            Ok(self)
        }

        /// Sets the proxies, such as those of another environment.
        #[must_use]
        pub fn proxies(mut self, proxies: $crate::transport::proxy::Proxies) -> Self {
            self.connecting.proxies = proxies;
            self
        }

        /// Checks the settings that a call to this endpoint depends on: the proxy variables and the
        /// crypto provider. Loads and sends nothing.
        ///
        /// # Errors
        ///
        /// Returns an error if one of these settings prevents every call.
        pub fn check(&self, endpoint: &Endpoint) -> Result<(), $crate::transport::SetupError> {
            self.connecting.check(endpoint)
        }
    };
}

pub(super) use connection_settings;

/// A setting of this machine or this build that prevents every call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A proxy variable cannot be used.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// TLS has no crypto provider.
    #[error(transparent)]
    NoProvider(#[from] NoProvider),
}
