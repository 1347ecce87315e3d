//! A call or a workflow that is ready to be run, and can be asked what it did.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use scaleengine_http::{DynTransport, Machine};
use scaleengine_proto::UnixTime;

use crate::core::Core;

/// A machine and what moves it on. Everything that can be asked of the machine (of a [`Call`](scaleengine_http::Call): what
/// would be signed and sent, its effect, its attempts) can be asked of this.
pub struct Prepared<M> {
    machine: M,
    core: Arc<Core<dyn DynTransport>>,
}

impl<M> Prepared<M> {
    pub(crate) fn new(machine: M, core: &Arc<Core<dyn DynTransport>>) -> Self {
        Self { machine, core: Arc::clone(core) }
    }

    /// The same, changed.
    #[must_use]
    pub fn map<N>(self, change: impl FnOnce(M) -> N) -> Prepared<N> {
        Prepared { machine: change(self.machine), core: self.core }
    }

    /// The time that [`Prepared::run`] would sign.
    pub fn now(&self) -> UnixTime {
        self.core.clock.now().wall
    }
}

impl<M: Machine> Prepared<M> {
    /// Runs it to its end.
    ///
    /// Dropping the future leaves the machine where it was, and its effect says what may have happened.
    pub fn run(&mut self) -> impl Future<Output = M::Output> + Send
    where
        M: Send,
        M::Output: Send,
    {
        self.core.drive(&mut self.machine)
    }
}

impl<M> Deref for Prepared<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.machine
    }
}

impl<M: fmt::Debug> fmt::Debug for Prepared<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machine.fmt(f)
    }
}
