//! A call or workflow with its options, before it runs.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use scaleengine_http::{BlockingTransport, CallOptions, Configure, DynTransport, FormEncoding};
use scaleengine_sign::Signer;

use crate::core::Core;
use crate::prepared::Prepared;

/// A call or workflow that has not run yet. Set its options, then await it, or call
/// [`run`](CallBuilder::run) with the blocking client.
///
/// ```no_run
/// # async fn run(client: scaleengine::Client) -> Result<(), scaleengine::Error> {
/// use std::time::Duration;
/// use scaleengine::stream;
///
/// client.call(stream::Close::by_id(1000)).deadline(Duration::from_secs(2)).max_attempts(1).await?;
/// # Ok(())
/// # }
/// ```
///
/// To spawn or join it, convert it into a future:
/// `tokio::spawn(client.call(command).into_future())`. That future owns the command; to run a
/// borrowed command (`client.call(&command)`), use [`prepare`](CallBuilder::prepare) and
/// [`Prepared::run`].
///
/// A generic function that wraps calls needs these bounds:
///
/// ```no_run
/// use scaleengine::{Client, Command, Reply, Result};
///
/// async fn counted<C>(client: &Client, command: C) -> Result<Reply<C::Reply>>
/// where
///     C: Command<Reply: Send> + Send + 'static,
/// {
///     client.call(command).await
/// }
/// ```
///
/// Dropping the future stops the call, but a request in flight may still be executed. To read the
/// effect then, run the call by [`prepare`](CallBuilder::prepare) and ask [`Prepared::effect`], or
/// use an observer, which receives [`CallEventKind::Dropped`](crate::CallEventKind::Dropped).
///
/// `M` is the state machine that runs: a [`Call`](crate::Call), an
/// [`IssueTicket`](crate::workflow::IssueTicket) or a [`Shutdown`](crate::workflow::Shutdown). `T`
/// is the kind of transport, async or blocking.
#[must_use = "a call does nothing until it is awaited or run"]
pub struct CallBuilder<M, T: ?Sized = dyn DynTransport> {
    machine: M,
    core: Arc<Core<T>>,
    options: CallOptions,
}

/// The future that runs a call.
pub type CallFuture<O> = Pin<Box<dyn Future<Output = O> + Send>>;

impl<M, T: ?Sized> CallBuilder<M, T> {
    pub(crate) fn new(machine: M, core: &Arc<Core<T>>) -> Self {
        Self { machine, core: Arc::clone(core), options: core.settings.options }
    }

    /// Replaces all options.
    pub fn options(self, options: CallOptions) -> Self {
        Self { options, ..self }
    }

    /// Sets the deadline of the call or workflow, including waits. Default: the client's, 30 s.
    pub fn deadline(self, deadline: Duration) -> Self {
        let options = self.options.deadline(deadline);
        self.options(options)
    }

    /// Sets the timeout of each attempt. Default: the client's, 15 s.
    pub fn timeout(self, timeout: Duration) -> Self {
        let options = self.options.timeout(timeout);
        self.options(options)
    }

    /// Sets the maximum number of attempts of each call. Default: the client's, 3.
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        let options = self.options.max_attempts(max_attempts);
        self.options(options)
    }

    /// Sets whether a throttled call is retried. Default: the client's, `true`.
    pub fn retry_throttled(self, retry_throttled: bool) -> Self {
        let options = self.options.retry_throttled(retry_throttled);
        self.options(options)
    }

    /// Sets the maximum size of the response body in bytes. Default: the client's, 8 MiB.
    pub fn max_body(self, bytes: usize) -> Self {
        let options = self.options.max_body(bytes);
        self.options(options)
    }

    /// Sets the form encoding. Default: the client's, multipart.
    pub fn form_encoding(self, form_encoding: FormEncoding) -> Self {
        let options = self.options.form_encoding(form_encoding);
        self.options(options)
    }

    /// Converts the call into a [`Prepared`], which can be inspected before and after it runs.
    ///
    /// ```no_run
    /// # async fn run(client: scaleengine::Client) -> Result<(), scaleengine::Error> {
    /// use scaleengine::stream;
    ///
    /// let mut call = client.call(stream::Close::by_id(1000)).prepare();
    /// let reply = call.run().await;
    /// println!("{} attempts, effect: {}", call.attempts(), call.effect());
    /// # reply.map(|_| ())
    /// # }
    /// ```
    pub fn prepare(self) -> Prepared<M, T>
    where
        M: Configure<Arc<Signer>>,
    {
        let Self { mut machine, core, options } = self;
        machine.configure(&mut |settings| settings.options = options);
        Prepared::new(machine, core)
    }
}

impl<M> IntoFuture for CallBuilder<M>
where
    M: Configure<Arc<Signer>, Output: Send> + Send + 'static,
{
    type Output = M::Output;
    type IntoFuture = CallFuture<M::Output>;

    fn into_future(self) -> CallFuture<M::Output> {
        let mut prepared = self.prepare();
        Box::pin(async move { prepared.run().await })
    }
}

impl<M: Configure<Arc<Signer>>> CallBuilder<M, dyn BlockingTransport> {
    /// Runs the call to completion on this thread.
    pub fn run(self) -> M::Output {
        self.prepare().run()
    }
}

impl<M: fmt::Debug, T: ?Sized> fmt::Debug for CallBuilder<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallBuilder")
            .field("machine", &self.machine)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
