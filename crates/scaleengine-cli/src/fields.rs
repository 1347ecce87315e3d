//! From the command line to a command's parameters.

use std::fs;
use std::io;

use clap::ArgMatches;
use scaleengine::proto::{Field, Form, Printable, Spec, strip_line_end};
use scaleengine::sign::Json;
use scaleengine::{RawCommand, Value};

use crate::args::{EXTRA, flag};
use crate::exit::Failure;

/// A declared command, its parameters in the documented order whatever the order of the flags.
pub(crate) fn declared(spec: &'static Spec, matches: &ArgMatches) -> Result<RawCommand, Failure> {
    let mut fields = Vec::new();
    for field in spec.fields {
        let null = |form: &&Form| form.nulls.contains(&field.name) && matches.get_flag(form.name);
        let nulled = spec.forms.iter().find(null);
        let values = matches.get_many::<String>(field.name).map(|texts| value(field, texts));
        match (values.transpose()?, nulled) {
            (Some(_), Some(form)) => {
                return Err(Failure::usage(format!(
                    "--{} cannot be used with --{}",
                    flag(field.name),
                    flag(form.name)
                )));
            }
            (Some(value), None) => fields.push((field.name, value)),
            (None, Some(_)) => fields.push((field.name, Value::Null)),
            (None, None) => {}
        }
    }
    let present = |name: &str| fields.iter().any(|(own, _)| *own == name);
    if let Some((one, other)) = spec.conflict(present) {
        return Err(Failure::usage(format!("--{} cannot be used with --{}", flag(one), flag(other))));
    }
    let missing: Vec<_> = spec.missing(present).map(|name| format!("--{}", flag(name))).collect();
    if !missing.is_empty() {
        return Err(Failure::usage(format!("missing: {}", missing.join(", "))));
    }
    let command = RawCommand::new(spec.name);
    let command = fields.into_iter().fold(command, |command, (name, value)| command.field(name, value));
    matches.get_many::<String>(EXTRA).unwrap_or_default().try_fold(command, |command, text| {
        let (name, value) = field(text)?;
        match spec.field(&name) {
            Some(_) => Err(Failure::usage(format!("--extra {name}: it is known here, use --{}", flag(&name)))),
            None => Ok(command.field(name, value)),
        }
    })
}

/// A parameter of all its values.
fn value<'a>(field: &Field, texts: impl Iterator<Item = &'a String>) -> Result<Value, Failure> {
    let refuse = |why: &dyn std::fmt::Display| Failure::usage(format!("--{}: {why}", flag(field.name)));
    let texts: Vec<String> = if field.kind.secret {
        texts.map(|source| secret(source)).collect::<Result<_, _>>().map_err(|error| refuse(&error))?
    } else {
        texts.cloned().collect()
    };
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    (field.parse)(&texts).map_err(|error| refuse(&error))
}

/// A secret from where it is kept; one line end is taken off.
fn secret(source: &str) -> io::Result<String> {
    let mut text = match source.strip_prefix('@') {
        Some(path) => fs::read_to_string(path)?,
        None if source == "-" => io::read_to_string(io::stdin())?,
        None => {
            let why = "a secret is no argument, where others could see it: - reads it from stdin, @FILE from a file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
    };
    strip_line_end(&mut text);
    if text.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is empty"));
    }
    Ok(text)
}

/// Any command, its parameters as `key=value` or `key:=json`.
pub(crate) fn free<'a>(name: &str, fields: impl IntoIterator<Item = &'a String>) -> Result<RawCommand, Failure> {
    fields.into_iter().try_fold(RawCommand::new(name), |command, text| {
        let (name, value) = field(text)?;
        Ok(command.field(name, value))
    })
}

/// A parameter as `key=value`, which is a text, or `key:=json`.
fn field(text: &str) -> Result<(String, Value), Failure> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| Failure::usage("a parameter has no `=`: it is written key=value or key:=json"))?;
    let Some(key) = key.strip_suffix(':') else { return Ok((key.to_owned(), value.into())) };
    let json = Json::parse(value).map_err(|error| Failure::usage(format!("{}: {error}", Printable(key))))?;
    let value = json.into_value().map_err(|error| {
        let join = if error.path().starts_with('[') { "" } else { "." };
        let path = if error.path().is_empty() { String::new() } else { format!("{join}{}", error.path()) };
        Failure::usage(format!("{}{path}: {}", Printable(key), error.refusal()))
    })?;
    Ok((key.to_owned(), value))
}
