//! The builder of both clients.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "config")]
use scaleengine_config::{ConfigError, Profile};
use scaleengine_http::http::HeaderValue;
use scaleengine_http::transport::proxy::Proxies;
use scaleengine_http::{
    CallEvent, CallOptions, CallSettings, Clock, ClockSkew, DynTransport, Endpoint, EndpointError, FormEncoding,
    Limits, Observer, Random, RetryPolicy, Sleep,
};
use scaleengine_proto::single_value;
use scaleengine_sign::{Credentials, CredentialsError, Signer};

use crate::core::{Core, Provider, no_signer};
use crate::credentials::{credentials_from_env, variable};

/// A builder of a client. Only the credentials must be set. Without the feature `hyper` (blocking:
/// `ureq`) a transport must be set too, and on wasm32-unknown-unknown a clock and a timer.
///
/// ```
/// use std::time::Duration;
/// use scaleengine::{Account, Client, Credentials, SecretKey};
///
/// # fn build() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder()
///     .credentials(Credentials::new(Account::new("APIKEY", 158), SecretKey::new("secret")))
///     .endpoint("http://localhost:8080/stable/")
///     .deadline(Duration::from_secs(10))
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// `T` is the kind of transport: [`Client::builder`](crate::Client::builder) returns a builder of
/// the async client, and [`blocking::Client::builder`](crate::blocking::Client::builder) one of the
/// blocking client.
#[must_use]
pub struct ClientBuilder<T: ?Sized = dyn DynTransport> {
    credentials: Option<Credentials>,
    provider: Option<Provider>,
    endpoint: Option<EndpointInput>,
    plain_http: Option<String>,
    transport: Option<Arc<T>>,
    clock: Option<Arc<dyn Clock>>,
    sleep: Option<Arc<dyn Sleep>>,
    random: Option<Arc<dyn Random>>,
    observer: Option<Arc<Observer>>,
    clock_skew: Option<ClockSkew>,
    user_agent: Option<String>,
    options: CallOptions,
    connecting: Connecting,
    #[cfg(feature = "config")]
    unusable: Option<ConfigError>,
}

/// The settings of a default transport; `None` for its own default.
#[derive(Clone, Default)]
#[cfg_attr(
    not(any(feature = "hyper", feature = "ureq")),
    expect(dead_code, reason = "without these features there is no default transport")
)]
pub(crate) struct Connecting {
    pub(crate) proxies: Option<Proxies>,
    /// Certificates to trust in addition to the platform's, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
}

/// An address for [`ClientBuilder::endpoint`]: a string, or an [`Endpoint`].
#[derive(Clone)]
pub struct EndpointInput(Input);

#[derive(Clone)]
enum Input {
    Text(String),
    Endpoint(Endpoint),
}

impl fmt::Debug for EndpointInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // An invalid address may contain a password.
            Input::Text(url) => f.debug_tuple("EndpointInput").field(&Endpoint::printable(url)).finish(),
            Input::Endpoint(endpoint) => endpoint.fmt(f),
        }
    }
}

impl From<&str> for EndpointInput {
    fn from(url: &str) -> Self {
        Self(Input::Text(url.to_owned()))
    }
}

impl From<String> for EndpointInput {
    fn from(url: String) -> Self {
        Self(Input::Text(url))
    }
}

impl From<&String> for EndpointInput {
    fn from(url: &String) -> Self {
        Self(Input::Text(url.clone()))
    }
}

impl From<Endpoint> for EndpointInput {
    fn from(endpoint: Endpoint) -> Self {
        Self(Input::Endpoint(endpoint))
    }
}

impl From<&Endpoint> for EndpointInput {
    fn from(endpoint: &Endpoint) -> Self {
        Self(Input::Endpoint(endpoint.clone()))
    }
}

