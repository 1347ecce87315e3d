//! The prompts of `login` on a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use scaleengine::Effect;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::runtime::{self, Signals};

/// Asks for a value.
pub(super) fn asked(what: &str) -> Result<String, Failure> {
    refuse_without_terminal()?;
    let mut answer = String::new();
    let asked = write!(io::stderr().lock(), "{what}: ");
    asked
        .and_then(|()| io::stdin().read_line(&mut answer))
        .map_err(|error| Failure::usage(format!("{what} cannot be read: {error}")))?;
    Ok(answer.trim().to_owned())
}

const SECRET: &str = "Secret key (not shown): ";

/// Asks for the secret without echo. Restores the echo however the prompt ends or is stopped.
pub(super) fn secret() -> Result<String, Failure> {
    refuse_without_terminal()?;
    let unread = |error: &dyn std::fmt::Display| Failure::usage(format!("the secret cannot be read: {error}"));
    runtime::block_on(async {
        let before = terminal::Kept::now();
        let mut signals = Signals::new()?;
        let mut stops = terminal::Stops::new()?;
        let mut read = tokio::task::spawn_blocking(|| terminal::read_hidden(SECRET));
        let exit = loop {
            tokio::select! {
                read = &mut read => {
                    before.restore();
                    return read.map_err(|error| unread(&error))?.map_err(|error| unread(&error));
                }
                signal = signals.next() => break signal?,
                quit = stops.next() => match quit {
                    Stop::Quit => break Exit::Interrupted,
                    Stop::Suspend => {
                        before.suspended();
                        let _ = write!(io::stderr().lock(), "{SECRET}");
                    }
                },
            }
        };
        before.restore();
        let _ = writeln!(io::stderr().lock());
        Err(Failure::interrupted(exit, Effect::None, 0))
    })
}

/// The terminal's signals other than Ctrl-C.
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has these signals"))]
enum Stop {
    /// Ctrl-\.
    Quit,
    /// Ctrl-Z.
    Suspend,
}

fn refuse_without_terminal() -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    let failure = Failure::not_confirmed("login needs more values, but no terminal is attached");
    Err(failure.hint("pass --api-key, --cdn, and --secret-stdin or --secret-file"))
}

#[cfg(unix)]
mod terminal {
    use std::fs::File;
    use std::io::{self, BufRead as _, BufReader, Write as _};

    use rustix::process::{Signal, getpid, kill_process};
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use tokio::signal::unix::{Signal as Heard, SignalKind, signal};

    use super::Stop;
    use crate::failure::Failure;

    /// Reads a line from the terminal without echo. Keys such as Ctrl-Z still send signals;
    /// rpassword would read them as characters. The caller restores the settings.
    pub(super) fn read_hidden(prompt: &str) -> io::Result<String> {
        let terminal = File::open("/dev/tty")?;
        let mut context = tcgetattr(&terminal)?;
        context.local_modes.remove(LocalModes::ECHO);
        context.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(&terminal, OptionalActions::Flush, &context)?;
        io::stderr().lock().write_all(prompt.as_bytes())?;
        let mut line = String::new();
        if BufReader::new(terminal).read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line)
    }

    /// The terminal settings before the prompt.
    pub(super) struct Kept(Option<(File, Termios)>);

    impl Kept {
        pub(super) fn now() -> Self {
            let kept = || {
                let terminal = File::open("/dev/tty").ok()?;
                let context = tcgetattr(&terminal).ok()?;
                Some((terminal, context))
            };
            Self(kept())
        }

        pub(super) fn restore(&self) {
            if let Some((terminal, context)) = &self.0 {
                let _ = tcsetattr(terminal, OptionalActions::Now, context);
            }
        }

        /// Restores the settings and stops this process; when it continues, sets those of the
        /// prompt again.
        pub(super) fn suspended(&self) {
            let during = self.0.as_ref().and_then(|(terminal, _)| tcgetattr(terminal).ok());
            self.restore();
            let _ = kill_process(getpid(), Signal::STOP);
            if let (Some((terminal, _)), Some(during)) = (&self.0, during) {
                let _ = tcsetattr(terminal, OptionalActions::Now, &during);
            }
        }
    }

    /// The signals that would end or stop the process without restoring the terminal.
    pub(super) struct Stops {
        quit: Heard,
        suspend: Heard,
    }

    impl Stops {
        pub(super) fn new() -> Result<Self, Failure> {
            let unheard = |error: std::io::Error| Failure::internal(format!("cannot wait for signals: {error}"));
            let heard = |kind| signal(kind).map_err(unheard);
            Ok(Self { quit: heard(SignalKind::quit())?, suspend: heard(SignalKind::from_raw(Signal::TSTP.as_raw()))? })
        }

        pub(super) async fn next(&mut self) -> Stop {
            tokio::select! {
                _ = self.quit.recv() => Stop::Quit,
                _ = self.suspend.recv() => Stop::Suspend,
            }
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    use super::Stop;
    use crate::failure::Failure;

    pub(super) use rpassword::prompt_password as read_hidden;

    pub(super) struct Kept;

    impl Kept {
        pub(super) fn now() -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "same signature as on Unix")]
        pub(super) fn restore(&self) {}

        #[expect(clippy::unused_self, reason = "same signature as on Unix")]
        pub(super) fn suspended(&self) {}
    }

    pub(super) struct Stops;

    impl Stops {
        #[expect(clippy::unnecessary_wraps, reason = "same signature as on Unix")]
        pub(super) fn new() -> Result<Self, Failure> {
            Ok(Self)
        }

        pub(super) async fn next(&mut self) -> Stop {
            std::future::pending().await
        }
    }
}
