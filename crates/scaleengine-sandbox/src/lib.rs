//! A local ScaleEngine API that checks what the real one checks.
//!
//! For tests, and for whoever has no account. It answers at `/stable/` over real HTTP, verifies key, time and signature in
//! the documented order with the documented codes, and keeps publishers, live streams, tickets and playlists. A command whose
//! answer was never seen is checked and answered with the bare envelope; what the sandbox knows then stands under `sandbox`,
//! a name that no answer of the real API has. What is not documented is marked as assumed where
//! it is decided: [`WINDOW`], and the answers about a stream that is not live and a ticket that does not exist.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use scaleengine_sandbox::{LiveStream, Sandbox};
//!
//! let sandbox = Sandbox::start().await?;
//! println!("{} {:?}", sandbox.url(), sandbox.account());
//! assert!(sandbox.is_live(&LiveStream::new("demo-origin", "live", "my_live_stream")));
//! # Ok(())
//! # }
//! ```

mod answer;
mod check;
mod clock;
mod commands;
mod playlists;
mod publishers;
mod server;
mod streams;
mod tickets;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use scaleengine_sign::{Account, Check, SecretKey};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub use check::WINDOW;
pub use streams::LiveStream;

use commands::Product;
use server::Api;

/// The API key of every sandbox.
pub const API_KEY: &str = "SANDBOXKEY0000000000000000000000";
/// The secret key of every sandbox: no secret at all.
pub const SECRET_KEY: &str = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";
/// The CDN id of every sandbox; the documentation's.
pub const CDN: u32 = 158;

/// A running sandbox. Dropping it stops it.
pub struct Sandbox {
    address: SocketAddr,
    url: String,
    api: Arc<Api>,
    server: AbortHandle,
}

impl Sandbox {
    /// Starts one on a free port of this machine, within the tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// No port could be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// One with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            checks: Check::ALL.to_vec(),
            clock_offset: 0,
        }
    }

    /// The address of its API.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The account that it knows.
    #[must_use]
    pub fn account(&self) -> Account {
        Account::new(API_KEY, CDN)
    }

    /// The secret of that account.
    #[must_use]
    pub fn secret(&self) -> SecretKey {
        SecretKey::new(SECRET_KEY)
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.api.connections.load(Ordering::Relaxed)
    }

    /// Puts an encoder on a stream, and gives the stream's id. A stream that is live already keeps its own.
    #[expect(clippy::must_use_candidate, reason = "most tests know the stream by its name")]
    pub fn publish(&self, stream: LiveStream) -> i64 {
        self.api.product.streams.publish(stream)
    }

    /// Has an encoder try to publish a stream with a name and a password, and gives the stream's id if it may: if it is a
    /// publisher of that stream, or authentication was switched off for it.
    #[must_use]
    pub fn publish_as(&self, stream: LiveStream, user: &str, pass: &str) -> Option<i64> {
        let Product { publishers, streams, .. } = &self.api.product;
        publishers.admit(&stream, user, pass).then(|| streams.publish(stream))
    }

    /// Whether an encoder is on a stream.
    #[must_use]
    pub fn is_live(&self, stream: &LiveStream) -> bool {
        self.api.product.streams.is_live(stream)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Settings of a sandbox.
#[derive(Debug, Clone)]
#[must_use]
pub struct SandboxBuilder {
    listen: SocketAddr,
    checks: Vec<Check>,
    clock_offset: i64,
}

impl SandboxBuilder {
    /// Where to listen; `127.0.0.1:0`, a free port, unless set.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// In which ways a signature is checked; in all of them unless set, so that what passes here passes however the real
    /// server checks.
    pub fn verify(mut self, checks: impl IntoIterator<Item = Check>) -> Self {
        self.checks = checks.into_iter().collect();
        self
    }

    /// Moves the window for timestamps by seconds. The `Date` header stays true.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.clock_offset = seconds;
        self
    }

    /// Starts the sandbox, within the tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on.
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = TcpListener::bind(self.listen).await?;
        let address = listener.local_addr()?;
        let api = Arc::new(Api::new(self.checks, self.clock_offset));
        let server = tokio::spawn(server::serve(listener, Arc::clone(&api))).abort_handle();
        // "Every address" is one to listen on, not one to call.
        let ip = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
        let url = format!("http://{}/stable/", SocketAddr::new(ip, address.port()));
        Ok(Sandbox { address, url, api, server })
    }
}
