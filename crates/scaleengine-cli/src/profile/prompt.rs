//! What `login` asks for on a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use scaleengine::Effect;

use crate::exit::Failure;
use crate::runtime::{self, Signals};

/// Asks for a text.
pub(super) fn asked(what: &str) -> Result<String, Failure> {
    refuse_without_terminal()?;
    let mut answer = String::new();
    let asked = write!(io::stderr().lock(), "{what}: ");
    asked
        .and_then(|()| io::stdin().read_line(&mut answer))
        .map_err(|error| Failure::usage(format!("{what}: {error}")))?;
    Ok(answer.trim().to_owned())
}

/// Asks for the secret, which is not shown. Whoever breaks off gets the terminal back as it was.
pub(super) fn secret() -> Result<String, Failure> {
    refuse_without_terminal()?;
    let unread = |error: &dyn std::fmt::Display| Failure::usage(format!("the secret cannot be read: {error}"));
    runtime::block_on(async {
        let before = terminal::kept();
        let mut signals = Signals::new()?;
        let read = tokio::task::spawn_blocking(|| rpassword::prompt_password("Secret key (it is not shown): "));
        let signal = tokio::select! {
            read = read => match read.map_err(|error| unread(&error))? {
                // The signal ended the reading.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => signals.next().await,
                read => return read.map_err(|error| unread(&error)),
            },
            signal = signals.next() => signal,
        };
        terminal::restore(before);
        let _ = writeln!(io::stderr().lock());
        Err(Failure::interrupted(signal?, Effect::None, 0))
    })
}

fn refuse_without_terminal() -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    let failure = Failure::declined("there is no terminal to ask on");
    Err(failure.hint("--api-key, --cdn, and --secret-stdin or --secret-file say everything beforehand"))
}

/// How the terminal is set.
#[cfg(unix)]
mod terminal {
    use std::fs::File;

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    pub(super) fn kept() -> Option<(File, Termios)> {
        let terminal = File::open("/dev/tty").ok()?;
        let set = tcgetattr(&terminal).ok()?;
        Some((terminal, set))
    }

    pub(super) fn restore(before: Option<(File, Termios)>) {
        if let Some((terminal, set)) = before {
            let _ = tcsetattr(terminal, OptionalActions::Now, &set);
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    pub(super) fn kept() {}

    pub(super) fn restore((): ()) {}
}
