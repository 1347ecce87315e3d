//! A running sandbox, as a test holds it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use scaleengine_sign::{Account, Credentials, SecretKey};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::api::Api;
use crate::faults::Fault;
use crate::records::Record;
use crate::seed::SeedError;
use crate::streams::{LiveStream, Stream};
use crate::{API_KEY, CDN, SECRET_KEY};

/// A running sandbox. Dropping it stops it, and ends its connections.
pub struct Sandbox {
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
    pub(crate) api: Arc<Api>,
    pub(crate) server: JoinHandle<()>,
    /// Its connections end when this is dropped.
    pub(crate) _open: watch::Sender<()>,
}

impl Sandbox {
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
        self.api.lifecycle.stop();
        let answered = async {
            let _ = (&mut self.server).await;
            self.api.lifecycle.finish_tasks().await;
        };
        let _ = tokio::time::timeout(Duration::from_secs(5), answered).await;
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.api.lifecycle.connections()
    }

    /// The requests that came in, the oldest first; the newest thousand are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<Record>> {
        self.api.recorder.records().list()
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
        serde_json::to_string(&*self.api.judge.accounts().first().state()).unwrap_or_default()
    }

    /// Puts back what [`Sandbox::snapshot`] gave.
    ///
    /// # Errors
    ///
    /// It is no snapshot; then nothing is changed.
    pub fn restore(&self, snapshot: &str) -> Result<(), SeedError> {
        let state = serde_json::from_str(snapshot).map_err(SeedError::of)?;
        *self.api.judge.accounts().first().state() = state;
        Ok(())
    }

    /// Puts an encoder on a stream, and gives the stream's id. A stream that is live already keeps its own.
    #[expect(clippy::must_use_candidate, reason = "most tests know the stream by its name")]
    pub fn publish(&self, stream: LiveStream) -> i64 {
        self.api.judge.accounts().first().state().publish(Stream::once(stream), self.api.clock.now())
    }

    /// Has an encoder try to publish a stream with a name and a password, and gives the stream's id if it may: if it is a
    /// publisher of that stream, or authentication was switched off for it.
    #[must_use]
    pub fn publish_as(&self, stream: LiveStream, user: &str, pass: &str) -> Option<i64> {
        let (mut state, stream) = (self.api.judge.accounts().first().state(), Stream::once(stream));
        state.admits(&stream, user, pass).then(|| state.publish(stream, self.api.clock.now()))
    }

    /// Whether an encoder is on a stream.
    #[must_use]
    pub fn is_live(&self, stream: &LiveStream) -> bool {
        self.api.judge.accounts().first().state().streams.find(|own| own.name == *stream).is_some()
    }

    /// Has a viewer use a ticket; `Err` says why that is refused.
    ///
    /// # Errors
    ///
    /// There is no such ticket, or it has ended, or it is not for this password or address.
    pub fn view(&self, key: &str, pass: &str, ip: IpAddr) -> Result<(), &'static str> {
        self.api.judge.accounts().first().state().view(key, pass, ip, self.api.clock.now())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
        self.api.lifecycle.abort_tasks();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}
