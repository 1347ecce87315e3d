//! Replies for people: one value per line, lists of objects as tables, control characters escaped.

use scaleengine::proto::Printable;
use scaleengine::{Document, Reply};
use serde_json::{Map, Value};

use super::style::Terminal;
use super::table::table;
use crate::generated_passwords::GeneratedPasswords;

/// Formats a reply. `target` is the parameters of the command, which an empty list names.
pub(super) fn reply(command: &str, target: &str, reply: &Reply<Document>, terminal: Terminal) -> String {
    let mut text = format!("{}: {}", Printable(command), terminal.good("success"));
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
    let told = |name: &str| matches!(name, "status" | "message" | "code" | "handle_time");
    let fields = reply.value().fields().iter().filter(|(name, _)| !told(name));
    let none = if target.is_empty() { "none".to_owned() } else { format!("none for{target}") };
    text + &fields.map(|(name, value)| member(name, value, &none, terminal)).collect::<String>()
}

/// The member in which the sandbox returns its state if the shape of the real reply is not known.
const SANDBOX: &str = "sandbox";

/// Formats a member at the top of a reply.
fn member(name: &str, value: &Value, none: &str, terminal: Terminal) -> String {
    let Some(state) = value.as_object().filter(|_| name == SANDBOX) else {
        return field(name, value, none, terminal);
    };
    let state = state.iter().filter(|(name, _)| *name != "shape");
    let lines: String = state.map(|(name, value)| field(name, value, none, terminal)).collect();
    if lines.is_empty() {
        return lines;
    }
    let heading = "State of the sandbox; the shape of the real reply is not documented:";
    format!("{}\n{lines}", terminal.dim(heading))
}

/// Formats the generated passwords.
pub(super) fn made(made: &GeneratedPasswords) -> String {
    made.iter().map(|(name, password)| format!("{name}: {}\n", password.expose())).collect()
}

fn field(name: &str, value: &Value, none: &str, terminal: Terminal) -> String {
    let name = Printable(name);
    let inner = terminal.narrower(2);
    match value {
        Value::Array(items) if items.is_empty() => format!("{name}: {none}\n"),
        Value::Array(items) => match objects(items) {
            Some(rows) => format!("{name}:\n{}", indented(&self::rows(&rows, inner))),
            None => format!("{name}: {}\n", items.iter().map(cell).collect::<Vec<_>>().join(", ")),
        },
        Value::Object(fields) if fields.is_empty() => format!("{name}: none\n"),
        Value::Object(fields) => {
            let lines = fields.iter().map(|(name, value)| field(name, value, none, inner));
            format!("{name}:\n{}", indented(&lines.collect::<String>()))
        }
        other => format!("{name}: {}\n", scalar(other)),
    }
}

fn objects(items: &[Value]) -> Option<Vec<&Map<String, Value>>> {
    items.iter().map(Value::as_object).collect()
}

/// Formats objects as a table with a column for each name, in order of appearance. With more than
/// [`COLUMNS`] names, each object is a line.
fn rows(objects: &[&Map<String, Value>], terminal: Terminal) -> String {
    let mut names: Vec<&String> = Vec::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        if names.len() <= COLUMNS && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() || names.len() > COLUMNS {
        let line = |object: &&Map<String, Value>| {
            let values = object.iter().map(|(name, value)| format!("{}: {}", Printable(name), cell(value)));
            let line = values.collect::<Vec<_>>().join(", ");
            if line.is_empty() { "none\n".to_owned() } else { line + "\n" }
        };
        return objects.iter().map(line).collect();
    }
    let row = |object: &&Map<String, Value>| {
        names.iter().map(|name| object.get(*name).map(cell).unwrap_or_default()).collect::<Vec<_>>()
    };
    let headings: Vec<_> = names.iter().map(|name| Printable(name).to_string()).collect();
    table(&headings, &objects.iter().map(row).collect::<Vec<_>>(), terminal)
}

/// The most columns of a readable table.
const COLUMNS: usize = 40;

/// Formats a cell: of a Google table as its formatted text, of any other table as [`scalar`] does.
fn cell(value: &Value) -> String {
    match value.as_object().and_then(|cell| cell.get("f").filter(|_| cell.contains_key("v"))) {
        Some(Value::String(formatted)) => Printable(formatted).to_string(),
        _ => scalar(value),
    }
}

/// Formats a string as it is, any other value as JSON.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => Printable(text).to_string(),
        other => super::json::compact(&other.to_string()),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
