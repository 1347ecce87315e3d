//! The client for programs without a runtime: the same calls on the thread that makes them.
//!
//! There is no runtime hidden in it, so that it can be used inside one too; it blocks the thread.

use std::sync::Arc;

use scaleengine_http::workflow::shutdown::ShutdownReport;
use scaleengine_http::workflow::{Lockout, ShutdownError, StreamName, ViewingTicket};
use scaleengine_http::{BlockingTransport, CallOptions, ClockSkew, Endpoint, Error, Machine, drive_blocking};
use scaleengine_proto::param::Secret;
use scaleengine_proto::{Command, Reply, sevu};
use scaleengine_sign::Account;

use crate::core::{Core, front_end};
use crate::ticket::IssueError;

/// Calls the API on the thread that asks. Cheap to clone; clones share connections.
///
/// Made by [`ClientBuilder::build_blocking`](crate::ClientBuilder::build_blocking).
#[derive(Clone)]
pub struct Client {
    core: Arc<Core<dyn BlockingTransport>>,
}

impl Core<dyn BlockingTransport> {
    fn drive<M: Machine>(&self, machine: &mut M) -> M::Output {
        drive_blocking(machine, &*self.transport, &*self.clock, &*self.sleep)
    }
}

impl Client {
    pub(crate) fn new(core: Core<dyn BlockingTransport>) -> Self {
        Self { core: Arc::new(core) }
    }

    /// Sends a command and reads the answer.
    ///
    /// # Errors
    ///
    /// [`Error::effect`] says whether the command may have been executed.
    pub fn call<C: Command>(&self, command: C) -> Result<Reply<C::Reply>, Error> {
        self.core.drive(&mut self.core.call(command))
    }

    /// As [`Client::call`], with other options.
    ///
    /// # Errors
    ///
    /// As [`Client::call`].
    pub fn call_with<C: Command>(&self, command: C, options: CallOptions) -> Result<Reply<C::Reply>, Error> {
        self.core.drive(&mut self.core.call(command).with_options(options))
    }

    /// A live stream, for what is done with it as a whole.
    pub fn stream(&self, app: impl Into<String>, inst: impl Into<String>, stream: impl Into<String>) -> Stream {
        Stream { name: StreamName::new(app, inst, stream), core: Arc::clone(&self.core) }
    }

    /// Asks for a viewing ticket, with a random password that is made for it; see
    /// [`Client::issue_ticket`](crate::Client::issue_ticket).
    ///
    /// # Errors
    ///
    /// No password could be made, or the call failed.
    pub fn issue_ticket(&self, request: impl FnOnce(Secret) -> sevu::Request) -> Result<ViewingTicket, IssueError> {
        Ok(self.core.drive(&mut self.core.ticket(request)?)?)
    }
}

/// A live stream of a client's account; made by [`Client::stream`].
#[derive(Clone)]
#[must_use]
pub struct Stream {
    name: StreamName,
    core: Arc<Core<dyn BlockingTransport>>,
}

impl Stream {
    /// Locks the publisher out and throws its encoder off, so that it cannot come back; see
    /// [`Stream::shut_down`](crate::Stream::shut_down).
    ///
    /// # Errors
    ///
    /// Not both steps are known to be done; the error says how far it came.
    pub fn shut_down(&self, lockout: Lockout) -> Result<ShutdownReport, ShutdownError> {
        self.core.drive(&mut self.core.shutdown(&self.name, lockout))
    }
}

front_end!(Client, Stream);
