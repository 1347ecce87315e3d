//! The client for programs without an async runtime: each call runs on the calling thread.
//!
//! It starts no runtime of its own, so it can also be used inside one; there it blocks the thread.

use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::workflow::{
    IssueTicket, Lockout, Shutdown, StreamName, StreamState, WaitUntil, Watch, WatchOptions,
};
use scaleengine_http::{BlockingTransport, Call, CallOptions, ClockSkew, Endpoint, ProviderError};
use scaleengine_proto::param::{DateTime, Secret};
use scaleengine_proto::{Command, IssuedTicket, UnixTime, sevu, stream};
use scaleengine_sign::{Account, Credentials, Signer};

use crate::builder::{BuildError, ClientBuilder, Connecting};
use crate::call_builder::CallBuilder;
use crate::core::{Core, Provider};
use crate::methods::client_methods;

/// A client that runs each call on the calling thread. Cheap to clone; clones share connections.
///
/// ```no_run
/// # fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use scaleengine::{blocking, stream};
///
/// let client = blocking::Client::from_env()?;
/// client.call(stream::Close::by_id(1000)).deadline(Duration::from_secs(5)).run()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core<dyn BlockingTransport>>,
}

/// A live stream of the client's account, returned by [`Client::stream`].
///
/// ```no_run
/// # fn run(client: scaleengine::blocking::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use scaleengine::Lockout;
///
/// let stream = client.stream("demo-origin", "live", "my_live_stream");
/// stream.close().run()?; // most encoders reconnect
/// stream.shut_down(Lockout::remove("username_1")).run()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Stream {
    name: StreamName,
    core: Arc<Core<dyn BlockingTransport>>,
}

client_methods!(Client, Stream, dyn BlockingTransport, "call `run`");

impl ClientBuilder<dyn BlockingTransport> {
    /// Sets the transport. The default is ureq, if the feature `ureq` is enabled.
    pub fn transport(self, transport: impl BlockingTransport + 'static) -> Self {
        self.over(Arc::new(transport))
    }

    /// Sets a function that supplies the credentials before each call, in place of fixed
    /// credentials. Keys can then rotate without a new client.
    ///
    /// The function should cache its result. It must limit its own duration, which counts against
    /// the deadline of the call. Its error must not contain a secret.
    pub fn credentials_provider<F, E>(self, provider: F) -> Self
    where
        F: Fn() -> Result<Credentials, E> + Send + Sync + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.provided_by(Provider::Blocking(Arc::new(move || provider().map_err(ProviderError::new))))
    }

    /// Builds the client. This sends nothing and loads no certificates.
    ///
    /// # Errors
    ///
    /// Fails for the same reasons as [`ClientBuilder::build`] of the async client.
    pub fn build(self) -> Result<Client, BuildError> {
        self.core(default_blocking_transport).map(Client::new)
    }
}

#[cfg(feature = "ureq")]
fn default_blocking_transport(
    endpoint: &Endpoint,
    connecting: Connecting,
) -> Result<Arc<dyn BlockingTransport>, BuildError> {
    let mut transport = crate::UreqTransport::new();
    if let Some(proxies) = connecting.proxies {
        transport = transport.proxies(proxies);
    }
    if let Some(pem) = connecting.ca {
        transport = transport.extra_ca(&pem)?;
    }
    transport.check(endpoint)?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "ureq"))]
fn default_blocking_transport(_: &Endpoint, _: Connecting) -> Result<Arc<dyn BlockingTransport>, BuildError> {
    Err(BuildError::NoBlockingTransport)
}
