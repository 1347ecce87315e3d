//! Records the shapes of real replies for the maintainers of this program: names and types of
//! fields, no values.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::Path;

use scaleengine::proto::{CATALOGUE, Entry};
use scaleengine::{Client, RawCommand, Safety};
use serde_json::{Value, json};

use super::checks::{Checked, Status};
use super::server::Server;
use crate::failure::Failure;
use crate::output::json::SCHEMA;
use crate::session;

/// The paths of a reply, each with the types of its values.
type Shape = BTreeMap<String, BTreeSet<&'static str>>;

/// Calls every read that needs no parameters. If its shape was observed before, compares the reply
/// with the sandbox's.
pub(super) async fn run(server: &Server, path: &Path) -> Checked<()> {
    let reference = session::sandbox().await?;
    let known = Client::builder()
        .credentials(reference.credentials())
        .endpoint(reference.url())
        .build()
        .map_err(|error| Failure::internal(error.to_string()))?;
    let mut commands = Vec::new();
    for entry in CATALOGUE.iter().copied().flatten().filter(|entry| asked(entry)) {
        let seen = shape(&server.client, entry).await;
        let expected = if entry.spec.reply.observed { shape(&known, entry).await.ok() } else { None };
        commands.push(compared(entry, seen, expected.as_ref()));
    }
    let count = commands.len();
    let report = json!({ "schema": SCHEMA, "version": env!("CARGO_PKG_VERSION"), "commands": commands });
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    write(path, &text).map_err(|error| Failure::config(format!("--report {}: {error}", path.display())))?;
    let detail = format!(
        "{count} commands written to {}: names and types, no values; review the file before sharing it",
        path.display()
    );
    Ok(((), Status::Ok(detail)))
}

/// Writes a file atomically; never replaces an existing one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{text}")?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

fn asked(entry: &Entry) -> bool {
    entry.spec.safety == Safety::ReadOnly && entry.spec.missing(|_| false).next().is_none()
}

/// Returns the shape of a reply, or the code and kind of a failure.
async fn shape(client: &Client, entry: &Entry) -> Result<Shape, Value> {
    let reply = client.call(RawCommand::new(entry.spec.name)).await;
    match reply {
        Ok(reply) => {
            let mut shape = Shape::new();
            for (name, value) in reply.value().fields() {
                collect(&top(name, value), value, &mut shape);
            }
            Ok(shape)
        }
        Err(error) => {
            let code = error.api().and_then(|failure| failure.code()).map(|code| code.as_str().to_owned());
            // Any other code may contain user data.
            let code = code.filter(|code| code.len() <= 4 && code.bytes().all(|byte| byte.is_ascii_digit()));
            Err(json!({ "code": code, "kind": Failure::of(&error, &crate::redaction::Redaction::default()).kind }))
        }
    }
}

fn compared(entry: &Entry, seen: Result<Shape, Value>, expected: Option<&Shape>) -> Value {
    let name = entry.spec.name;
    let seen = match seen {
        Ok(seen) => seen,
        Err(failure) => return json!({ "command": name, "failure": failure }),
    };
    let new: Option<Vec<_>> = expected.map(|known| seen.keys().filter(|path| !known.contains_key(*path)).collect());
    let missing: Option<Vec<_>> = expected.map(|known| known.keys().filter(|path| !seen.contains_key(*path)).collect());
    json!({ "command": name, "shape_known": entry.spec.reply.observed, "fields": seen, "new": new, "missing": missing })
}

fn collect(path: &str, value: &Value, shape: &mut Shape) {
    shape.entry(path.to_owned()).or_default().insert(kind(value));
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(&format!("{path}[]"), item, shape)),
        Value::Object(fields) => {
            // Only the objects of a list are sure to have field names. The names in any other map
            // may be user data, such as stream names; so may those of a list's object if all its
            // values have one type.
            let mut kinds = fields.values().map(kind);
            let first = kinds.next();
            let fielded = path.ends_with("[]") && !kinds.all(|own| Some(own) == first);
            for (name, value) in fields {
                let name = if fielded { plain(name) } else { known(name) };
                collect(&format!("{path}.{name}"), value, shape);
            }
        }
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "integer",
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => "text of digits",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

/// The known fields of replies that are not also names of parameters.
const KNOWN: [&str; 24] = [
    "status",
    "message",
    "code",
    "handle_time",
    "debug",
    "debug2",
    "data",
    "ticket",
    "key",
    "pass",
    "active",
    "created_date",
    "used_date",
    "channel_id",
    "channel_name",
    "scheduled",
    "rows",
    "cols",
    "label",
    "c",
    "v",
    "f",
    "p",
    "streams",
];

/// Returns the name if it is that of a parameter or a known reply field, else `*`.
fn known(name: &str) -> String {
    let declared = || CATALOGUE.iter().copied().flatten().any(|entry| entry.spec.field(name).is_some());
    if KNOWN.contains(&name) || declared() { name.to_owned() } else { "*".to_owned() }
}

/// Returns the name of a top-level value. Lists have field names; the name of another value may be
/// user data.
fn top(name: &str, value: &Value) -> String {
    if value.is_array() { plain(name) } else { known(name) }
}

/// Returns the name if it looks like a field name, else `*`: it may be user data, such as a stream
/// name.
fn plain(name: &str) -> String {
    let usual = |c: char| c.is_ascii_lowercase() || c == '_';
    if !name.is_empty() && name.len() <= 32 && name.chars().all(usual) { name.to_owned() } else { "*".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_names_and_types_and_no_values() {
        let mut shape = Shape::new();
        let answer = json!({ "list": [{ "id": "7", "name": "x" }, { "id": 8, "name": "y" }], "My Stream": 1.5, "n": null, "s": "", "by_name": { "news": { "n": 1 } }, "viewers": { "news": 3, "total": { "n": 1 } }, "stats": { "app": 1, "inst": 2 }, "items": [{ "size": 1, "label": "x" }] });
        for (name, value) in answer.as_object().unwrap() {
            collect(&top(name, value), value, &mut shape);
        }
        let expected = json!({
            "*": ["empty text", "float", "map", "null"], "*.*": ["integer", "map"], "*.*.*": ["integer"],
            "*.app": ["integer"], "*.inst": ["integer"], "list": ["list"], "list[]": ["map"], "list[].name": ["text"],
            "list[].id": ["integer", "text of digits"], "items": ["list"], "items[]": ["map"],
            "items[].size": ["integer"], "items[].label": ["text"],
        });
        assert_eq!(serde_json::to_value(shape).unwrap(), expected);
    }
}
