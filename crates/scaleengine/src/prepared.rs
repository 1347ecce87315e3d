//! A call or workflow that can be inspected before and after it runs.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use scaleengine_http::{BlockingTransport, Call, Configure, DynTransport, Effect, Machine, WireRequest};
use scaleengine_proto::{Command, UnixTime};
use scaleengine_sign::{SignError, SignedPayload, Signer};

use crate::core::Core;

/// A call or workflow that can be inspected before and after it runs, returned by
/// [`CallBuilder::prepare`](crate::CallBuilder::prepare).
///
/// ```no_run
/// # async fn run(client: scaleengine::Client) -> Result<(), scaleengine::Error> {
/// use std::time::Duration;
/// use scaleengine::{Effect, stream};
///
/// let mut call = client.call(stream::Close::by_id(1000)).prepare();
/// // The future is dropped after a second; the effect shows what may have happened.
/// let result = tokio::time::timeout(Duration::from_secs(1), call.run()).await;
/// if result.is_err() && call.effect() == Effect::Unknown {
///     println!("the request was in flight: check the current state");
/// }
/// # Ok(())
/// # }
/// ```
pub struct Prepared<M, T: ?Sized = dyn DynTransport> {
    machine: M,
    core: Arc<Core<T>>,
}

impl<M, T: ?Sized> Prepared<M, T> {
    pub(crate) fn new(machine: M, core: Arc<Core<T>>) -> Self {
        Self { machine, core }
    }

    /// Returns the state machine: the [`Call`] or the workflow.
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// Returns the timestamp that a request sent now would contain: the clock, corrected by the
    /// clock skew.
    pub fn now(&self) -> UnixTime {
        self.core.settings.clock_skew.apply(self.core.clock.now().wall)
    }
}

impl<M: Machine, T: ?Sized> Prepared<M, T> {
    /// Returns the effect so far.
    pub fn effect(&self) -> Effect {
        self.machine.effect()
    }

    /// Returns the number of attempts so far.
    pub fn attempts(&self) -> u32 {
        self.machine.attempts()
    }
}

impl<C: Command, T: ?Sized> Prepared<Call<Arc<Signer>, C>, T> {
    /// Signs the command with a given time. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns an error if the command cannot be signed, and, with a credentials provider, until
    /// the call runs: the key is not known before.
    pub fn payload(&self, at: UnixTime) -> Result<SignedPayload, SignError> {
        self.machine.payload(at)
    }

    /// Returns the request that would be sent at a time.
    ///
    /// # Errors
    ///
    /// Fails for the same reasons as [`Prepared::payload`].
    pub fn request(&self, at: UnixTime) -> Result<WireRequest, SignError> {
        self.machine.request(at)
    }
}

impl<M: Configure<Arc<Signer>>> Prepared<M> {
    /// Runs the call to completion.
    ///
    /// Dropping the future stops the call; [`Prepared::effect`] then returns the effect, and an
    /// observer receives [`CallEventKind::Dropped`](crate::CallEventKind::Dropped). Running it
    /// again resumes the call: a request that was in flight is sent again only if the command is
    /// safe to repeat, else the call fails with
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted). After the end, it fails with
    /// [`ErrorKind::Ended`](crate::ErrorKind::Ended).
    pub fn run(&mut self) -> impl Future<Output = M::Output> + Send
    where
        M: Send,
        M::Output: Send,
    {
        self.core.run(&mut self.machine)
    }
}

impl<M: Configure<Arc<Signer>>> Prepared<M, dyn BlockingTransport> {
    /// Runs the call to completion on this thread.
    pub fn run(&mut self) -> M::Output {
        self.core.run(&mut self.machine)
    }
}

impl<M: fmt::Debug, T: ?Sized> fmt::Debug for Prepared<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machine.fmt(f)
    }
}
