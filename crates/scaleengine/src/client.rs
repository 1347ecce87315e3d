//! The async client.

use std::future::Future;
use std::sync::Arc;

use scaleengine_http::workflow::shutdown::ShutdownReport;
use scaleengine_http::workflow::{IssueTicket, Lockout, Shutdown, ShutdownError, StreamName, ViewingTicket};
use scaleengine_http::{Call, CallOptions, ClockSkew, DynTransport, Endpoint, Error, Machine, drive};
use scaleengine_proto::param::{DateTime, Secret};
use scaleengine_proto::{Command, IssuedTicket, Reply, sevu};
use scaleengine_sign::{Account, Signer};

use crate::core::{Core, front_end};
use crate::prepared::Prepared;
use crate::ticket::IssueError;

/// Calls the API. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core<dyn DynTransport>>,
}

impl Core<dyn DynTransport> {
    pub(crate) async fn drive<M: Machine>(&self, machine: &mut M) -> M::Output {
        drive(machine, &*self.transport, &*self.clock, &*self.sleep).await
    }
}

impl Client {
    pub(crate) fn new(core: Core<dyn DynTransport>) -> Self {
        Self { core: Arc::new(core) }
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

    /// As [`Client::call`], with other options.
    ///
    /// ```no_run
    /// # async fn run(client: scaleengine::Client) -> Result<(), scaleengine::Error> {
    /// use scaleengine::{RetryPolicy, stream};
    ///
    /// client.call_with(stream::Close::by_id(1000), client.options().retry(RetryPolicy::never())).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Client::call`].
    pub fn call_with<C>(
        &self,
        command: C,
        options: CallOptions,
    ) -> impl Future<Output = Result<Reply<C::Reply>, Error>> + Send + use<C>
    where
        C: Command + Send,
        C::Reply: Send,
    {
        let mut prepared = self.prepare(command).map(|call| call.with_options(options));
        async move { prepared.run().await }
    }

    /// A call that can be looked at before it is run, and asked afterwards what it did.
    ///
    /// ```no_run
    /// # async fn run(client: scaleengine::Client) -> Result<(), scaleengine::Error> {
    /// use scaleengine::stream;
    ///
    /// let mut call = client.prepare(stream::Close::by_id(1000));
    /// let reply = call.run().await;
    /// println!("{} attempts, effect: {}", call.attempts(), call.effect());
    /// # reply.map(|_| ())
    /// # }
    /// ```
    pub fn prepare<C: Command>(&self, command: C) -> Prepared<Call<Arc<Signer>, C>> {
        Prepared::new(self.core.call(command), &self.core)
    }

    /// A live stream, for what is done with it as a whole.
    pub fn stream(&self, app: impl Into<String>, inst: impl Into<String>, stream: impl Into<String>) -> Stream {
        self.stream_by_name(StreamName::new(app, inst, stream))
    }

    /// As [`Client::stream`], by a name that is there already.
    pub fn stream_by_name(&self, name: StreamName) -> Stream {
        Stream { name, core: Arc::clone(&self.core) }
    }

    /// Asks for a viewing ticket, with a random password that is made for it.
    ///
    /// ```no_run
    /// # async fn run(client: scaleengine::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use scaleengine::param::IpRule;
    /// use scaleengine::sevu;
    ///
    /// let request = |pass| sevu::Request::new("demo-origin", "mystream", pass, IpRule::auto(), 5);
    /// let ticket = client.issue_ticket(request).await?;
    /// println!("{}", ticket.playback_address("https://example-hls.secdn.net/demo/play/mystream/playlist.m3u8"));
    /// client.call(ticket.revoke()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No password could be made, or the call failed.
    pub fn issue_ticket<F>(&self, request: F) -> impl Future<Output = Result<ViewingTicket, IssueError>> + Send + use<F>
    where
        F: FnOnce(Secret) -> sevu::Request,
    {
        let machine = self.core.ticket(request);
        let core = Arc::clone(&self.core);
        async move { Ok(core.drive(&mut machine?).await?) }
    }

    /// The issue of a ticket by any command that returns one, and when that ticket ends.
    pub fn prepare_ticket<C>(&self, command: C, expires: Option<DateTime>) -> Prepared<IssueTicket<Arc<Signer>, C>>
    where
        C: Command<Reply = IssuedTicket>,
    {
        Prepared::new(IssueTicket::new(self.core.call(command), expires), &self.core)
    }
}

/// A live stream of a client's account; made by [`Client::stream`].
#[derive(Clone)]
#[must_use]
pub struct Stream {
    name: StreamName,
    core: Arc<Core<dyn DynTransport>>,
}

impl Stream {
    /// Locks the publisher out and throws its encoder off, so that it cannot come back.
    ///
    /// ```no_run
    /// # async fn run(client: scaleengine::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use scaleengine::Lockout;
    ///
    /// client.stream("demo-origin", "live", "my_live_stream").shut_down(Lockout::remove("username_1")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Not both steps are known to be done; the error says how far it came.
    pub fn shut_down(
        &self,
        lockout: Lockout,
    ) -> impl Future<Output = Result<ShutdownReport, ShutdownError>> + Send + use<> {
        let mut prepared = self.prepare_shutdown(lockout);
        async move { prepared.run().await }
    }

    /// A shutdown that can be asked how far it came, also when it is interrupted.
    #[must_use]
    pub fn prepare_shutdown(&self, lockout: Lockout) -> Prepared<Shutdown<Arc<Signer>>> {
        Prepared::new(self.core.shutdown(&self.name, lockout), &self.core)
    }
}

front_end!(Client, Stream);
