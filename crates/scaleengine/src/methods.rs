//! The methods that the async and the blocking client have in common.

/// Implements a client and its stream. `$transport` is the kind of transport, `$run` the
/// phrase for running a call.
macro_rules! client_methods {
    ($client:ident, $stream:ident, $transport:ty, $run:literal) => {
        impl $client {
            pub(crate) fn new(core: Core<$transport>) -> Self {
                Self { core: Arc::new(core) }
            }

            /// Creates a client from the environment; see [`ClientBuilder::from_env`].
            ///
            /// # Errors
            ///
            /// Returns an error if the environment contains no valid credentials, or for the same
            /// reasons as [`ClientBuilder::build`].
            pub fn from_env() -> Result<Self, BuildError> {
                Self::builder().from_env()?.build()
            }

            /// Creates a client from a profile; see
            /// [`Config::profile`](crate::config::Config::profile) and [`ClientBuilder::profile`].
            ///
            /// # Errors
            ///
            /// Returns an error if the configuration has no such profile, or if the profile cannot
            /// be used.
            #[cfg(feature = "config")]
            pub fn from_profile(name: &str) -> Result<Self, BuildError> {
                let profile = crate::config::Config::load()?.profile(name)?;
                Self::builder().profile(&profile).build()
            }

            /// Returns a builder, for settings that the environment does not provide.
            pub fn builder() -> ClientBuilder<$transport> {
                ClientBuilder::new()
            }

            /// Prepares a call; nothing is sent yet. Set its options, then
            #[doc = concat!($run, ".")]
            ///
            /// The result is a [`Reply`](crate::Reply) or an [`Error`](crate::Error), whose
            /// [`effect`](crate::Error::effect) shows whether the command may have been executed.
            pub fn call<C: Command>(&self, command: C) -> CallBuilder<Call<Arc<Signer>, C>, $transport> {
                CallBuilder::new(Call::with_settings(self.core.settings.clone(), command), &self.core)
            }

            /// Prepares a call that issues a viewing ticket. The closure receives a random password
            /// and returns the request.
            ///
            /// The result is a [`ViewingTicket`](crate::ViewingTicket) or an
            /// [`Error`](crate::Error).
            pub fn issue_ticket(
                &self,
                request: impl FnOnce(Secret) -> sevu::Request,
            ) -> CallBuilder<IssueTicket<Arc<Signer>, sevu::Request>, $transport> {
                let (settings, random) = (self.core.settings.clone(), self.core.random.as_deref());
                CallBuilder::new(IssueTicket::with_random_password(settings, random, request), &self.core)
            }

            /// Prepares a call that issues a viewing ticket with any command that returns one.
            /// `expires` is only returned in the result; it does not change the command.
            pub fn issue_ticket_with<C: Command<Reply = IssuedTicket>>(
                &self,
                command: C,
                expires: Option<DateTime>,
            ) -> CallBuilder<IssueTicket<Arc<Signer>, C>, $transport> {
                let call = Call::with_settings(self.core.settings.clone(), command);
                CallBuilder::new(IssueTicket::new(call, expires), &self.core)
            }

            /// Prepares a watch of streams. Prepare it with
            /// [`CallBuilder::prepare`](crate::CallBuilder::prepare); each
            /// [`Prepared::run`](crate::Prepared::run) then returns the next
            /// [`WatchEvent`](crate::workflow::WatchEvent). The deadline is that of each poll.
            pub fn watch(
                &self,
                streams: impl IntoIterator<Item = StreamName>,
                options: WatchOptions,
            ) -> CallBuilder<Watch<Arc<Signer>>, $transport> {
                CallBuilder::new(Watch::new(self.core.settings.clone(), streams, options), &self.core)
            }

            /// Returns a handle to a stream by application, instance and stream name. Sends
            /// nothing.
            pub fn stream(
                &self,
                app: impl Into<String>,
                inst: impl Into<String>,
                stream: impl Into<String>,
            ) -> $stream {
                self.stream_by_name(StreamName::new(app, inst, stream))
            }

            /// Returns a handle to a stream by its [`StreamName`]. Sends nothing.
            pub fn stream_by_name(&self, name: StreamName) -> $stream {
                $stream { name, core: Arc::clone(&self.core) }
            }

            /// Returns a client with these options. It shares this client's connections and clock
            /// skew.
            #[must_use]
            pub fn with_options(&self, options: CallOptions) -> Self {
                let mut core = (*self.core).clone();
                core.settings.options = options;
                Self::new(core)
            }

            /// Returns a client with these credentials, which replace those of this client or its
            /// provider. It shares this client's connections and clock skew.
            #[must_use]
            pub fn with_credentials(&self, credentials: &Credentials) -> Self {
                Self::new(self.core.with_credentials(credentials))
            }

            /// Returns the call options, as a base for others.
            pub fn options(&self) -> CallOptions {
                self.core.settings.options
            }

            /// Returns the clock skew estimate, 0 until a response shows a difference.
            /// [`ClientBuilder::clock_skew`] shares a clone of it with another client.
            #[must_use]
            pub fn clock_skew(&self) -> &ClockSkew {
                &self.core.settings.clock_skew
            }

            /// Returns the current time corrected by the clock skew, as a base for expiries.
            #[must_use]
            pub fn now(&self) -> UnixTime {
                self.core.settings.clock_skew.apply(self.core.clock.now().wall)
            }

            /// Returns the account; `None` if a credentials provider supplies it.
            #[must_use]
            pub fn account(&self) -> Option<&Account> {
                self.core.account()
            }

            /// Returns the endpoint.
            #[must_use]
            pub fn endpoint(&self) -> &Endpoint {
                &self.core.settings.endpoint
            }
        }

        impl std::fmt::Debug for $client {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($client))
                    .field("account", &self.account())
                    .field("endpoint", self.endpoint())
                    .finish_non_exhaustive()
            }
        }

        impl $stream {
            /// Sets an origin server, if the account has more than the default one.
            pub fn origin_url(mut self, address: impl Into<String>) -> Self {
                self.name = self.name.origin_url(address);
                self
            }

            /// Returns the name.
            #[must_use]
            pub fn name(&self) -> &StreamName {
                &self.name
            }

            /// Prepares a call that disconnects the encoder (`stream.close`). Most encoders
            /// reconnect; see `shut_down`.
            pub fn close(&self) -> CallBuilder<Call<Arc<Signer>, stream::Close>, $transport> {
                CallBuilder::new(Call::with_settings(self.core.settings.clone(), self.name.close()), &self.core)
            }

            /// Prepares a workflow that locks the publisher out and disconnects its encoder, which
            /// then cannot reconnect. The deadline bounds both calls together; attempts count for
            /// each.
            ///
            /// The result is a [`ShutdownReport`](crate::ShutdownReport), or a
            /// [`ShutdownError`](crate::ShutdownError) with the progress so far.
            pub fn shut_down(&self, lockout: Lockout) -> CallBuilder<Shutdown<Arc<Signer>>, $transport> {
                CallBuilder::new(Shutdown::new(self.core.settings.clone(), &self.name, lockout), &self.core)
            }
        }

        impl $stream {
            /// Prepares a wait until the stream is in a state, for at most `timeout`, with a poll
            /// every 2 s. Only a reply that the stream is not live means
            /// [`Down`](crate::workflow::StreamState::Down).
            ///
            /// The result is `()`, or a [`WaitError`](crate::workflow::WaitError) with the last
            /// state.
            pub fn wait_until(
                &self,
                state: StreamState,
                timeout: Duration,
            ) -> CallBuilder<WaitUntil<Arc<Signer>>, $transport> {
                let (settings, every) = (self.core.settings.clone(), Duration::from_secs(2));
                CallBuilder::new(WaitUntil::new(settings, self.name.clone(), state, every, timeout), &self.core)
            }
        }

        impl std::fmt::Debug for $stream {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($stream)).field("name", &self.name).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use client_methods;
