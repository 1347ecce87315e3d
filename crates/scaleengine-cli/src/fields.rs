//! From the command line to a command's parameters.

use clap::ArgMatches;
use scaleengine::RawCommand;
use scaleengine::proto::{Kind, Printable, Spec};
use scaleengine::sign::Json;

use crate::exit::Failure;

/// A declared command, its parameters in the documented order whatever the order of the flags.
pub(crate) fn declared(spec: &'static Spec, matches: &ArgMatches) -> RawCommand {
    spec.fields.iter().fold(RawCommand::new(spec.name), |command, field| match field.kind {
        Kind::Integer => set(command, field.name, matches.get_one::<i64>(field.name)),
        Kind::Boolean => set(command, field.name, matches.get_one::<bool>(field.name)),
        _ => set(command, field.name, matches.get_one::<String>(field.name)),
    })
}

fn set<T: Clone + Into<scaleengine::Value>>(command: RawCommand, name: &str, value: Option<&T>) -> RawCommand {
    match value {
        Some(value) => command.field(name, value.clone()),
        None => command,
    }
}

/// Any command, its parameters as `key=value` or `key:=json`.
pub(crate) fn free<'a>(name: &str, fields: impl IntoIterator<Item = &'a String>) -> Result<RawCommand, Failure> {
    fields.into_iter().try_fold(RawCommand::new(name), |command, field| {
        let (key, value) = field.split_once('=').ok_or_else(|| {
            Failure::usage(format!("{}: a parameter is written key=value or key:=json", Printable(field)))
        })?;
        let Some(key) = key.strip_suffix(':') else { return Ok(command.field(key, value)) };
        let json = Json::parse(value).map_err(|error| Failure::usage(format!("{}: {error}", Printable(key))))?;
        let value = json.into_value().map_err(|error| {
            let join = if error.path().starts_with('[') { "" } else { "." };
            let path = if error.path().is_empty() { String::new() } else { format!("{join}{}", error.path()) };
            Failure::usage(format!("{}{path}: {}", Printable(key), error.refusal()))
        })?;
        Ok(command.field(key, value))
    })
}
