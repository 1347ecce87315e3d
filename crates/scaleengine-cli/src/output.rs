//! What is written, and where: data to stdout, everything else to stderr.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use scaleengine::http::workflow::shutdown::ShutDown;
use scaleengine::proto::{Printable, UnixTime};
use scaleengine::{Code, Document, Effect, Reply, ViewingTicket};
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::fields::Made;

/// How answers and errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Human,
    Json,
    /// As JSON, but a list is written one item a line.
    JsonLines,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Writes data, when failing to do so has lost nothing.
pub(crate) fn data(bytes: &[u8]) -> ExitCode {
    write(bytes).unwrap_or_else(|error| {
        note(&format!("error: stdout cannot be written: {error}"));
        Exit::OwnFault.into()
    })
}

/// Ends a command that succeeded. When what it returned cannot be written, or nobody reads it, the passwords that were made for
/// it are lost, and that is said.
pub(crate) fn success_of(
    written: io::Result<ExitCode>,
    made: &Made,
    effect: Effect,
    attempts: u32,
) -> Result<ExitCode, Failure> {
    let code = written.map_err(|error| Failure::unwritten(&error, effect, attempts).unless_told(made))?;
    if code == Exit::ClosedPipe.into() && !made.is_empty() {
        note("warning: stdout was closed before the password that was made could be shown: make another");
    }
    Ok(code)
}

/// A closed stdout ends the program quietly, as a closed pipe ends others.
fn write(bytes: &[u8]) -> io::Result<ExitCode> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::ClosedPipe.into()),
        written => written.map(|()| ExitCode::SUCCESS),
    }
}

/// Writes a line to stderr; there is nowhere to say that this failed.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes the answer of a command that succeeded, and the passwords that were made for it.
pub(crate) fn reply(command: &str, reply: &Reply<Document>, made: &Made, format: Format) -> io::Result<ExitCode> {
    let text = match format {
        Format::Human => human(command, reply) + &human_made(made),
        Format::Json | Format::JsonLines => {
            let mut line = envelope(command, reply);
            line.extend(json_made(made));
            line.push(("reply", raw(reply.raw())));
            object(&line)
        }
    };
    write(text.as_bytes())
}

/// Writes a list: a line for each item, or as JSON under a name.
pub(crate) fn list<T: Copy>(
    name: &str,
    items: impl Iterator<Item = T>,
    human: impl Fn(T) -> String,
    data: impl Fn(T) -> serde_json::Value,
    format: Format,
) -> ExitCode {
    let text: String = match format {
        Format::Human => items.map(|item| human(item) + "\n").collect(),
        Format::Json => {
            format!("{}\n", json!({ "schema": "scaleengine/1", name: items.map(data).collect::<Vec<_>>() }))
        }
        Format::JsonLines => items.map(|item| format!("{}\n", data(item))).collect(),
    };
    self::data(text.as_bytes())
}

/// Writes one value of an answer; a text as it is, for a shell.
pub(crate) fn field(value: &serde_json::Value, format: Format) -> io::Result<ExitCode> {
    let text = match (format, value) {
        (Format::Human, serde_json::Value::String(text)) => Printable(text).to_string(),
        _ => compact(&value.to_string()),
    };
    write(format!("{text}\n").as_bytes())
}

/// Writes what became of a stream's shutdown.
pub(crate) fn shut_down(done: &ShutDown, made: &Made, format: Format) -> io::Result<ExitCode> {
    let steps = [("lockout", &done.lockout), ("close", &done.close)];
    let text = match format {
        Format::Human => {
            let steps: String = steps.iter().map(|(step, reply)| human(step, reply)).collect();
            steps + &human_made(made)
        }
        Format::Json | Format::JsonLines => {
            let mut line = success("stream shutdown");
            line.extend(json_made(made));
            line.extend(steps.map(|(step, reply)| (step, raw(reply.raw()))));
            object(&line)
        }
    };
    write(text.as_bytes())
}

/// Writes a ticket, and the playback address that is good for it.
pub(crate) fn ticket(
    issued: &ViewingTicket,
    address: Option<&str>,
    now: UnixTime,
    format: Format,
) -> io::Result<ExitCode> {
    let ViewingTicket { ticket, expires, .. } = issued;
    let playback = address.map(|address| issued.playback_address(address));
    let left = issued.time_left(now).map(|left| left.as_secs());
    let text = match format {
        Format::Human => {
            let mut text = format!("key: {}\npass: {}\n", Printable(&ticket.key), Printable(&ticket.pass));
            if let (Some(expires), Some(left)) = (expires, left) {
                let left = jiff::SignedDuration::from_secs(left.cast_signed());
                text += &format!("expires: {expires} UTC, in {left:#}\n");
            }
            text + &playback.map(|playback| format!("playback: {}\n", Printable(&playback))).unwrap_or_default()
        }
        Format::Json | Format::JsonLines => {
            let mut line = success("ticket issue");
            line.extend([
                ("expires", json!(expires.map(|expires| expires.to_string())).to_string()),
                ("time_left", json!(left).to_string()),
                ("playback", json!(playback).to_string()),
                ("reply", raw(issued.raw())),
            ]);
            object(&line)
        }
    };
    write(text.as_bytes())
}

