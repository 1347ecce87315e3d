//! `sign`: verifies and explains signatures without a server.

use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;
use scaleengine::proto::Printable;
use scaleengine::sign::explain::{Difference, Explanation, Mistake, explain_body};
use scaleengine::sign::{Check, Json, Received};
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::fields;
use crate::limits;
use crate::output::json::SCHEMA;
use crate::output::{self, Column, Format};
use scaleengine::config::read;

pub(crate) fn run(context: &Context, name: &str, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match name {
        "diff" => diff(context.format, matches),
        "reasons" => reasons(context.format),
        "explain" => explain(context, matches),
        _ => verify(context, matches),
    }
}

/// Reads a file, or stdin for `-`.
fn read(name: &str) -> Result<Vec<u8>, Failure> {
    let read = if name == "-" { read::stdin(limits::BODY) } else { read::file(Path::new(name), limits::BODY) };
    read.map_err(|error| Failure::usage(format!("{} cannot be read: {error}", Printable(name))))
}

fn file<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map_or("-", String::as_str)
}

/// Explains the body of a request.
fn verify(context: &Context, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let secret = context.secret()?;
    let mut body = read(file(matches, "FILE"))?;
    // Editors and shells add a line end, which no request has.
    while body.ends_with(b"\n") || body.ends_with(b"\r") {
        body.pop();
    }
    let explanation = explain_body(&secret, "", &body).map_err(|no| {
        let reason = no.mistake();
        Failure::refused(format!("{reason}: {}", reason.what())).because(no.to_string()).hint(reason.remedy())
    })?;
    let text = match context.format {
        Format::Human => human(&explanation),
        Format::Json | Format::JsonLines => format!("{}\n", json!(explanation)),
    };
    let right = explanation.mistakes().is_empty();
    let written = output::data(text.as_bytes())?;
    // The explanation is data; the exit code reports a wrong signature too.
    Ok(if right || written != ExitCode::SUCCESS { written } else { crate::exit::Exit::Refused.into() })
}

fn human(own: &Explanation) -> String {
    let mut text = format!("{}\n", own.verdict());
    for check in Check::ALL {
        let result = if own.passes().contains(check) { "matches" } else { "does not match" };
        text += &format!("check {check}: the signature {result} {}\n", check.what());
    }
    for reason in own.mistakes() {
        text += &format!("{reason}: {}\n  hint: {}\n", reason.what(), reason.remedy());
    }
    let shown = |bytes: &[u8]| Printable(&String::from_utf8_lossy(bytes)).to_string();
    if let Some(expected) = own.expected() {
        text += &format!("received: {}\nexpected: {}\n", shown(own.received()), shown(expected.as_bytes()));
    }
    if let Some(signed) = own.signed() {
        text += &format!("signed:   {}\n", shown(signed.as_bytes()));
    }
    if let Some(difference) = own.difference() {
        text += &format!("{difference}\n");
    }
    text
}

/// Shows every stage of a signed request.
fn explain(context: &Context, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = file(matches, "NAME");
    let filled = fields::free(name, matches.get_many::<String>("FIELD").unwrap_or_default())?;
    let call = context.client(None)?.call(filled.command).prepare();
    let at = context.now();
    let payload = call.payload(at).map_err(|error| Failure::sign(&error))?;
    let form = call.request(at).map_err(|error| Failure::sign(&error))?;
    let form = String::from_utf8_lossy(form.body()).into_owned();
    let mac: String = payload.mac().iter().map(|byte| format!("{byte:02x}")).collect();
    let text = payload.canonical();
    let members = members(&text)?;
    let shown = match context.format {
        Format::Human => {
            let fields: String =
                members.iter().map(|(name, value)| format!("  {} = {}\n", Printable(name), Printable(value))).collect();
            format!(
                "1 fields, in order:\n{fields}2 canonical JSON, as PHP's json_encode writes it ({} bytes):\n{text}\n3 HMAC-SHA256 of it in hex; the key is the secret as a string, not decoded:\n{mac}\n4 signature, the HMAC in base64:\n{}\n5 signed JSON, with the signature as its last member:\n{}\n6 body, the form that HTTP carries:\n{form}\n",
                text.len(),
                payload.signature(),
                payload.json(),
            )
        }
        Format::Json | Format::JsonLines => {
            let fields: Vec<_> = members.iter().map(|(name, value)| json!({ "name": name, "json": value })).collect();
            let stages = json!({
                "schema": "scaleengine/1", "fields": fields, "text": text, "hmac": mac, "signature": payload.signature(),
                "body": payload.json(), "form": form,
            });
            format!("{stages}\n")
        }
    };
    output::data(shown.as_bytes())
}

/// Parses canonical JSON into its members; a string is decoded, any other value is as written.
fn members(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let unreadable = |_| Failure::internal("the canonical JSON cannot be parsed");
    let received = Received::parse(text).map_err(unreadable)?;
    let Json::Object(members) = received.json() else { return Ok(Vec::new()) };
    let value = |value: &Json| match value {
        Json::Text(text) => text.clone(),
        other => other.written(),
    };
    Ok(members.iter().map(|(name, own)| (name.clone(), value(own))).collect())
}

/// Lists the known mistakes.
fn reasons(format: Format) -> Result<ExitCode, Failure> {
    let columns: [Column<Mistake>; 3] = [
        ("reason", &|own| own.code().to_owned()),
        ("mistake", &|own| own.what().to_owned()),
        ("what to do", &|own| own.remedy().to_owned()),
    ];
    let data = |own: Mistake| json!(own);
    output::list("reasons", Mistake::ALL.iter().copied(), &columns, data, format)
}

/// Shows the first difference between two files.
fn diff(format: Format, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let (a, b) = (file(matches, "EXPECTED"), file(matches, "RECEIVED"));
    if a == "-" && b == "-" {
        return Err(Failure::usage("EXPECTED and RECEIVED cannot both be stdin: pass a file for one of them"));
    }
    let difference = Difference::between(&read(a)?, &read(b)?);
    let told = difference.as_ref().map_or_else(|| "the same".to_owned(), Difference::to_string);
    let text = match format {
        Format::Human => told,
        Format::Json | Format::JsonLines => {
            let (same, offset) = (difference.is_none(), difference.as_ref().map(Difference::offset));
            json!({ "schema": SCHEMA, "same": same, "offset": offset, "text": told }).to_string()
        }
    };
    let written = output::data(format!("{text}\n").as_bytes())?;
    if difference.is_none() {
        return Ok(written);
    }
    Ok(if written == ExitCode::SUCCESS { crate::exit::Exit::Refused.into() } else { written })
}
