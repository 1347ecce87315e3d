//! How a client is put together.

use std::sync::Arc;

use scaleengine_http::{
    BlockingTransport, CallOptions, Clock, ClockSkew, DynTransport, Endpoint, EndpointError, FormEncoding, Limits,
    Random, RetryPolicy, Sleep,
};
use scaleengine_proto::single_value;
use scaleengine_sign::{Credentials, CredentialsError, Signer};

use crate::blocking;
use crate::client::Client;
use crate::core::Core;
use crate::credentials::{credentials_from_env, variable};

/// What a [`Client`] is made of. Only the credentials have no default.
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    credentials: Option<Credentials>,
    endpoint: Option<String>,
    transport: Option<Arc<dyn DynTransport>>,
    blocking_transport: Option<Arc<dyn BlockingTransport>>,
    clock: Option<Arc<dyn Clock>>,
    sleep: Option<Arc<dyn Sleep>>,
    random: Option<Arc<dyn Random>>,
    options: CallOptions,
}

impl ClientBuilder {
    /// Who calls.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The address of the API; `https://api.scaleengine.net/stable/` unless set.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// The transport; hyper unless set, which needs a tokio runtime where calls are run.
    pub fn transport(mut self, transport: impl DynTransport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The transport of a blocking client; ureq unless set, with the feature of that name.
    pub fn blocking_transport(mut self, transport: impl BlockingTransport + 'static) -> Self {
        self.blocking_transport = Some(Arc::new(transport));
        self
    }

    /// What tells the time; the machine's clock unless set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// What waits between attempts; a timer thread of its own unless set, which does in every runtime.
    pub fn sleep(mut self, sleep: impl Sleep + 'static) -> Self {
        self.sleep = Some(Arc::new(sleep));
        self
    }

    /// Source of the passwords of tickets; the machine's own randomness unless set.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Some(Arc::new(random));
        self
    }

    /// How often a call is attempted and for how long; 3 times in 30 seconds unless set.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.options.retry = retry;
        self
    }

    /// How the form is encoded; as multipart unless set.
    pub fn encoding(mut self, encoding: FormEncoding) -> Self {
        self.options.form_encoding = encoding;
        self
    }

    /// What bounds each attempt; 15 seconds and 8 MiB unless set.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Credentials and, where it is set, the address (`SCALEENGINE_API_URL`) of the environment.
    ///
    /// # Errors
    ///
    /// As [`credentials_from_env`].
    pub fn from_env(self) -> Result<Self, CredentialsError> {
        let builder = self.credentials(credentials_from_env()?);
        builder.endpoint_from_env()
    }

    /// The address of the environment's `SCALEENGINE_API_URL`, where that is set.
    ///
    /// # Errors
    ///
    /// Its value is no Unicode text.
    pub fn endpoint_from_env(self) -> Result<Self, CredentialsError> {
        let url = variable(Self::API_URL)?.map(|url| single_value(&url).trim().to_owned());
        Ok(Self { endpoint: url.filter(|url| !url.is_empty()).or(self.endpoint), ..self })
    }

    /// The variable of the API's address.
    pub const API_URL: &'static str = "SCALEENGINE_API_URL";

    /// The client. Nothing is sent and no certificate loaded.
    ///
    /// # Errors
    ///
    /// There are no credentials or no transport, the transport was given for the other kind of client, the address cannot be used, or the
    /// default transport cannot be used: a proxy variable cannot be read, or TLS has no crypto provider. On wasm32-unknown-unknown also:
    /// there is no clock or no sleep.
    pub fn build(self) -> Result<Client, BuildError> {
        let transport = match (&self.transport, &self.blocking_transport) {
            (Some(own), _) => Ok(Arc::clone(own)),
            (None, Some(_)) => {
                Err(BuildError::TransportOfOtherKind { given: "blocking_transport", taken: "transport" })
            }
            (None, None) => default_transport(&self.address()?),
        };
        Ok(Client::new(self.core(transport)?))
    }

    /// The client for programs without a runtime. Nothing is sent and no certificate loaded.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn build_blocking(self) -> Result<blocking::Client, BuildError> {
        let transport = match (&self.blocking_transport, &self.transport) {
            (Some(own), _) => Ok(Arc::clone(own)),
            (None, Some(_)) => {
                Err(BuildError::TransportOfOtherKind { given: "transport", taken: "blocking_transport" })
            }
            (None, None) => default_blocking_transport(&self.address()?),
        };
        Ok(blocking::Client::new(self.core(transport)?))
    }

    fn address(&self) -> Result<Endpoint, EndpointError> {
        self.endpoint.as_ref().map_or(Ok(Endpoint::default()), |url| url.parse())
    }

    /// With the machine's own clock, timer and randomness for those that were not given.
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    fn with_system(self) -> Self {
        use scaleengine_http::{SystemClock, SystemRandom, SystemSleep};
        let clock = self.clock.or_else(|| Some(Arc::new(SystemClock::new())));
        let sleep = self.sleep.or_else(|| Some(Arc::new(SystemSleep)));
        let random = self.random.or_else(|| Some(Arc::new(SystemRandom)));
        Self { clock, sleep, random, ..self }
    }

    /// wasm32-unknown-unknown has none of its own.
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    fn with_system(self) -> Self {
        self
    }

    fn core<T: ?Sized>(self, transport: Result<Arc<T>, BuildError>) -> Result<Core<T>, BuildError> {
        let endpoint = self.address();
        let Self { credentials, clock, sleep, random, options, .. } = self.with_system();
        let credentials = credentials.ok_or(BuildError::NoCredentials)?;
        let (endpoint, transport) = (endpoint?, transport?);
        let clock = clock.ok_or(BuildError::NoClock)?;
        let signer = Arc::new(Signer::new(&credentials));
        let sleep = sleep.ok_or(BuildError::NoSleep)?;
        Ok(Core { signer, endpoint, transport, clock, sleep, random, offset: ClockSkew::new(), options })
    }
}

