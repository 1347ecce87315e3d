//! A call or a workflow that is ready to be run, and can be asked what it did.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use scaleengine_http::{Clock, DynTransport, Machine, Sleep, drive};
use scaleengine_proto::UnixTime;

use crate::core::Core;

/// A machine and what moves it on. Everything that can be asked of the machine (of a [`Call`](scaleengine_http::Call): what
/// would be signed and sent, its effect, its attempts) can be asked of this.
pub struct Prepared<M> {
    machine: M,
    transport: Arc<dyn DynTransport>,
    clock: Arc<dyn Clock>,
    sleep: Arc<dyn Sleep>,
}

impl<M> Prepared<M> {
    pub(crate) fn new(machine: M, core: &Core<dyn DynTransport>) -> Self {
        let Core { transport, clock, sleep, .. } = core;
        Self { machine, transport: Arc::clone(transport), clock: Arc::clone(clock), sleep: Arc::clone(sleep) }
    }

    /// The same, changed.
    #[must_use]
    pub fn map<N>(self, change: impl FnOnce(M) -> N) -> Prepared<N> {
        let Self { machine, transport, clock, sleep } = self;
        Prepared { machine: change(machine), transport, clock, sleep }
    }

    /// The time that [`Prepared::run`] would sign.
    pub fn now(&self) -> UnixTime {
        self.clock.now().wall
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
        drive(&mut self.machine, &*self.transport, &*self.clock, &*self.sleep)
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
