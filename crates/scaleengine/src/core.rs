//! What the async and the blocking client have in common: everything but the way in which a request is sent.

use std::sync::Arc;

use scaleengine_http::workflow::{IssueTicket, Lockout, Shutdown, StreamName, password_from};
use scaleengine_http::{Call, CallOptions, Clock, ClockSkew, Endpoint, Random, RandomError, Sleep};
use scaleengine_proto::param::Secret;
use scaleengine_proto::{Command, sevu};
use scaleengine_sign::Signer;

/// A signer, an address, and a transport of either kind.
pub(crate) struct Core<T: ?Sized> {
    pub(crate) signer: Arc<Signer>,
    pub(crate) endpoint: Endpoint,
    pub(crate) transport: Arc<T>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleep: Arc<dyn Sleep>,
    pub(crate) random: Option<Arc<dyn Random>>,
    pub(crate) offset: ClockSkew,
    pub(crate) options: CallOptions,
}

impl<T: ?Sized> Core<T> {
    pub(crate) fn call<C: Command>(&self, command: C) -> Call<Arc<Signer>, C> {
        let call = Call::new(Arc::clone(&self.signer), self.endpoint.clone(), command);
        call.with_options(self.options).with_clock_skew(self.offset.clone())
    }

    pub(crate) fn shutdown(&self, stream: &StreamName, lockout: Lockout) -> Shutdown<Arc<Signer>> {
        let shutdown = Shutdown::new(Arc::clone(&self.signer), self.endpoint.clone(), stream, lockout);
        shutdown.with_options(self.options).with_clock_skew(self.offset.clone())
    }

    /// A request for a ticket, with a password that is made for it.
    pub(crate) fn ticket(
        &self,
        request: impl FnOnce(Secret) -> sevu::Request,
    ) -> Result<IssueTicket<Arc<Signer>, sevu::Request>, RandomError> {
        let request = request(password_from(&**self.random.as_ref().ok_or_else(RandomError::new)?)?);
        let expires = request.expire;
        Ok(IssueTicket::new(self.call(request), expires))
    }
}

/// What both clients and their streams have alike: accessors and `Debug`.
macro_rules! front_end {
    ($client:ident, $stream:ident) => {
        impl $client {
            /// Returns the options of its calls.
            #[must_use]
            pub fn options(&self) -> CallOptions {
                self.core.options
            }

            /// Returns the difference between the server's clock and this machine's; 0 until a response has shown another.
            #[must_use]
            pub fn clock_skew(&self) -> &ClockSkew {
                &self.core.offset
            }

            /// Returns the account that it calls for.
            #[must_use]
            pub fn account(&self) -> &Account {
                self.core.signer.account()
            }

            /// Returns the endpoint that it calls.
            #[must_use]
            pub fn endpoint(&self) -> &Endpoint {
                &self.core.endpoint
            }
        }

        impl std::fmt::Debug for $client {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($client))
                    .field("account", self.account())
                    .field("endpoint", self.endpoint())
                    .finish_non_exhaustive()
            }
        }

        impl $stream {
            /// Selects an origin server other than the default one.
            pub fn origin_url(mut self, address: impl Into<String>) -> Self {
                self.name = self.name.origin_url(address);
                self
            }
        }

        impl std::fmt::Debug for $stream {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($stream)).field("name", &self.name).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use front_end;