// A derived implementation would require `T: Clone`.
impl<T: ?Sized> Clone for ClientBuilder<T> {
    fn clone(&self) -> Self {
        Self {
            credentials: self.credentials.clone(),
            provider: self.provider.clone(),
            endpoint: self.endpoint.clone(),
            plain_http: self.plain_http.clone(),
            transport: self.transport.clone(),
            clock: self.clock.clone(),
            sleep: self.sleep.clone(),
            random: self.random.clone(),
            observer: self.observer.clone(),
            clock_skew: self.clock_skew.clone(),
            user_agent: self.user_agent.clone(),
            options: self.options,
            connecting: self.connecting.clone(),
            #[cfg(feature = "config")]
            unusable: self.unusable.clone(),
        }
    }
}

impl<T: ?Sized> ClientBuilder<T> {
    pub(crate) fn new() -> Self {
        Self {
            credentials: None,
            provider: None,
            endpoint: None,
            plain_http: None,
            transport: None,
            clock: None,
            sleep: None,
            random: None,
            observer: None,
            clock_skew: None,
            user_agent: None,
            options: CallOptions::default(),
            connecting: Connecting::default(),
            #[cfg(feature = "config")]
            unusable: None,
        }
    }

    /// Sets the credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self.provider = None;
        self
    }

    /// Sets the address of the API, as a string or an [`Endpoint`]. The default is
    /// `https://api.scaleengine.net/stable/`.
    pub fn endpoint(mut self, endpoint: impl Into<EndpointInput>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Allows an endpoint with plain `http://` on one named host, such as a container beside this
    /// program.
    ///
    /// `host` is a name or an address without a port. Without TLS, everyone on the network path can
    /// read commands, passwords and replies, forge replies, and resend a captured request while its
    /// timestamp is valid. The transports of this crate connect to this host without a proxy,
    /// except reqwest, which uses the proxies of its own builder. The `Date` header of this host is
    /// not used to correct the clock skew after a refused timestamp, because it could be forged.
    /// Plain HTTP to `localhost`, `127.0.0.1` and `[::1]` is always allowed.
    ///
    /// ```
    /// # fn build(credentials: scaleengine::Credentials) -> Result<(), scaleengine::BuildError> {
    /// use scaleengine::Client;
    ///
    /// let builder = Client::builder().endpoint("http://api-mock:8080/stable/").allow_plain_http("api-mock");
    /// # let _ = builder.credentials(credentials).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_plain_http(mut self, host: impl Into<String>) -> Self {
        self.plain_http = Some(host.into());
        self
    }

    /// Sets the clock. The default is the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets the timer for waits between attempts. The default is a separate timer thread, which
    /// works in every runtime.
    pub fn sleep(mut self, sleep: impl Sleep + 'static) -> Self {
        self.sleep = Some(Arc::new(sleep));
        self
    }

    /// Sets the source of random passwords. The default is the system's randomness.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Some(Arc::new(random));
        self
    }

    /// Sets a function that receives each event of each call: attempts, waits, results, and calls
    /// dropped before their end. It must not block.
    ///
    /// ```no_run
    /// # fn build() -> Result<(), scaleengine::BuildError> {
    /// use scaleengine::Client;
    ///
    /// let client = Client::builder().from_env()?.observer(|event| println!("{event:?}")).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(mut self, observer: impl Fn(&CallEvent<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Shares the clock skew with another client of the same server: `other.clock_skew().clone()`.
    /// If the API refuses a timestamp, a client estimates the skew from the `Date` header and signs
    /// again.
    pub fn clock_skew(mut self, clock_skew: ClockSkew) -> Self {
        self.clock_skew = Some(clock_skew);
        self
    }

    /// Sets the name of your program, such as `my-service/1.2`, which precedes the name of this
    /// library in the `User-Agent` header.
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.user_agent = Some(program.into());
        self
    }

    /// Replaces all call options.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the deadline of each call, including waits. The default is 30 s.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options = self.options.deadline(deadline);
        self
    }

    /// Sets the timeout of each attempt. The default is 15 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Sets the maximum number of attempts. The default is 3.
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.options = self.options.max_attempts(max_attempts);
        self
    }

    /// Replaces the retry policy: the deadline (30 s), the maximum number of attempts (3), and
    /// whether throttled requests are retried (yes).
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.options = self.options.retry(retry);
        self
    }

    /// Sets the limits of each attempt: its timeout (15 s) and the size of the response body (8
    /// MiB).
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options = self.options.limits(limits);
        self
    }

    /// Sets the form encoding. The default is multipart.
    pub fn form_encoding(mut self, form_encoding: FormEncoding) -> Self {
        self.options = self.options.form_encoding(form_encoding);
        self
    }

    /// Reads the credentials (`SCALEENGINE_API_KEY`, `SCALEENGINE_SECRET_KEY`, `SCALEENGINE_CDN`)
    /// and, if set, the address (`SCALEENGINE_API_URL`) from the environment.
    ///
    /// # Errors
    ///
    /// Fails like [`credentials_from_env`] and [`endpoint_from_env`](Self::endpoint_from_env).
    pub fn from_env(self) -> Result<Self, CredentialsError> {
        let builder = self.credentials(credentials_from_env()?);
        builder.endpoint_from_env()
    }

    /// Uses a profile: its account, address and call options, and, for the default transport, its
    /// proxy and certificates. Later settings of this builder replace those of the profile.
    ///
    /// Reads the secret now. If the profile gets it from a command, such as a password manager,
    /// this blocks until the command ends, at most for the deadline of a call (30 s by default). An
    /// error is returned by `build`.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), scaleengine::BuildError> {
    /// use scaleengine::Client;
    /// use scaleengine::config::Config;
    ///
    /// let config = Config::load()?;
    /// let client = Client::builder().profile(&config.profile("main")?).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "config")]
    pub fn profile(mut self, profile: &Profile) -> Self {
        match self.with_profile(profile) {
            Ok(()) => self.unusable = None,
            Err(error) => self.unusable = Some(error),
        }
        self
    }

    #[cfg(feature = "config")]
    fn with_profile(&mut self, profile: &Profile) -> Result<(), ConfigError> {
        self.endpoint = Some(profile.endpoint()?.into());
        self.options = profile.options()?;
        self.connecting = Connecting { proxies: Some(profile.proxies()?), ca: profile.ca()? };
        (self.credentials, self.provider) = (Some(profile.credentials()?), None);
        Ok(())
    }

    /// Reads the address from the environment variable `SCALEENGINE_API_URL`, if set.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not valid Unicode.
    pub fn endpoint_from_env(self) -> Result<Self, CredentialsError> {
        let url = variable(API_URL)?.map(|url| single_value(&url).trim().to_owned());
        Ok(match url.filter(|url| !url.is_empty()) {
            Some(url) => self.endpoint(url),
            None => self,
        })
    }

    fn address(&self) -> Result<Endpoint, EndpointError> {
        match (self.endpoint.as_ref().map(|EndpointInput(input)| input), &self.plain_http) {
            (None, _) => Ok(Endpoint::default()),
            (Some(Input::Endpoint(endpoint)), _) => Ok(endpoint.clone()),
            (Some(Input::Text(url)), Some(host)) => Endpoint::parse_with_plain_http(url, host),
            (Some(Input::Text(url)), None) => url.parse(),
        }
    }

    /// Adds the system's clock, timer and randomness where none was set.
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    fn with_system(self) -> Self {
        use scaleengine_http::{SystemClock, SystemRandom, SystemSleep};
        let clock = self.clock.or_else(|| Some(Arc::new(SystemClock::new())));
        let sleep = self.sleep.or_else(|| Some(Arc::new(SystemSleep)));
        let random = self.random.or_else(|| Some(Arc::new(SystemRandom)));
        Self { clock, sleep, random, ..self }
    }

    /// Adds nothing: wasm32-unknown-unknown has no clock, timer or randomness of its own.
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    fn with_system(self) -> Self {
        self
    }

    /// Sets the transport.
    pub(crate) fn over(mut self, transport: Arc<T>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the source of credentials in place of fixed ones.
    pub(crate) fn provided_by(mut self, provider: Provider) -> Self {
        (self.provider, self.credentials) = (Some(provider), None);
        self
    }

    /// Builds the state of a client. `default` creates a transport if none was set.
    pub(crate) fn core(
        self,
        default: impl FnOnce(&Endpoint, Connecting) -> Result<Arc<T>, BuildError>,
    ) -> Result<Core<T>, BuildError> {
        #[cfg(feature = "config")]
        if let Some(error) = self.unusable {
            return Err(BuildError::Config(error));
        }
        let endpoint = self.address();
        let Self {
            credentials,
            provider,
            transport,
            clock,
            sleep,
            random,
            observer,
            clock_skew,
            user_agent,
            options,
            connecting,
            ..
        } = self.with_system();
        let signer = match (&credentials, &provider) {
            (Some(credentials), _) => Signer::new(credentials),
            (None, Some(_)) => no_signer(),
            (None, None) => return Err(BuildError::NoCredentials),
        };
        let endpoint = endpoint?;
        let transport = transport.map_or_else(|| default(&endpoint, connecting), Ok)?;
        let mut settings = CallSettings::new(Arc::new(signer), endpoint);
        settings.options = options;
        settings.clock_skew = clock_skew.unwrap_or_default();
        if let Some(program) = user_agent {
            if program.trim().is_empty() || !program.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
                return Err(BuildError::UserAgent);
            }
            let agent = format!("{program} scaleengine-rs/{}", env!("CARGO_PKG_VERSION"));
            settings.user_agent = Some(HeaderValue::try_from(agent).map_err(|_| BuildError::UserAgent)?);
        }
        let clock = clock.ok_or(BuildError::NoClock)?;
        let sleep = sleep.ok_or(BuildError::NoSleep)?;
        Ok(Core { settings, provider, transport, clock, sleep, random, observer })
    }
}

