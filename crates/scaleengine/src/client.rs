//! The async client: a signer, an address and a transport.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::{Call, CallOptions, Clock, DynTransport, Effect, Endpoint, Error, WireRequest, drive};
use scaleengine_proto::{Command, Reply, UnixTime};
use scaleengine_sign::{Account, SignError, SignedPayload, Signer};

use crate::builder::{BuildError, ClientBuilder};

/// Calls the API. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    signer: Arc<Signer>,
    endpoint: Endpoint,
    transport: Arc<dyn DynTransport>,
    clock: Arc<dyn Clock>,
    options: CallOptions,
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

    pub(crate) fn assemble(
        signer: Arc<Signer>,
        endpoint: Endpoint,
        transport: Arc<dyn DynTransport>,
        clock: Arc<dyn Clock>,
        options: CallOptions,
    ) -> Self {
        Self { shared: Arc::new(Shared { signer, endpoint, transport, clock, options }) }
    }

    /// Sends a command and reads the answer.
    ///
    /// # Errors
    ///
    /// [`Error::effect`] says whether the command may have been executed.
    pub fn call<C>(&self, command: C) -> impl Future<Output = Result<Reply<C::Reply>, Error>> + Send + use<C>
    where
        C: Command + Send,
        C::Reply: Send,
    {
        let mut prepared = self.prepare(command);
        async move { prepared.run().await }
    }

    /// A call that can be looked at before it is run, and asked afterwards what it did.
    pub fn prepare<C: Command>(&self, command: C) -> Prepared<C> {
        let shared = Arc::clone(&self.shared);
        let call = Call::new(Arc::clone(&shared.signer), shared.endpoint.clone(), command);
        Prepared { call: call.with_options(shared.options), shared }
    }

    /// The account that it calls for.
    #[must_use]
    pub fn account(&self) -> &Account {
        self.shared.signer.account()
    }

    /// The address that it calls.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", self.account())
            .field("endpoint", self.endpoint())
            .finish_non_exhaustive()
    }
}

/// A command that is ready to be sent.
pub struct Prepared<C: Command> {
    call: Call<Arc<Signer>, C>,
    shared: Arc<Shared>,
}

impl<C: Command> Prepared<C> {
    /// Sends it and reads the answer.
    ///
    /// Dropping the future leaves the call where it was, and [`Prepared::effect`] says what may have happened.
    ///
    /// # Errors
    ///
    /// As [`Client::call`].
    pub fn run(&mut self) -> impl Future<Output = Result<Reply<C::Reply>, Error>> + Send
    where
        C: Send,
        C::Reply: Send,
    {
        drive(&mut self.call, &*self.shared.transport, &*self.shared.clock)
    }

    /// What would be signed as of a time.
    ///
    /// # Errors
    ///
    /// The command cannot be signed.
    pub fn payload(&self, at: UnixTime) -> Result<SignedPayload, SignError> {
        self.call.payload(at)
    }

    /// What would be sent as of a time.
    ///
    /// # Errors
    ///
    /// The command cannot be signed.
    pub fn request(&self, at: UnixTime) -> Result<WireRequest, SignError> {
        self.call.request(at)
    }

    /// The time that [`Prepared::run`] would sign.
    pub fn now(&self) -> UnixTime {
        self.shared.clock.now().wall
    }

    /// What the call may have done at the server, as far as is known at this moment.
    pub fn effect(&self) -> Effect {
        self.call.effect()
    }

    /// How often a request was sent.
    pub fn attempts(&self) -> u32 {
        self.call.attempts()
    }

    /// How long the last attempt took.
    pub fn elapsed(&self) -> Duration {
        self.call.elapsed()
    }
}

impl<C: Command> fmt::Debug for Prepared<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}
