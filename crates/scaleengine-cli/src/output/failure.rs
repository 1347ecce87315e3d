//! What is written of a failure, and of a command line that cannot be read.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use scaleengine::proto::Printable;
use serde_json::json;

use super::json::{Line, compact};
use super::style::Terminal;
use super::{Format, note};
use crate::exit::{Exit, Failure};

/// Writes why the program failed, in JSON as the last line.
pub(crate) fn failure(failure: &Failure, format: Format) -> ExitCode {
    match format {
        Format::Human => {
            let terminal = Terminal::stderr();
            note(&format!("{} {}", terminal.bad("error:"), Printable(&failure.message)));
            if !failure.causes.is_empty() {
                note(&format!("  cause: {}", Printable(&failure.causes.join(": "))));
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
    let Failure { exit, kind, code, message, causes, effect, attempts, hint } = failure;
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
    super::json::object(&fields).trim_end().to_owned()
}

/// Writes what clap has to say: help and version as data, the rest as an error of usage. A word that has no place here is not
/// repeated: it may be the second one of a password.
pub(crate) fn clap_answer(mut answer: clap::Error, format: Format) -> ExitCode {
    if !answer.use_stderr() {
        let told = answer.render();
        let text = if Terminal::stdout().colourful() { told.ansi().to_string() } else { told.to_string() };
        let written = super::data(format!("{}\n", text.trim_end()).as_bytes());
        return written.unwrap_or_else(|failure| self::failure(&failure, format));
    }
    hide(&mut answer);
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

/// A flag and what may be a misspelt command is told; any other word is not.
fn hide(answer: &mut clap::Error) {
    let telling = |kind: ErrorKind, word: &str| match kind {
        ErrorKind::UnknownArgument => word.starts_with('-'),
        _ => !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '.'),
    };
    let kind = match answer.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        _ => return,
    };
    if let Some(ContextValue::String(word)) = answer.get(kind)
        && !telling(answer.kind(), word)
    {
        answer.insert(kind, ContextValue::String("\u{2026}".to_owned()));
    }
}
