//! `commands`: everything that is known of every command, for people and for tools.

use std::process::ExitCode;

use scaleengine::Safety;
use scaleengine::proto::{CATALOGUE, Entry, Field, Form, Known};
use serde_json::{Value, json};

use crate::exit::Failure;
use crate::output::{self, Column, Format};

pub(crate) fn run(format: Format) -> Result<ExitCode, Failure> {
    let columns: [Column<&Entry>; 3] = [
        ("command", &|entry| entry.spec.name.to_owned()),
        ("repeating", &|entry| safety(entry.spec.safety).to_owned()),
        ("what it does", &summary),
    ];
    output::list("commands", CATALOGUE.iter().copied().flatten(), &columns, data, format)
}

/// On one line.
pub(crate) fn summary(entry: &Entry) -> String {
    entry.spec.summary().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn data(entry: &Entry) -> Value {
    let spec = entry.spec;
    json!({
        "name": spec.name,
        "family": spec.family(),
        "summary": spec.summary(),
        "docs": spec.docs,
        "page": spec.page,
        "known": known(spec.known),
        "safety": safety(spec.safety),
        "reason": spec.reason,
        "confirm": spec.confirm,
        "answer": { "seen": spec.answer.seen, "docs": spec.answer.docs },
        "forms": spec.forms.iter().map(form).collect::<Vec<_>>(),
        "fields": spec.fields.iter().map(|own| field(entry, own)).collect::<Vec<_>>(),
    })
}

fn form(form: &Form) -> Value {
    json!({ "name": form.name, "required": form.fields, "optional": form.optional, "null": form.nulls })
}

fn field(entry: &Entry, field: &Field) -> Value {
    let example = entry.example(field.name).filter(|_| !field.kind.secret);
    json!({
        "name": field.name,
        "docs": field.docs,
        "type": field.kind.word,
        "written": field.kind.written,
        "many": field.kind.many,
        "secret": field.kind.secret,
        "random": field.random,
        "values": field.values,
        "optional": field.optional,
        "presence_known": known(field.presence_known),
        "known": known(field.known),
        "example": example.and_then(|example| serde_json::to_value(example).ok()),
    })
}

fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::ReadOnly => "read-only",
        Safety::Idempotent => "idempotent",
        Safety::Unsafe => "unsafe",
    }
}

fn known(known: Known) -> &'static str {
    match known {
        Known::Documented => "documented",
        Known::Seen => "seen",
        _ => "assumed",
    }
}
