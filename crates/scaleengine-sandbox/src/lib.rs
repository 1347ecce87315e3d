//! A local ScaleEngine API that checks what the real one checks, remembers, breaks on purpose, and explains.
//!
//! For tests, and for whoever has no account. It answers at `/stable/` over real HTTP, verifies key, time and signature in
//! the documented order with the documented codes, and says of a refused request what is wrong with it: in the header
//! `X-Sandbox-Diagnosis`, in [`Sandbox::requests`], and on the page at `/_sandbox/`. It keeps publishers, live streams, tickets,
//! playlists, switchboards, recordings, push services and the event log. A command whose answer was never seen is checked and
//! answered with the bare envelope; what the sandbox knows then stands under `sandbox`, a name that no answer of the real API
//! has. Each [`Rule`] has its source, and says how well it is known.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use scaleengine_sandbox::{Fault, LiveStream, Sandbox, Seed};
//!
//! let news = LiveStream::new("demo-origin", "live", "news");
//! let sandbox = Sandbox::builder()
//!     .seed(Seed::documented().reconnecting_stream(news.clone(), "username_1", "a random password"))
//!     .fault(Fault::parse("command=stream.close first=1 code=1000")?)
//!     .start()
//!     .await?;
//! println!("{} {:?}", sandbox.url(), sandbox.credentials());
//! assert!(sandbox.is_live(&news));
//! assert!(sandbox.requests().is_empty());
//! # Ok(())
//! # }
//! ```

mod accounts;
mod admin;
mod answer;
mod api;
pub mod blocking;
mod breaking;
mod builder;
mod check;
mod clock;
mod commands;
mod connection;
mod events;
mod faults;
mod form;
mod guard;
mod hops;
mod page;
mod pattern;
mod publishers;
mod records;
mod replays;
mod rules;
mod seed;
mod server;
mod state;
mod streams;
mod table;
mod tickets;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use scaleengine_sign::{Account, Credentials, SecretKey};
use tokio::sync::watch;
use tokio::task::JoinHandle;

// Its types stand in signatures here.
pub use axum::http;

pub use api::{Forwarded, RealAnswer};
pub use builder::SandboxBuilder;
pub use check::WINDOW;
pub use faults::{Fault, FaultError};
pub use records::Record;
pub use rules::{Confidence, Rule};
pub use scaleengine_sign::explain::{Explanation, Mistake};
pub use seed::{Seed, SeedError};
pub use streams::LiveStream;

use api::Api;
use streams::Stream;

/// The API key of every sandbox.
pub const API_KEY: &str = "SANDBOXKEY0000000000000000000000";
/// The secret key of every sandbox: no secret at all.
pub const SECRET_KEY: &str = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";
/// The CDN id of every sandbox; the documentation's.
pub const CDN: u32 = 158;

/// A running sandbox. Dropping it stops it, and ends its connections.
pub struct Sandbox {
    address: SocketAddr,
    url: String,
    api: Arc<Api>,
    server: JoinHandle<()>,
    /// Its connections end when it is gone.
    _open: watch::Sender<()>,
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
        SandboxBuilder::default()
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

    /// The credentials of the account that every sandbox knows.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::new(Account::new(API_KEY, CDN), SecretKey::new(SECRET_KEY))
    }

    /// Stops it: no more connections, and what is being answered is answered, for five seconds at most. Dropping it ends both at
    /// once.
    pub async fn stop(mut self) {
        self.api.stop.send_replace(true);
        let answered = async {
            let _ = (&mut self.server).await;
            // Those whose clients have gone away.
            let mut tasks = std::mem::take(&mut *self.api.answering());
            while tasks.join_next().await.is_some() {}
        };
        let _ = tokio::time::timeout(Duration::from_secs(5), answered).await;
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.api.connections.load(Ordering::Relaxed)
    }

    /// The requests that came in, the oldest first; the newest thousand are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<Record>> {
        self.api.records.list()
    }

    /// Adds a fault, and gives its name.
    #[expect(clippy::must_use_candidate, reason = "the name is of use to whoever takes it away again")]
    pub fn fault(&self, fault: Fault) -> String {
        self.api.faults.add(fault)
    }

    /// Takes a fault away; whether there was one.
    #[expect(clippy::must_use_candidate, reason = "afterwards there is none")]
    pub fn remove_fault(&self, id: &str) -> bool {
        self.api.faults.remove(id)
    }

    /// Moves its clock by seconds.
    pub fn advance(&self, seconds: i64) {
        self.api.clock.advance(seconds);
    }

    /// Back to what it began with: every account's state, the faults and the clock. The requests are forgotten; accounts that were added
    /// stay.
    pub fn reset(&self) {
        self.api.reset();
    }

    /// What the sandbox's own account has, as JSON.
    #[must_use]
    pub fn snapshot(&self) -> String {
        serde_json::to_string(&*self.api.accounts.first().state()).unwrap_or_default()
    }

    /// Puts back what [`Sandbox::snapshot`] gave.
    ///
    /// # Errors
    ///
    /// It is no snapshot; then nothing is changed.
    pub fn restore(&self, snapshot: &str) -> Result<(), SeedError> {
        let state = serde_json::from_str(snapshot).map_err(SeedError::of)?;
        *self.api.accounts.first().state() = state;
        Ok(())
    }

    /// Puts an encoder on a stream, and gives the stream's id. A stream that is live already keeps its own.
    #[expect(clippy::must_use_candidate, reason = "most tests know the stream by its name")]
    pub fn publish(&self, stream: LiveStream) -> i64 {
        self.api.accounts.first().state().publish(Stream::once(stream), self.api.clock.now())
    }

    /// Has an encoder try to publish a stream with a name and a password, and gives the stream's id if it may: if it is a
    /// publisher of that stream, or authentication was switched off for it.
    #[must_use]
    pub fn publish_as(&self, stream: LiveStream, user: &str, pass: &str) -> Option<i64> {
        let (mut state, stream) = (self.api.accounts.first().state(), Stream::once(stream));
        state.admits(&stream, user, pass).then(|| state.publish(stream, self.api.clock.now()))
    }

    /// Whether an encoder is on a stream.
    #[must_use]
    pub fn is_live(&self, stream: &LiveStream) -> bool {
        self.api.accounts.first().state().streams.find(|own| own.name == *stream).is_some()
    }

    /// Has a viewer use a ticket; `Err` says why that is refused.
    ///
    /// # Errors
    ///
    /// There is no such ticket, or it has ended, or it is not for this password or address.
    pub fn view(&self, key: &str, pass: &str, ip: IpAddr) -> Result<(), &'static str> {
        self.api.accounts.first().state().view(key, pass, ip, self.api.clock.now())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
        self.api.answering().abort_all();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}