fn human_made(made: &Made) -> String {
    made.iter().map(|(name, password)| format!("{name}: {}\n", password.expose())).collect()
}

fn json_made(made: &Made) -> Option<(&'static str, String)> {
    let passwords: serde_json::Map<_, _> =
        made.iter().map(|(name, password)| ((*name).to_owned(), json!(password.expose()))).collect();
    (!passwords.is_empty()).then(|| ("made", json!(passwords).to_string()))
}

fn human(command: &str, reply: &Reply<Document>) -> String {
    let mut text = format!("{}: success", Printable(command));
    if let Some(seconds) = reply.handle_time() {
        text += &format!(" ({seconds} s)");
    }
    text.push('\n');
    if let Some(code) = reply.code() {
        text += &format!("code: {code}\n");
    }
    if !reply.message().is_empty() {
        text += &format!("message: {}\n", Printable(reply.message()));
    }
    for (name, value) in reply.value().fields() {
        if matches!(name.as_str(), "status" | "message" | "code" | "handle_time") {
            continue;
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text += &format!("{}: {}\n", Printable(name), Printable(&value));
    }
    text
}

/// Fields in the documented order, each with its value as JSON.
type Line = Vec<(&'static str, String)>;

fn success(command: &str) -> Line {
    let fields = [("schema", "scaleengine/1"), ("command", command), ("status", "success")];
    fields.into_iter().map(|(name, value)| (name, json!(value).to_string())).collect()
}

fn envelope(command: &str, reply: &Reply<Document>) -> Line {
    let code = reply.code().map(Code::as_str);
    let mut line = success(command);
    line.extend([
        ("message", json!(reply.message()).to_string()),
        ("code", json!(code).to_string()),
        ("handle_time", json!(reply.handle_time()).to_string()),
    ]);
    line
}

/// An answer as it was received.
fn raw(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).into_owned()
}

/// An object on a line of its own.
fn object(fields: &[(&'static str, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    compact(&format!("{{{}}}", fields.join(","))) + "\n"
}

/// A JSON text on one line: no blanks between its tokens, and inside texts what could move a cursor escaped. Numbers and
/// the order of fields stay as they were received.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for c in json.chars() {
        if inside && Printable::is_escaped(c) {
            out += &format!("\\u{:04x}", u32::from(c));
        } else if inside || !c.is_ascii_whitespace() {
            out.push(c);
        }
        if c == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && c == '\\' && !escaped;
    }
    out
}

/// Writes why the program failed, in JSON as the last line.
pub(crate) fn failure(failure: &Failure, format: Format) -> ExitCode {
    let Failure { exit, kind, code, message, causes, effect, attempts, hint } = failure;
    match format {
        Format::Human => {
            note(&format!("error: {}", Printable(message)));
            if !causes.is_empty() {
                note(&format!("  cause: {}", Printable(&causes.join(": "))));
            }
            if let Some(hint) = hint {
                note(&format!("  hint: {hint}"));
            }
        }
        Format::Json | Format::JsonLines => {
            let fields = [
                ("exit_code", json!(*exit as u8)),
                ("kind", json!(kind)),
                ("code", json!(code)),
                ("message", json!(message)),
                ("cause", json!((!causes.is_empty()).then(|| causes.join(": ")))),
                ("effect", json!(effect.to_string())),
                ("attempts", json!(attempts)),
                ("hint", json!(hint)),
            ];
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            note(&compact(&format!("{{\"error\":{{{}}}}}", fields.join(","))));
        }
    }
    (*exit).into()
}

/// Writes what clap has to say: help and version as data, the rest as an error of usage. A word that has no place here is not
/// repeated: it may be the second one of a password.
pub(crate) fn clap_answer(answer: &clap::Error, format: Format) -> ExitCode {
    let mut text = answer.render().to_string();
    if !answer.use_stderr() {
        return data(format!("{}\n", text.trim_end()).as_bytes());
    }
    if let Some(ContextValue::String(word)) = answer.get(ContextKind::InvalidArg)
        && answer.kind() == ErrorKind::UnknownArgument
        && !word.starts_with('-')
    {
        text = text.replace(word.as_str(), "…");
    }
    note(text.trim_end());
    if format != Format::Human {
        let message = text.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        return failure(&Failure::usage(message), format);
    }
    Exit::Usage.into()
}

#[cfg(test)]
mod tests {
    use scaleengine::sign::Json;

    use super::*;

    #[test]
    fn a_reply_is_put_on_one_line_and_stays_what_it_was() {
        let reply = "{ \"a b\" : [ 1.0 ,\n 1e3 ], \"q\\\\\" : \"x \\\" \u{9b}y\u{7f}\" }";
        let line = compact(reply);
        assert_eq!(line, r#"{"a b":[1.0,1e3],"q\\":"x \" \u009by\u007f"}"#);
        assert_eq!(Json::parse(&line).unwrap(), Json::parse(reply).unwrap());
    }
}
