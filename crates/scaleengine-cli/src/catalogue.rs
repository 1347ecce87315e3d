//! `commands`: lists the declared commands with their facts, for people and for tools.

use std::process::ExitCode;

use scaleengine::proto::{CATALOGUE, Confidence, Constructor, Entry, Field};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{self, Column, Format};

pub(crate) fn run(format: Format) -> Result<ExitCode, Failure> {
    let columns: [Column<&Entry>; 3] = [
        ("command", &|entry| entry.spec.name.to_owned()),
        ("safety", &|entry| entry.spec.safety.to_string()),
        ("summary", &summary),
    ];
    output::list("commands", CATALOGUE.iter().copied().flatten(), &columns, data, format)
}

/// Returns the summary of a command on one line.
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
        "known": known(spec.confidence),
        "safety": spec.safety.to_string(),
        "reason": spec.reason,
        "confirm": spec.confirm,
        "answer": { "seen": spec.reply.observed, "docs": spec.reply.docs },
        "forms": spec.constructors.iter().map(constructor).collect::<Vec<_>>(),
        "fields": spec.fields.iter().map(|own| field(entry, own)).collect::<Vec<_>>(),
    })
}

fn constructor(constructor: &Constructor) -> Value {
    json!({ "name": constructor.name, "required": constructor.fields, "optional": constructor.optional, "null": constructor.nulls })
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
        "presence_known": known(field.presence_confidence),
        "known": known(field.confidence),
        "example": example.and_then(|example| serde_json::to_value(example).ok()),
    })
}

fn known(known: Confidence) -> &'static str {
    match known {
        Confidence::Documented => "documented",
        Confidence::Observed => "seen",
        _ => "assumed",
    }
}
