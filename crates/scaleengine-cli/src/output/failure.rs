//! Writes failures, and errors in the command line.

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

/// Writes a failure; in JSON it is one line.
pub(crate) fn failure(failure: &Failure, format: Format) -> ExitCode {
    failure_with(failure, format, false)
}

/// Writes a failure. With `more`, people also see the response that is not an API reply.
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
                // A usage hint has a line for each constructor of the command.
                let lines: Vec<_> = hint.lines().map(|line| Printable(line.trim_start()).to_string()).collect();
                note(&format!("  {} {}", terminal.odd("hint:"), lines.join("\n        ")));
            }
        }
        Format::Json | Format::JsonLines => note(&compact(&format!("{{\"error\":{}}}", object(failure)))),
    }
    failure.exit.into()
}

/// Returns a failure as JSON, with its fields in the documented order.
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

/// Writes clap's output: help and version as data, the rest as a usage error.
pub(crate) fn clap_answer(mut answer: clap::Error, args: &[OsString], format: Format) -> ExitCode {
    if !answer.use_stderr() {
        let told = answer.render();
        let text = if Terminal::stdout().colorful() { told.ansi().to_string() } else { told.to_string() };
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
    note(if Terminal::stderr().colorful() { told.ansi().to_string() } else { told.to_string() }.trim_end());
    Exit::Usage.into()
}

/// The prefixes of flags whose values are secrets, in addition to secret parameters.
const SECRETS: [&str; 5] = ["--secret", "--pass", "--key", "--ticket", "--proxy"];
/// The commands that take a secret, in addition to those with a secret parameter.
const WITH_SECRET: [&str; 3] = ["login", "logout", "ticket"];

/// Returns the flags of secret parameters.
fn secret_flags() -> impl Iterator<Item = String> {
    let fields = CATALOGUE.iter().copied().flatten().flat_map(|entry| entry.spec.fields);
    fields.filter(|field| field.kind.secret).map(|field| format!("--{}", flag(field.name)))
}

/// Returns whether a command line names a command that takes a secret.
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

/// Hides the value of a secret flag. If the command line can contain a secret, also hides an
/// unexpected word, which may be the second word of a password.
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
        // Show only the flag of `--flag=value`, even if the `=` is missing.
        (true, _) => {
            let name = word.split('=').next().unwrap_or_default();
            secret_flag(name).map_or(name, String::as_str).to_owned()
        }
        (false, true) => HIDDEN.to_owned(),
        (false, false) => word.clone(),
    };
    answer.insert(kind, ContextValue::String(shown));
}

/// Escapes invisible characters in the words that clap repeats.
fn escape(answer: &mut clap::Error) {
    for kind in [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        if let Some(ContextValue::String(word)) = answer.get(kind) {
            let shown = Printable(word).to_string();
            answer.insert(kind, ContextValue::String(shown));
        }
    }
}

const HIDDEN: &str = "\u{2026}";

/// Suggests `=` for a value that begins with a dash. clap suggests `--`, which does not work for a
/// flag's value.
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
