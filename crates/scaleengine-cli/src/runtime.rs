//! The async runtime, and the signals that stop the program.

use std::future::Future;

use crate::exit::Exit;
use crate::failure::Failure;

/// Runs a future to its end. Does not wait for background work, such as a name lookup that hangs.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(format!("the async runtime cannot be started: {error}")))?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    outcome
}

/// The signals that stop the program, caught from the creation of this value on.
pub(crate) struct Signals {
    #[cfg(unix)]
    signals: [Heard; 3],
}

/// A signal (`None` if it is not caught) and its exit code.
#[cfg(unix)]
type Heard = (Option<tokio::signal::unix::Signal>, Exit);

#[cfg(unix)]
impl Signals {
    /// Catches SIGINT (Ctrl-C), SIGTERM and SIGHUP; not SIGHUP if the program was started to ignore
    /// it (`nohup`).
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

    /// Waits for the next signal, and returns its exit code.
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

/// Returns whether SIGHUP, signal 1, was ignored when the program started, as far as the system
/// reports it.
#[cfg(unix)]
fn outlives_its_terminal() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 != 0)
}

#[cfg(not(unix))]
impl Signals {
    /// Catches Ctrl-C.
    #[expect(clippy::unnecessary_wraps, reason = "same signature as on Unix")]
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits for the next signal, and returns its exit code.
    pub(crate) async fn next(&mut self) -> Result<Exit, Failure> {
        tokio::signal::ctrl_c().await.map(|()| Exit::Interrupted).map_err(|error| no_signal(&error))
    }
}

fn no_signal(error: &std::io::Error) -> Failure {
    Failure::internal(format!("cannot wait for signals: {error}"))
}
