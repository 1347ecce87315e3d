//! The runtime, and what stops the program from outside.

use std::future::Future;

use crate::exit::{Exit, Failure};

/// Runs to the end. What is still going on in the background, such as a name lookup that hangs, is left behind.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(format!("no runtime can be started: {error}")))?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    outcome
}

/// What tells the program to stop, heard from the moment on in which this is made.
pub(crate) struct Signals {
    #[cfg(unix)]
    signals: [(tokio::signal::unix::Signal, Exit); 3],
}

#[cfg(unix)]
impl Signals {
    /// Ctrl-C, being told to end, and that the terminal has gone.
    pub(crate) fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = |kind| signal(kind).map_err(|error| no_signal(&error));
        Ok(Self {
            signals: [
                (heard(SignalKind::interrupt())?, Exit::Interrupted),
                (heard(SignalKind::terminate())?, Exit::Terminated),
                (heard(SignalKind::hangup())?, Exit::HungUp),
            ],
        })
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) -> Result<Exit, Failure> {
        let [(interrupt, interrupted), (terminate, terminated), (hangup, hung_up)] = &mut self.signals;
        Ok(tokio::select! {
            _ = interrupt.recv() => *interrupted,
            _ = terminate.recv() => *terminated,
            _ = hangup.recv() => *hung_up,
        })
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Ctrl-C.
    #[expect(clippy::unnecessary_wraps, reason = "as elsewhere")]
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) -> Result<Exit, Failure> {
        tokio::signal::ctrl_c().await.map(|()| Exit::Interrupted).map_err(|error| no_signal(&error))
    }
}

fn no_signal(error: &std::io::Error) -> Failure {
    Failure::internal(format!("no signal can be waited for: {error}"))
}