/// The environment variable with the API address.
const API_URL: &str = "SCALEENGINE_API_URL";

impl ClientBuilder {
    /// The environment variable with the API address.
    pub const API_URL: &'static str = API_URL;
}

/// The reason why a client cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No credentials were set.
    #[error("the client has no credentials: pass them to `credentials`, or use `from_env`")]
    NoCredentials,
    /// No transport was set, and no enabled feature provides one.
    #[error("the client has no transport: pass one to `transport`, or enable the feature `hyper`")]
    NoTransport,
    /// No transport was set for a blocking client, and no enabled feature provides one.
    #[error("the blocking client has no transport: pass one to `transport`, or enable the feature `ureq`")]
    NoBlockingTransport,
    /// No clock was set, and the platform provides none.
    #[error("the client has no clock, and this platform provides none: pass one to `clock`")]
    NoClock,
    /// No timer was set, and the platform provides none.
    #[error("the client has no sleep, and this platform provides no timer: pass one to `sleep`")]
    NoSleep,
    /// The user agent is empty, or contains a character that is not allowed.
    #[error("the user agent is not a valid header value: use visible ASCII characters and spaces")]
    UserAgent,
    /// The credentials or the address in the environment are missing or invalid.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The address is not a valid endpoint.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The profile or the configuration cannot be used.
    #[cfg(feature = "config")]
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The certificates of the profile cannot be used.
    #[cfg(any(feature = "hyper", feature = "ureq"))]
    #[error("the additional certificates cannot be used: {0}")]
    ExtraCa(#[from] scaleengine_http::transport::ExtraCaError),
    /// The default transport cannot be set up on this machine or in this build.
    #[cfg(any(feature = "hyper", feature = "ureq"))]
    #[error(transparent)]
    Setup(#[from] scaleengine_http::transport::SetupError),
}

impl<T: ?Sized> fmt::Debug for ClientBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}
