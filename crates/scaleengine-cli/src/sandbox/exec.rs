//! `sandbox exec`: runs a command with a sandbox.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::{ExitCode, ExitStatus};

use clap::ArgMatches;
use tokio::process::{Child, Command};

use super::options;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::runtime::Signals;
use scaleengine::config::Profile;

/// Starts a sandbox, runs the command with the variables that point a client to it, and returns the
/// command's exit code.
pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let mut words = matches.get_many::<OsString>("COMMAND").unwrap_or_default();
    let Some(program) = words.next() else { return Err(Failure::usage("no command to run: pass it after --")) };
    let mut signals = Signals::new()?;
    let sandbox = options::start(context, matches).await?;
    let mut command = Command::new(program);
    command
        .args(words)
        .envs(options::variables_for(&sandbox, matches))
        .env_remove(Profile::VARIABLE)
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .map_err(|error| Failure::usage(format!("{} cannot be run: {error}", program.to_string_lossy())))?;
    loop {
        tokio::select! {
            status = child.wait() => return status
                .map(ended)
                .map_err(|error| Failure::internal(format!("cannot wait for the command to end: {error}"))),
            signal = signals.next() => match signal? {
                // A terminal sends Ctrl-C to the command too; any other signal is forwarded.
                Exit::Interrupted if std::io::stdin().is_terminal() => {}
                Exit::Interrupted => tell(&mut child, Told::Interrupt),
                _ => tell(&mut child, Told::End),
            },
        }
    }
}

/// Returns the exit code as a shell reports it: 128 plus the number of a signal that ended the
/// command.
fn ended(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or(signal).and_then(|code| u8::try_from(code).ok());
    code.map_or(Exit::Internal.into(), ExitCode::from)
}

/// The signal to forward to the command.
#[derive(Clone, Copy)]
enum Told {
    Interrupt,
    End,
}

#[cfg(unix)]
fn tell(child: &mut Child, what: Told) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = if matches!(what, Told::Interrupt) { Signal::INT } else { Signal::TERM };
    if let Some(pid) = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())) {
        // Fails if the command has just ended.
        let _ = kill_process(pid, signal);
    }
}

#[cfg(not(unix))]
fn tell(child: &mut Child, _: Told) {
    let _ = child.start_kill();
}
