//! The settings of a sandbox.

use std::fmt;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use scaleengine_proto::Declared;
use scaleengine_sign::{Check, Credentials, SecretKey};
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::accounts::{Accounts, Tenant};
use crate::answer::Failure;
use crate::api::{Api, Initial};
use crate::check::Checks;
use crate::clock::{self, Clock};
use crate::custom::Commands;
use crate::faults::{Fault, Faults};
use crate::forwarding::{Forward, Forwarded, Forwarding, RealResponse};
use crate::judge::Judge;
use crate::lifecycle::Lifecycle;
use crate::recorder::{Listen, Recorder};
use crate::records::Record;
use crate::rules::Enforced;
use crate::running::Running;
use crate::seed::Seed;
use crate::{API_KEY, CDN, SECRET_KEY, Sandbox, blocking, server};

/// Builds a sandbox. Every setting has a default.
///
/// `S` is the sandbox that it starts: [`Sandbox::builder`] returns a builder of the async sandbox,
/// and [`blocking::Sandbox::builder`] one of the blocking sandbox.
#[must_use]
pub struct SandboxBuilder<S = Sandbox> {
    settings: Settings,
    starts: PhantomData<fn() -> S>,
}

#[derive(Clone)]
struct Settings {
    listen: SocketAddr,
    checks: Vec<Check>,
    clock_offset: i64,
    seed: Seed,
    accounts: Vec<Credentials>,
    faults: Vec<Fault>,
    only_documented: bool,
    refuse_replays: bool,
    commands: Commands,
    forward: Option<Forward>,
    listen_to: Option<Listen>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            checks: Check::ALL.to_vec(),
            clock_offset: 0,
            seed: Seed::documented(),
            accounts: Vec::new(),
            faults: Vec::new(),
            only_documented: false,
            refuse_replays: false,
            commands: Commands::default(),
            forward: None,
            listen_to: None,
        }
    }
}

impl<S> SandboxBuilder<S> {
    fn new() -> Self {
        Self { settings: Settings::default(), starts: PhantomData }
    }

    /// Sets the address to listen on; by default `127.0.0.1:0`, a free port.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.settings.listen = address;
        self
    }

    /// Sets the checks that a signature must pass. Which one the real server uses is not known. By
    /// default all are required, so that an accepted signature is valid under any of them.
    pub fn verify(mut self, checks: impl IntoIterator<Item = Check>) -> Self {
        self.settings.checks = checks.into_iter().collect();
        self
    }

    /// Shifts the clock of the sandbox by a number of seconds. The `Date` header does not change.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.settings.clock_offset = seconds;
        self
    }

    /// Sets the initial state of every account; by default the documentation's examples.
    pub fn seed(mut self, seed: Seed) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Adds an account with its own state.
    pub fn account(mut self, credentials: Credentials) -> Self {
        self.settings.accounts.push(credentials);
        self
    }

    /// Adds a fault. If several apply to a request, the first one is used.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.settings.faults.push(fault);
        self
    }

    /// Disables the rules that are only assumed.
    pub fn only_documented(mut self) -> Self {
        self.settings.only_documented = true;
        self
    }

    /// Refuses a request whose signature was used before. By default it is accepted, with the
    /// mistake `replayed` in its record. Whether the real API refuses replays is not documented.
    pub fn refuse_replays(mut self) -> Self {
        self.settings.refuse_replays = true;
        self
    }

    /// Adds a command declared by [`derive(Command)`](derive@scaleengine_proto::Command), and a
    /// closure that returns its replies.
    ///
    /// Requests are checked against the declaration of `C`, like those for any other command. The
    /// closure receives each accepted one as a JSON object without its signature: the parameters,
    /// `command`, `api_key`, `cdn` and `timestamp`. It returns a [`Failure`] or a JSON object,
    /// whose members are added to the envelope and replace those of the same name.
    ///
    /// A command of the same name is replaced, whether added before or declared in
    /// `scaleengine-proto`, together with its checks and its effect on the state. This is also how
    /// to choose the reply to a declared command.
    ///
    /// The closure runs in the runtime of the sandbox and must not block. If it panics, or
    /// returns anything but an object, the reply is a failure with code 0004.
    /// [`Sandbox::reset`] and [`Sandbox::snapshot`] do not affect its captures. It is not called if
    /// requests are forwarded.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// use scaleengine_proto::{Command, Document, Fields};
    /// use scaleengine_sandbox::{Failure, Sandbox};
    /// use serde_json::json;
    ///
    /// /// Starts an upload.
    /// #[derive(Command)]
    /// #[command(name = "upload.start", safety = Unsafe, reason = "each call starts an upload", reply = Document)]
    /// struct StartUpload {
    ///     /// Path of the file.
    ///     #[param(example = "news/today.mp4")]
    ///     path: String,
    ///     extra: Fields,
    /// }
    ///
    /// let sandbox = Sandbox::builder()
    ///     .command::<StartUpload>(|request| match request["path"].as_str() {
    ///         Some(path) if path.ends_with(".mp4") => Ok(json!({ "upload_id": "u-7" })),
    ///         _ => Err(Failure::new("Not a video").with_code("2001")),
    ///     })
    ///     .start()
    ///     .await?;
    /// # sandbox.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn command<C: Declared>(
        mut self,
        reply: impl Fn(&Value) -> Result<Value, Failure> + Send + Sync + 'static,
    ) -> Self {
        self.settings.commands.add(C::SPEC, Arc::new(reply));
        self
    }

    /// Adds a command as [`command`](Self::command) does. It always replies with success and no
    /// data.
    pub fn acknowledge<C: Declared>(self) -> Self {
        self.command::<C>(|_| Ok(Map::new().into()))
    }

    /// Passes each request to a closure, which sends it to the real API and returns its response.
    /// The sandbox executes nothing; its record has the response and its own diagnosis.
    pub fn forward<F, Answer>(mut self, forward: F) -> Self
    where
        F: Fn(Forwarded) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = RealResponse> + Send + 'static,
    {
        self.settings.forward = Some(Arc::new(move |request| Box::pin(forward(request))));
        self
    }

    /// Calls a closure with the record of each request. It must not block.
    pub fn on_request(mut self, listen: impl Fn(&Record) + Send + Sync + 'static) -> Self {
        self.settings.listen_to = Some(Arc::new(listen));
        self
    }
}

