//! The async client.

use std::sync::Arc;

use scaleengine_http::workflow::{IssueTicket, Lockout, Shutdown, StreamName};
use scaleengine_http::{Call, CallOptions, ClockSkew, DynTransport, Endpoint};
use scaleengine_proto::param::{DateTime, Secret};
use scaleengine_proto::{Command, IssuedTicket, sevu, stream};
use scaleengine_sign::{Account, Credentials, Signer};

use crate::builder::{BuildError, ClientBuilder};
use crate::call_builder::CallBuilder;
use crate::core::Core;
use crate::methods::client_methods;

/// Calls the API. Cheap to clone; clones share connections.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use scaleengine::param::IpRule;
/// use scaleengine::{Client, Lockout, sevu, stream};
///
/// let client = Client::from_env()?;
/// let reply = client.call(stream::Close::by_name("demo-origin", "live", "my_live_stream")).await?;
/// println!("closed in {:?} s", reply.handle_time());
///
/// client.stream("demo-origin", "live", "my_live_stream").shut_down(Lockout::remove("username_1")).await?;
///
/// let request = |password| sevu::Request::new("demo-origin", "mystream", password, IpRule::auto(), 5);
/// let ticket = client.issue_ticket(request).await?;
/// println!("{}", ticket.playback_address("https://example-hls.secdn.net/demo/play/mystream/playlist.m3u8"));
/// client.call(ticket.revoke()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core<dyn DynTransport>>,
}

/// A live stream of a client's account; made by [`Client::stream`].
#[derive(Clone)]
#[must_use]
pub struct Stream {
    name: StreamName,
    core: Arc<Core<dyn DynTransport>>,
}

client_methods!(Client, Stream, dyn DynTransport, "await it");
