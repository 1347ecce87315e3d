//! The async client.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::workflow::{
    IssueTicket, Lockout, Shutdown, StreamName, StreamState, WaitUntil, Watch, WatchOptions,
};
use scaleengine_http::{Call, CallOptions, ClockSkew, DynTransport, Endpoint, ProviderError};
use scaleengine_proto::param::{DateTime, Secret};
use scaleengine_proto::{Command, IssuedTicket, UnixTime, sevu, stream};
use scaleengine_sign::{Account, Credentials, Signer};

use crate::builder::{BuildError, ClientBuilder, Connecting};
use crate::call_builder::CallBuilder;
use crate::core::{Core, Provider};
use crate::methods::client_methods;

/// An async client of the API. Cheap to clone; clones share connections.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use scaleengine::param::IpRule;
/// use scaleengine::{Client, Lockout, sevu, stream};
///
/// let client = Client::from_env()?;
/// let reply = client.call(stream::Close::by_name("demo-origin", "live", "my_live_stream")).await?;
/// println!("closed in {:?} s", reply.handle_time());
///
/// client.stream("demo-origin", "live", "my_live_stream").shut_down(Lockout::remove("username_1")).await?;
///
/// let request = |password| sevu::Request::new("demo-origin", "mystream", password, IpRule::auto(), 5);
/// let ticket = client.issue_ticket(request).await?;
/// println!("{}", ticket.playback_address("https://example-hls.secdn.net/demo/play/mystream/playlist.m3u8"));
/// client.call(ticket.revoke()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core<dyn DynTransport>>,
}

/// A handle to a stream by name, returned by [`Client::stream`]. Creating it sends nothing, and the
/// stream need not be live.
///
/// ```no_run
/// # async fn run(client: scaleengine::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use scaleengine::Lockout;
///
/// let stream = client.stream("demo-origin", "live", "my_live_stream");
/// stream.close().await?; // most encoders reconnect
/// stream.shut_down(Lockout::remove("username_1")).await?; // removes the publisher first
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Stream {
    name: StreamName,
    core: Arc<Core<dyn DynTransport>>,
}

client_methods!(Client, Stream, dyn DynTransport, "await it");

impl ClientBuilder {
    /// Sets the transport. The default is hyper, with which calls must run in a tokio runtime.
    pub fn transport(self, transport: impl DynTransport + 'static) -> Self {
        self.over(Arc::new(transport))
    }

    /// Sets a function that supplies the credentials before each call, in place of fixed
    /// credentials. Keys can then rotate without a new client.
    ///
    /// The function runs once per call, within the deadline of the call, and should cache its
    /// result. Its error must not contain a secret.
    ///
    /// ```
    /// use scaleengine::{Client, Credentials, CredentialsError, credentials_from_env};
    ///
    /// async fn read_vault() -> Result<Credentials, CredentialsError> {
    ///     credentials_from_env() // or a key service
    /// }
    /// let builder = Client::builder().credentials_provider(read_vault);
    ///
    /// // In a closure, the type of the error must be clear; here it is `&str`.
    /// let current = credentials_from_env().ok();
    /// let builder = Client::builder().credentials_provider(move || {
    ///     let current = current.clone();
    ///     async move { current.ok_or("no credentials") }
    /// });
    /// ```
    pub fn credentials_provider<F, R, E>(self, provider: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<Credentials, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.provided_by(Provider::Async(Arc::new(move || {
            let credentials = provider();
            Box::pin(async move { credentials.await.map_err(ProviderError::new) })
        })))
    }

    /// Builds the client. This sends nothing; certificates are loaded by the first call.
    ///
    /// # Errors
    ///
    /// Returns an error if the credentials or the transport are missing, if the address or the user
    /// agent is invalid, or if the default transport cannot be set up: a proxy variable cannot be
    /// parsed, or TLS has no crypto provider. On wasm32-unknown-unknown, also if the clock or the
    /// timer is missing.
    pub fn build(self) -> Result<Client, BuildError> {
        self.core(default_transport).map(Client::new)
    }
}

#[cfg(feature = "hyper")]
fn default_transport(endpoint: &Endpoint, connecting: Connecting) -> Result<Arc<dyn DynTransport>, BuildError> {
    let mut transport = crate::HyperTransport::new();
    if let Some(proxies) = connecting.proxies {
        transport = transport.proxies(proxies);
    }
    if let Some(pem) = connecting.ca {
        transport = transport.extra_ca(&pem)?;
    }
    transport.check(endpoint)?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "hyper"))]
fn default_transport(_: &Endpoint, _: Connecting) -> Result<Arc<dyn DynTransport>, BuildError> {
    Err(BuildError::NoTransport)
}
