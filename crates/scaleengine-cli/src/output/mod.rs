//! Writes data to stdout and everything else to stderr.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use scaleengine::proto::{Printable, UnixTime};
use scaleengine::workflow::shutdown::ShutdownReport;
use scaleengine::{Command as _, Document, Effect, RawCommand, Reply, ViewingTicket};
use serde_json::json;

#[cfg(unix)]
pub(crate) mod closed;
mod failure;
mod human;
pub(crate) mod json;
mod style;
mod table;

pub(crate) use failure::{clap_answer, failure, failure_with, object as failure_object};
pub(crate) use style::Terminal;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::generated_passwords::GeneratedPasswords;

/// The format of replies and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    /// As JSON, but lists are written one item per line.
    JsonLines,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Writes the output of a command without an effect.
pub(crate) fn data(bytes: &[u8]) -> Result<ExitCode, Failure> {
    write(bytes).map_err(|error| Failure::unwritten(&error, Effect::None, 0))
}

/// Returns the exit code of a command that succeeded. Reports that generated passwords are lost if
/// the reply could not be written or the reader has closed stdout.
pub(crate) fn success_of(
    written: io::Result<ExitCode>,
    made: &GeneratedPasswords,
    effect: Effect,
    attempts: u32,
) -> Result<ExitCode, Failure> {
    let code = written.map_err(|error| Failure::unwritten(&error, effect, attempts).unless_told(made))?;
    if code == Exit::ClosedPipe.into() && !made.is_empty() {
        note("warning: stdout was closed before the generated password was shown: set another one");
    }
    Ok(code)
}

/// Writes to stdout. If the reader has closed it, the program exits quietly, as others do on
/// SIGPIPE.
pub(crate) fn write(bytes: &[u8]) -> io::Result<ExitCode> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::ClosedPipe.into()),
        written => written.map(|()| ExitCode::SUCCESS),
    }
}

/// Returns whether the reader has closed stdout, for a command that rarely writes.
#[cfg(unix)]
pub(crate) fn is_unread() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = io::stdout();
    let mut asked = [PollFd::new(&stdout, PollFlags::empty())];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut asked, Some(&at_once)).is_ok() && asked.iter().any(|told| told.revents().contains(PollFlags::ERR))
}

#[cfg(not(unix))]
pub(crate) fn is_unread() -> bool {
    false
}

/// Writes a line to stderr. A failure is ignored: there is nowhere to report it.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes the name of a command and the names of its parameters to stderr.
pub(crate) fn sending(command: &RawCommand) {
    let names: String = command.fields().map(|(name, _)| format!(" {}", Printable(name))).collect();
    note(&format!(
        "command: {}, parameters:{}",
        Printable(command.wire_name()),
        if names.is_empty() { " none" } else { &names }
    ));
}

/// Formats a duration for people, in whole milliseconds.
pub(crate) fn rounded(duration: Duration) -> String {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    format!("{:#}", jiff::SignedDuration::from_millis(millis))
}

/// Writes a summary to stderr, for people or as JSON under a name.
pub(crate) fn summary(name: &str, text: &str, data: &serde_json::Value, format: Format) {
    match format {
        Format::Human => note(&format!("{name}: {text}")),
        Format::Json | Format::JsonLines => note(&json!({ name: data }).to_string()),
    }
}

/// Writes a reply and the generated passwords. `target` is the parameters of the command.
pub(crate) fn reply(
    command: &str,
    target: &str,
    reply: &Reply<Document>,
    made: &GeneratedPasswords,
    format: Format,
) -> io::Result<ExitCode> {
    let text = match format {
        Format::Human => human::reply(command, target, reply, Terminal::stdout()) + &human::made(made),
        Format::Json | Format::JsonLines => json::object(&json::reply(command, reply, made)),
    };
    write(text.as_bytes())
}

/// Writes a list, as a table or as JSON under a name.
pub(crate) fn list<T: Copy>(
    name: &str,
    items: impl Iterator<Item = T>,
    columns: &[Column<T>],
    data: impl Fn(T) -> serde_json::Value,
    format: Format,
) -> Result<ExitCode, Failure> {
    let text: String = match format {
        Format::Human => {
            let headings: Vec<_> = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
            let rows: Vec<Vec<_>> = items
                .map(|item| columns.iter().map(|(_, cell)| Printable(&cell(item)).to_string()).collect())
                .collect();
            if rows.is_empty() { format!("{name}: none\n") } else { table::table(&headings, &rows, Terminal::stdout()) }
        }
        Format::Json => {
            format!("{}\n", json!({ "schema": json::SCHEMA, name: items.map(data).collect::<Vec<_>>() }))
        }
        Format::JsonLines => items.map(|item| format!("{}\n", data(item))).collect(),
    };
    self::data(text.as_bytes())
}

/// A column of a list: its heading, and the function that returns an item's cell.
pub(crate) type Column<'a, T> = (&'static str, &'a dyn Fn(T) -> String);

/// Writes one value of a reply; for people and shells, a string without quotes.
pub(crate) fn field(value: &serde_json::Value, format: Format) -> io::Result<ExitCode> {
    let text = if format == Format::Human { human::scalar(value) } else { json::compact(&value.to_string()) };
    write(format!("{text}\n").as_bytes())
}

/// Writes the replies of a shutdown and the generated passwords.
pub(crate) fn shut_down(done: &ShutdownReport, made: &GeneratedPasswords, format: Format) -> io::Result<ExitCode> {
    let steps = [("lockout", &done.lockout), ("close", &done.close)];
    let text = match format {
        Format::Human => {
            let terminal = Terminal::stdout();
            let steps: String = steps.iter().map(|(step, reply)| human::reply(step, "", reply, terminal)).collect();
            steps + &human::made(made)
        }
        Format::Json | Format::JsonLines => {
            let mut line = json::success("stream shutdown");
            line.extend(json::made(made));
            line.extend(steps.map(|(step, reply)| (step, json::raw(reply.raw()))));
            json::object(&line)
        }
    };
    write(text.as_bytes())
}

/// Writes a ticket, and the playback address that uses it.
pub(crate) fn ticket(
    issued: &ViewingTicket,
    address: Option<&str>,
    now: UnixTime,
    format: Format,
) -> io::Result<ExitCode> {
    let ViewingTicket { ticket, expires, .. } = issued;
    let playback = address.map(|address| issued.playback_address(address));
    let left = issued.time_left(now);
    let text = match format {
        Format::Human => {
            let mut text = format!("key: {}\npass: {}\n", Printable(&ticket.key), Printable(&ticket.pass));
            if let (Some(expires), Some(left)) = (expires, left) {
                text += &format!("expires: {expires} UTC, in {}\n", rounded(left));
            }
            text + &playback.map(|playback| format!("playback: {}\n", Printable(&playback))).unwrap_or_default()
        }
        Format::Json | Format::JsonLines => {
            let mut line = json::success("ticket issue");
            line.extend([
                ("expires", json!(expires.map(|expires| expires.to_string())).to_string()),
                ("time_left", json!(left.map(|left| left.as_secs())).to_string()),
                ("playback", json!(playback).to_string()),
                ("reply", json::raw(issued.raw())),
            ]);
            json::object(&line)
        }
    };
    write(text.as_bytes())
}
