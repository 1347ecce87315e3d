//! Asks for confirmation of irreversible commands.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use scaleengine::proto::{Printable, find};
use scaleengine::{Command as _, RawCommand, Value};

use crate::context::Context;
use crate::failure::Failure;

/// Asks for confirmation of a command if it needs one, in whatever form it was written.
pub(crate) fn command(context: &Context, command: &RawCommand) -> Result<(), Failure> {
    let Some(reason) = reason_of(command) else { return Ok(()) };
    ask(context, &format!("{}{}", command.wire_name(), target(command)), &reason)
}

/// Returns the non-secret parameters of a command, so that the user recognizes its target.
pub(crate) fn target(command: &RawCommand) -> String {
    let spec = find(command.wire_name()).map(|entry| entry.spec);
    let shown = |(name, value): (&str, &Value)| {
        let secret = spec.and_then(|spec| spec.field(name)).is_some_and(|field| field.kind.secret);
        match value {
            Value::Text(text) if !secret => Some(format!(" {name}={}", Printable(text))),
            Value::Int(number) if !secret => Some(format!(" {name}={number}")),
            _ => None,
        }
    };
    command.fields().filter_map(shown).collect()
}

/// Returns the reason to confirm a command, if it needs confirmation.
pub(crate) fn reason_of(command: &RawCommand) -> Option<Cow<'static, str>> {
    find(command.wire_name()).and_then(|entry| entry.spec.confirmation(command))
}

/// Asks on a terminal; elsewhere `--yes` is needed. `--sandbox` needs no confirmation.
pub(crate) fn ask(context: &Context, what: &str, reason: &str) -> Result<(), Failure> {
    if context.sandbox || context.yes {
        return Ok(());
    }
    let refused = |message: String| Err(Failure::not_confirmed(message).hint("pass --yes to confirm"));
    let account = context.account();
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return refused(format!(
            "not sent: {what} needs confirmation, and no terminal is attached. If confirmed: {reason}. Account: {account}"
        ));
    }
    let mut answer = String::new();
    let asked = write!(io::stderr().lock(), "{what}: {reason}.\nAccount: {account}. Continue? [y/N] ");
    let read = asked.and_then(|()| io::stdin().read_line(&mut answer));
    match (read, answer.trim().to_ascii_lowercase().as_str()) {
        (Ok(_), "y" | "yes") => Ok(()),
        _ => refused(format!("{what} was not confirmed; the command was not executed")),
    }
}