impl SandboxBuilder<Sandbox> {
    /// Starts the sandbox in the tokio runtime of the caller.
    ///
    /// # Errors
    ///
    /// Returns an error if the address cannot be bound, or if the clock of this machine is at a
    /// date that HTTP cannot express.
    pub async fn start(self) -> io::Result<Sandbox> {
        self.settings.start().await
    }
}

impl SandboxBuilder<blocking::Sandbox> {
    /// Starts the sandbox on its own thread.
    ///
    /// # Errors
    ///
    /// Returns the errors of the async sandbox, or an error if the thread cannot be created.
    pub fn start(self) -> io::Result<blocking::Sandbox> {
        blocking::Sandbox::run(|| self.settings.start())
    }
}

impl Settings {
    async fn start(self) -> io::Result<Sandbox> {
        clock::check()?;
        let listener = TcpListener::bind(self.listen).await?;
        let address = listener.local_addr()?;
        let (closer, open) = watch::channel(());
        let api = Arc::new(self.api(open));
        let server = tokio::spawn(server::serve(listener, Arc::clone(&api)));
        // Clients cannot connect to an unspecified address such as 0.0.0.0.
        let ip = if address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address.ip() };
        let url = format!("http://{}/stable/", SocketAddr::new(ip, address.port()));
        Ok(Sandbox { running: Running { address, url, api }, server, _open: closer })
    }

    fn api(self, open: watch::Receiver<()>) -> Api {
        let clock = Clock::moved(self.clock_offset);
        let state = self.seed.state(clock.now());
        let accounts = Accounts::new(Tenant::new(API_KEY, CDN, SecretKey::new(SECRET_KEY), state.clone()));
        for own in self.accounts {
            let account = own.account();
            accounts.add(Tenant::new(account.api_key(), account.cdn(), own.secret().clone(), state.clone()));
        }
        for own in self.seed.0.accounts {
            accounts.add(Tenant::new(own.api_key, own.cdn, SecretKey::new(own.secret_key), state.clone()));
        }
        let initial = Initial {
            faults: self.seed.0.faults.into_iter().chain(self.faults).collect(),
            clock_offset: self.clock_offset,
        };
        let faults = Faults::default();
        for fault in &initial.faults {
            faults.add(fault.clone());
        }
        let rules = Enforced { only_documented: self.only_documented };
        let checks = Checks { signature: self.checks, rules, commands: self.commands };
        Api {
            judge: Judge::new(accounts, checks, self.refuse_replays),
            recorder: Recorder::new(self.listen_to),
            clock,
            faults,
            forwarding: self.forward.map(Forwarding::new),
            lifecycle: Lifecycle::new(open),
            initial,
        }
    }
}

impl Sandbox {
    /// Starts a sandbox on a free port of this machine, in the tokio runtime of the caller.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free, or if the clock of this machine is at a date that HTTP
    /// cannot express.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder, for other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }
}

impl blocking::Sandbox {
    /// Starts a sandbox on a free port of this machine.
    ///
    /// # Errors
    ///
    /// Returns the errors of the async sandbox, or an error if the thread cannot be created.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Returns a builder, for other settings.
    pub fn builder() -> SandboxBuilder<Self> {
        SandboxBuilder::new()
    }
}

// Not derived, because that would require `S: Clone`.
impl<S> Clone for SandboxBuilder<S> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone(), starts: PhantomData }
    }
}

impl<S> fmt::Debug for SandboxBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder").field("listen", &self.settings.listen).finish_non_exhaustive()
    }
}
