//! The runtime, and what stops the program from outside.

use std::future::Future;

use crate::exit::Exit;
use crate::failure::Failure;

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
    signals: [Heard; 3],
}

/// A signal, unless it is not to be heard, and what it ends with.
#[cfg(unix)]
type Heard = (Option<tokio::signal::unix::Signal>, Exit);

#[cfg(unix)]
impl Signals {
    /// Ctrl-C, being told to end, and that the terminal has gone; not the last where the program was started to outlive that
    /// (`nohup`).
    pub(crate) fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = |kind| signal(kind).map_err(|error| no_signal(&error));
        let hangup = if outlives_its_terminal() { None } else { Some(heard(SignalKind::hangup())?) };
        Ok(Self {
            signals: [
                (Some(heard(SignalKind::interrupt())?), Exit::Interrupted),
                (Some(heard(SignalKind::terminate())?), Exit::Terminated),
                (hangup, Exit::HungUp),
            ],
        })
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) -> Result<Exit, Failure> {
        let [first, second, third] = &mut self.signals;
        Ok(tokio::select! {
            exit = heard(first) => exit,
            exit = heard(second) => exit,
            exit = heard(third) => exit,
        })
    }
}

#[cfg(unix)]
async fn heard((signal, exit): &mut Heard) -> Exit {
    match signal {
        Some(signal) => signal.recv().await,
        None => std::future::pending().await,
    };
    *exit
}

/// Whether SIGHUP, the first signal, was ignored when the program began, where the system tells.
#[cfg(unix)]
fn outlives_its_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
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
