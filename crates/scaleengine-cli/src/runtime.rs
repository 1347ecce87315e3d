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

/// Waits for Ctrl-C, or for being told to end or that the terminal has gone.
#[cfg(unix)]
pub(crate) async fn stopped() -> Result<Exit, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let no_signal = |error| Failure::internal(format!("no signal can be waited for: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signal)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(no_signal)?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt.map(|()| Exit::Interrupted).map_err(no_signal),
        _ = terminate.recv() => Ok(Exit::Terminated),
        _ = hangup.recv() => Ok(Exit::HungUp),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn stopped() -> Result<Exit, Failure> {
    let interrupt = tokio::signal::ctrl_c().await.map(|()| Exit::Interrupted);
    interrupt.map_err(|error| Failure::internal(format!("no signal can be waited for: {error}")))
}
