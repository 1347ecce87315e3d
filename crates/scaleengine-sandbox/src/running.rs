//! The running server, and the methods that the async and the blocking sandbox share.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::api::Api;

/// A handle to the running server. Clones refer to the same server and do not keep it running.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) url: String,
    pub(crate) api: Arc<Api>,
}

/// Implements the shared methods on a sandbox with a field `running`.
macro_rules! sandbox_methods {
    ($sandbox:ident) => {
        impl $sandbox {
            /// Returns the URL of the API.
            #[must_use]
            pub fn url(&self) -> &str {
                &self.running.url
            }

            /// Returns the address on which the sandbox listens.
            #[must_use]
            pub fn address(&self) -> SocketAddr {
                self.running.address
            }

            /// Returns the credentials of the account that every sandbox has.
            #[must_use]
            pub fn credentials(&self) -> Credentials {
                Credentials::new(Account::new(API_KEY, CDN), SecretKey::new(SECRET_KEY))
            }

            /// Returns the number of connections accepted so far.
            #[must_use]
            pub fn connections(&self) -> usize {
                self.running.api.lifecycle.connections()
            }

            /// Returns the requests received, oldest first. Only the newest 1,000 are kept.
            #[must_use]
            pub fn requests(&self) -> Vec<Arc<Record>> {
                self.running.api.recorder.records().list()
            }

            /// Adds a fault rule and returns its id.
            pub fn fault(&self, fault: Fault) -> String {
                self.running.api.faults.add(fault)
            }

            /// Removes a fault rule by its id. Returns whether it existed.
            pub fn remove_fault(&self, id: &str) -> bool {
                self.running.api.faults.remove(id)
            }

            /// Shifts the clock of the sandbox by a number of seconds.
            pub fn advance(&self, seconds: i64) {
                self.running.api.clock.advance(seconds);
            }

            /// Restores the initial state of every account, the initial faults and the initial
            /// clock, and discards later faults and the recorded requests. Accounts added since the
            /// start are kept.
            pub fn reset(&self) {
                self.running.api.reset();
            }

            /// Returns the state of the sandbox's own account as JSON.
            #[must_use]
            pub fn snapshot(&self) -> String {
                serde_json::to_string(&*self.running.api.judge.accounts().first().state()).unwrap_or_default()
            }

            /// Restores the state that [`snapshot`](Self::snapshot) returned.
            ///
            /// # Errors
            ///
            /// Returns an error if the string is not a snapshot. The state is then unchanged.
            pub fn restore(&self, snapshot: &str) -> Result<(), SeedError> {
                let state = serde_json::from_str(snapshot).map_err(SeedError::of)?;
                *self.running.api.judge.accounts().first().state() = state;
                Ok(())
            }

            /// Connects an encoder to a stream and returns the id of the stream. A stream that is
            /// already live keeps its id.
            pub fn publish(&self, stream: LiveStream) -> i64 {
                let api = &self.running.api;
                api.judge.accounts().first().state().publish(Stream::once(stream), api.clock.now())
            }

            /// Connects an encoder to a stream by user name and password. Returns the id of the
            /// stream, or `None` if the encoder is refused: it is not a publisher of the stream,
            /// and authentication is not switched off.
            #[must_use]
            pub fn publish_as(&self, stream: LiveStream, user: &str, pass: &str) -> Option<i64> {
                let api = &self.running.api;
                let (mut state, stream) = (api.judge.accounts().first().state(), Stream::once(stream));
                state.admits(&stream, user, pass).then(|| state.publish(stream, api.clock.now()))
            }

            /// Returns whether an encoder is connected to a stream.
            #[must_use]
            pub fn is_live(&self, stream: &LiveStream) -> bool {
                self.running.api.judge.accounts().first().state().streams.find(|own| own.name == *stream).is_some()
            }

            /// Uses a ticket as a viewer does.
            ///
            /// # Errors
            ///
            /// Returns the reason of the refusal if the ticket does not exist, is not active, or is
            /// not valid for this password or address.
            pub fn view(&self, key: &str, pass: &str, ip: IpAddr) -> Result<(), &'static str> {
                let api = &self.running.api;
                api.judge.accounts().first().state().view(key, pass, ip, api.clock.now())
            }
        }

        impl fmt::Debug for $sandbox {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("Sandbox").field("url", &self.running.url).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use sandbox_methods;
