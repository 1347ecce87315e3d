//! What is written of a failure, and of a command line that cannot be read.

use std::borrow::Cow;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use scaleengine::proto::{CATALOGUE, Printable};
use serde_json::json;

use super::json::{Line, compact};
use super::style::Terminal;
use super::{Format, note};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::flag::flag;

/// Writes why the program failed, in JSON as the last line.
pub(crate) fn failure(failure: &Failure, format: Format) -> ExitCode {
    failure_with(failure, format, false)
}

/// The same; if asked for more, for people also the response that was not the API's.
pub(crate) fn failure_with(failure: &Failure, format: Format, more: bool) -> ExitCode {
    match format {
        Format::Human => {
            let terminal = Terminal::stderr();
            note(&format!("{} {}", terminal.bad("error:"), Printable(&failure.message)));
            if !failure.causes.is_empty() {
                note(&format!("  cause: {}", Printable(&failure.causes.join(": "))));
            }
            if let Some(response) = failure.response.as_ref().filter(|_| more) {
                note(&response.lines());
            }
            if let Some(hint) = &failure.hint {
                // Usage has a line for each way of writing a command.
                let lines: Vec<_> = hint.lines().map(|line| Printable(line.trim_start()).to_string()).collect();
                note(&format!("  {} {}", terminal.odd("hint:"), lines.join("\n        ")));
            }
        }
        Format::Json | Format::JsonLines => note(&compact(&format!("{{\"error\":{}}}", object(failure)))),
    }
    failure.exit.into()
}

/// A failure in JSON, in the documented order.
pub(crate) fn object(failure: &Failure) -> String {
    let Failure { exit, kind, code, message, causes, effect, attempts, hint, response } = failure;
    let fields: Line = vec![
        ("exit_code", json!(*exit as u8).to_string()),
        ("kind", json!(kind).to_string()),
        ("code", json!(code).to_string()),
        ("message", json!(message).to_string()),
        ("cause", json!((!causes.is_empty()).then(|| causes.join(": "))).to_string()),
        ("effect", json!(effect.to_string()).to_string()),
        ("attempts", json!(attempts).to_string()),
        ("hint", json!(hint).to_string()),
    ];
    let response = response.as_ref().map(|response| ("response", response.data().to_string()));
    let fields = fields.into_iter().chain(response).collect::<Line>();
    super::json::object(&fields).trim_end().to_owned()
}

/// Writes what clap has to say: help and version as data, the rest as an error of usage.
pub(crate) fn clap_answer(mut answer: clap::Error, args: &[OsString], format: Format) -> ExitCode {
    if !answer.use_stderr() {
        let told = answer.render();
        let text = if Terminal::stdout().colourful() { told.ansi().to_string() } else { told.to_string() };
        let written = super::data(format!("{}\n", text.trim_end()).as_bytes());
        return written.unwrap_or_else(|failure| self::failure(&failure, format));
    }
    hide(&mut answer, args);
    escape(&mut answer);
    advise(&mut answer);
    let told = answer.render();
    if format != Format::Human {
        let text = told.to_string();
        let (message, rest) = text.trim_start_matches("error: ").split_once("\n\n").unwrap_or((&text, ""));
        let [message, rest] = [message, rest].map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        return self::failure(&Failure::usage(message).hint(rest), format);
    }
    note(if Terminal::stderr().colourful() { told.ansi().to_string() } else { told.to_string() }.trim_end());
    Exit::Usage.into()
}

/// The beginnings of flags whose values are secrets, besides those of secret parameters.
const SECRETS: [&str; 5] = ["--secret", "--pass", "--key", "--ticket", "--proxy"];
/// The commands that take a secret, besides those with a secret parameter.
const WITH_SECRET: [&str; 3] = ["login", "logout", "ticket"];

/// The flags of secret parameters.
fn secret_flags() -> impl Iterator<Item = String> {
    let fields = CATALOGUE.iter().copied().flatten().flat_map(|entry| entry.spec.fields);
    fields.filter(|field| field.kind.secret).map(|field| format!("--{}", flag(field.name)))
}

/// Whether a command line names a command that takes a secret.
fn takes_secret(args: &[OsString]) -> bool {
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let names = |family: &str, command: &str| {
        let name = |words: &[Cow<str>]| matches!(words, [one, two] if one == family && two.starts_with(command));
        words.windows(2).any(name)
    };
    words.iter().any(|word| WITH_SECRET.contains(&&**word))
        || CATALOGUE.iter().copied().flatten().filter(|entry| entry.spec.fields.iter().any(|own| own.kind.secret)).any(
            |entry| {
                let (family, command) = entry.spec.name.split_once('.').unwrap_or_default();
                names(family, &flag(command))
            },
        )
}

/// Hides the value of a secret flag, and, where the command line has a secret flag, a word that has no place: it may be the second word
/// of a password.
fn hide(answer: &mut clap::Error, args: &[OsString]) {
    let flags: Vec<String> = SECRETS.map(str::to_owned).into_iter().chain(secret_flags()).collect();
    let secret_flag = |text: &str| flags.iter().find(|flag| text.starts_with(flag.as_str()));
    let secret = |text: &str| secret_flag(text).is_some() || text.contains("@=");
    let of_secret = matches!(answer.get(ContextKind::InvalidArg), Some(ContextValue::String(flag)) if secret(flag));
    if of_secret && answer.get(ContextKind::InvalidValue).is_some() {
        answer.insert(ContextKind::InvalidValue, ContextValue::String(HIDDEN.to_owned()));
    }
    let any_secret = takes_secret(args) || args.iter().any(|arg| secret(&arg.to_string_lossy()));
    let kind = match answer.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        _ => return,
    };
    let Some(ContextValue::String(word)) = answer.get(kind) else { return };
    let flag = word.starts_with('-') && word.split('=').next().is_some_and(|name| name.len() > 2);
    let shown = match (flag, any_secret) {
        // Of `--flag=value` the flag is enough, also where the `=` is missing.
        (true, _) => {
            let name = word.split('=').next().unwrap_or_default();
            secret_flag(name).map_or(name, String::as_str).to_owned()
        }
        (false, true) => HIDDEN.to_owned(),
        (false, false) => word.clone(),
    };
    answer.insert(kind, ContextValue::String(shown));
}

/// Escapes the characters that do not show in what clap repeats of the command line.
fn escape(answer: &mut clap::Error) {
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        if let Some(ContextValue::String(word)) = answer.get(kind) {
            let shown = Printable(word).to_string();
            answer.insert(kind, ContextValue::String(shown));
        }
    }
}

const HIDDEN: &str = "\u{2026}";

/// A value that begins with a dash is taken for a flag; clap proposes `--`, which a flag's value cannot follow.
fn advise(answer: &mut clap::Error) {
    let dash = match (answer.kind(), answer.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(word))) => word.starts_with('-'),
        (ErrorKind::InvalidValue, _) => {
            answer.get(ContextKind::InvalidValue) == Some(&ContextValue::String(String::new()))
        }
        _ => false,
    };
    if dash {
        let tip = "to pass a value that begins with `-`, write it with `=`: --stream=-x";
        answer.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}