impl Client {
    /// A client of the environment: see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// The environment holds no credentials, or an address that cannot be used.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().from_env()?.build()
    }

    /// A client put together by hand.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

#[cfg(feature = "hyper")]
fn default_transport(endpoint: &Endpoint) -> Result<Arc<dyn DynTransport>, BuildError> {
    let transport = crate::HyperTransport::new();
    transport.check(endpoint)?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "hyper"))]
fn default_transport(_: &Endpoint) -> Result<Arc<dyn DynTransport>, BuildError> {
    Err(BuildError::NoTransport)
}

#[cfg(feature = "ureq")]
fn default_blocking_transport(endpoint: &Endpoint) -> Result<Arc<dyn BlockingTransport>, BuildError> {
    let transport = crate::UreqTransport::new();
    transport.check(endpoint)?;
    Ok(Arc::new(transport))
}

#[cfg(not(feature = "ureq"))]
fn default_blocking_transport(_: &Endpoint) -> Result<Arc<dyn BlockingTransport>, BuildError> {
    Err(BuildError::NoBlockingTransport)
}

/// Why a client cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No credentials were given.
    #[error("the client has no credentials: give them with `credentials`, or use `from_env`")]
    NoCredentials,
    /// No transport was given, and no feature brings one.
    #[error("the client has no transport: give one with `transport`, or enable the feature `hyper`")]
    NoTransport,
    /// No blocking transport was given, and no feature brings one.
    #[error("the client has no blocking transport: give one with `blocking_transport`, or enable the feature `ureq`")]
    NoBlockingTransport,
    /// No clock was given, and the platform has none.
    #[error("the client has no clock: give one with `clock`, since this platform has none")]
    NoClock,
    /// No sleep was given, and the platform has no timer.
    #[error("the client has no sleep: give one with `sleep`, since this platform has no timer")]
    NoSleep,
    /// A transport was given, and not to this kind of client, which would have sent by another one.
    #[error("the client's transport was given with `{given}`, and this kind of client takes it with `{taken}`")]
    #[non_exhaustive]
    TransportOfOtherKind {
        /// The method that was called.
        given: &'static str,
        /// The one to call.
        taken: &'static str,
    },
    /// The environment holds no credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The address cannot be used.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The default transport cannot be used with the settings of this machine or this build.
    #[cfg(any(feature = "hyper", feature = "ureq"))]
    #[error(transparent)]
    Setup(#[from] scaleengine_http::transport::SetupError),
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}
