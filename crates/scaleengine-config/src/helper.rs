//! Runs a helper command for its output. It gets a process group that ends with this process,
//! however that ends; the terminal as stdin, if there is one, and never our stdin; limits for time
//! and output; and an environment without the named variables.

use std::io::{self, Read as _};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The size limit of the output, in bytes.
const LONGEST: u64 = 64 << 10;
/// The time after which `waiting` is called.
const LONG: Duration = Duration::from_secs(3);
/// The time limit for the rest of the output after the command has ended; a process that it started
/// may hold the pipe open.
const REST: Duration = Duration::from_millis(500);

/// The reason for missing output.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HelperError {
    #[error("it cannot be started: {0}")]
    Start(io::Error),
    #[error("it did not end within {} s", .0.as_secs())]
    Late(Duration),
    #[error("it was interrupted")]
    Interrupted,
    #[error("it failed ({0})")]
    Failed(ExitStatus),
    #[error("it wrote more than 64 KiB")]
    TooLong,
}

/// An event of a running helper.
enum Event {
    Ended(io::Result<ExitStatus>),
    /// The output has ended or reached its limit.
    Closed,
}

/// Runs a shell command line and returns its stdout. `waiting` is called once if it takes longer
/// than 3 s.
pub(crate) fn run(
    line: &str,
    without: &[&str],
    limit: Duration,
    waiting: impl FnOnce(),
) -> Result<Vec<u8>, HelperError> {
    let mut command = platform::shell(line);
    for name in without {
        command.env_remove(name);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().map_err(HelperError::Start)?;
    let group = platform::Group::of(&mut child);
    let output = Arc::new(Mutex::new(Vec::new()));
    let events = watch(child, &output);
    let status = wait(&events, &output, limit, waiting);
    // Kills the processes that it left behind, so that they do not hold the pipe open.
    drop(group);
    if status? == Ended::BeforeItsOutput {
        let _ = events.recv_timeout(REST);
    }
    let output = std::mem::take(&mut *lock(&output));
    if is_too_long(&output) { Err(HelperError::TooLong) } else { Ok(output) }
}

#[derive(PartialEq, Eq)]
enum Ended {
    BeforeItsOutput,
    AfterItsOutput,
}

#[expect(clippy::disallowed_methods, reason = "measures the time of another process")]
fn now() -> Instant {
    Instant::now()
}

fn lock(output: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    output.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_too_long(output: &[u8]) -> bool {
    output.len() as u64 > LONGEST
}

/// Starts threads that collect the output, and report its end and the end of the command.
fn watch(mut child: Child, output: &Arc<Mutex<Vec<u8>>>) -> mpsc::Receiver<Event> {
    let (report, events) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        let (report, output) = (report.clone(), Arc::clone(output));
        std::thread::spawn(move || {
            let (mut stdout, mut piece) = (stdout.take(LONGEST + 1), [0; 4096]);
            while let Ok(count @ 1..) = stdout.read(&mut piece) {
                lock(&output).extend(piece.iter().take(count));
            }
            // Fails if the wait has ended.
            let _ = report.send(Event::Closed);
        });
    }
    std::thread::spawn(move || report.send(Event::Ended(child.wait())));
    events
}

fn wait(
    events: &mpsc::Receiver<Event>,
    output: &Mutex<Vec<u8>>,
    limit: Duration,
    waiting: impl FnOnce(),
) -> Result<Ended, HelperError> {
    let (mut waiting, mut closed, start) = (Some(waiting), false, now());
    let status = loop {
        let left = limit.saturating_sub(start.elapsed());
        let patience = if waiting.is_some() { left.min(LONG) } else { left };
        match events.recv_timeout(patience) {
            Ok(Event::Ended(status)) => break status.map_err(HelperError::Start)?,
            Ok(Event::Closed) if is_too_long(&lock(output)) => return Err(HelperError::TooLong),
            Ok(Event::Closed) => closed = true,
            Err(RecvTimeoutError::Timeout) if patience < left => {
                waiting.take().into_iter().for_each(|tell| tell());
            }
            Err(_) => return Err(HelperError::Late(limit)),
        }
    };
    if platform::was_interrupted(status) {
        return Err(HelperError::Interrupted);
    }
    if !status.success() {
        return Err(HelperError::Failed(status));
    }
    Ok(if closed { Ended::AfterItsOutput } else { Ended::BeforeItsOutput })
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
    use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

    use nix::sys::signal::{SigSet, Signal as Blocked};
    use rustix::process::{Pid, Signal, getpgrp, kill_process_group};
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp};

    /// Starts a watcher that kills the group when its stdin, a pipe, closes, which happens however
    /// this process ends. Then becomes the command, with the terminal as stdin if there is one.
    const SCRIPT: &str = r#"exec 3<&0
{ cat <&3 >/dev/null; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
if (: </dev/tty) 2>/dev/null; then exec sh -c "$1" </dev/tty; else exec sh -c "$1" </dev/null; fi"#;

    pub(super) fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "sh", line]).process_group(0).stdin(Stdio::piped());
        command
    }

    pub(super) fn was_interrupted(status: ExitStatus) -> bool {
        status.signal() == Some(Signal::INT.as_raw()) || status.code() == Some(130)
    }

    /// The helper's process group. Dropping it kills the group, takes the terminal back and
    /// restores its settings.
    pub(super) struct Group {
        leader: Option<Pid>,
        /// The terminal, if this process was in its foreground.
        terminal: Option<(File, Option<Termios>)>,
        _lifeline: Option<ChildStdin>,
    }

    impl Group {
        pub(super) fn of(child: &mut Child) -> Self {
            let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            let terminal = File::open("/dev/tty").ok();
            let terminal = terminal.filter(|terminal| tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp()));
            let context = terminal.as_ref().and_then(|terminal| tcgetattr(terminal).ok());
            if let (Some(terminal), Some(leader)) = (&terminal, leader) {
                // Lets it ask for a passphrase. If it has asked already, it was stopped and must be
                // continued.
                let _ = tcsetpgrp(terminal, leader);
                let _ = kill_process_group(leader, Signal::CONT);
            }
            let terminal = terminal.map(|terminal| (terminal, context));
            Self { leader, terminal, _lifeline: child.stdin.take() }
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            if let Some(leader) = self.leader {
                // Fails if no process of the group is left.
                let _ = kill_process_group(leader, Signal::KILL);
            }
            if let Some((terminal, context)) = self.terminal.take() {
                // SIGTTOU stops a background process that takes the terminal, unless its thread
                // blocks the signal.
                let take_back = move || {
                    let mut set = SigSet::empty();
                    set.add(Blocked::SIGTTOU);
                    let _ = set.thread_block();
                    let _ = tcsetpgrp(&terminal, getpgrp());
                    // A killed helper may have turned the echo off.
                    if let Some(context) = context {
                        let _ = tcsetattr(&terminal, OptionalActions::Now, &context);
                    }
                };
                let _ = std::thread::spawn(take_back).join();
            }
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use std::process::{Child, Command, ExitStatus, Stdio};

    pub(super) fn shell(line: &str) -> Command {
        let mut command = Command::new("cmd");
        command.arg("/C").arg(line).stdin(Stdio::null());
        command
    }

    pub(super) fn was_interrupted(_: ExitStatus) -> bool {
        false
    }

    /// No process groups: a helper that exceeds its time limit keeps running.
    pub(super) struct Group;

    impl Group {
        pub(super) fn of(_: &mut Child) -> Self {
            Self
        }
    }
}
