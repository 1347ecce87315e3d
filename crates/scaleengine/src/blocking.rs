//! The client for programs without a runtime: the same calls on the thread that makes them.
//!
//! It contains no runtime, so that it can be used inside one too; it blocks the thread.

use std::sync::Arc;

use scaleengine_http::workflow::{IssueTicket, Lockout, Shutdown, StreamName};
use scaleengine_http::{BlockingTransport, Call, CallOptions, ClockSkew, Endpoint};
use scaleengine_proto::param::{DateTime, Secret};
use scaleengine_proto::{Command, IssuedTicket, sevu, stream};
use scaleengine_sign::{Account, Credentials, Signer};

use crate::builder::{BuildError, ClientBuilder};
use crate::call_builder::CallBuilder;
use crate::core::Core;
use crate::methods::client_methods;

/// Calls the API on the calling thread. Cheap to clone; clones share connections.
///
/// ```no_run
/// # fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use scaleengine::{blocking, stream};
///
/// let client = blocking::Client::from_env()?;
/// client.call(stream::Close::by_id(1000)).deadline(Duration::from_secs(5)).run()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core<dyn BlockingTransport>>,
}

/// A live stream of a client's account; made by [`Client::stream`].
#[derive(Clone)]
#[must_use]
pub struct Stream {
    name: StreamName,
    core: Arc<Core<dyn BlockingTransport>>,
}

client_methods!(Client, Stream, dyn BlockingTransport, "call `run`");
