//! Reads the parameters of a command from the command line.

use clap::ArgMatches;
use scaleengine::param::Secret;
use scaleengine::proto::{Constructor, Field, Printable, Spec, SpecError, find};
use scaleengine::sign::Json;
use scaleengine::{Command as _, RawCommand, Value, random_password};

use crate::failure::Failure;
use crate::flag::{EXTRA, flag};
use crate::generated_passwords::GeneratedPasswords;
use crate::nearest;
use crate::secret_input;

/// A command with its parameters, and the passwords generated for it.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) command: RawCommand,
    pub(crate) made: GeneratedPasswords,
    /// The parameters passed as `key@=`, which are secret even if not declared so.
    pub(crate) secrets: Vec<String>,
}

/// The value that requests a generated password.
pub(crate) const RANDOM: &str = "random";

/// Reads a declared command, with its parameters in the documented order whatever the order of the
/// flags. `otherwise` has the values of parameters without a flag.
pub(crate) fn declared(
    spec: &'static Spec,
    matches: &ArgMatches,
    otherwise: &[(&str, Value)],
) -> Result<Filled, Failure> {
    let mut fields = Vec::new();
    let mut made = GeneratedPasswords::new();
    for field in spec.fields {
        let null =
            |constructor: &&Constructor| constructor.nulls.contains(&field.name) && matches.get_flag(constructor.name);
        let nulled = spec.constructors.iter().find(null);
        let values = match matches.get_many::<String>(field.name) {
            None => otherwise.iter().find(|(name, _)| *name == field.name).map(|(_, value)| Ok(value.clone())),
            Some(texts) => Some(value(field, texts, &mut made)),
        };
        match (values.transpose()?, nulled) {
            (Some(_), Some(constructor)) => {
                return Err(Failure::usage(format!(
                    "--{} cannot be used with --{}",
                    flag(field.name),
                    flag(constructor.name)
                )));
            }
            (Some(value), None) => fields.push((field.name, value)),
            (None, Some(_)) => fields.push((field.name, Value::Null)),
            (None, None) => {}
        }
    }
    let command = RawCommand::new(spec.name);
    let command = fields.into_iter().fold(command, |command, (name, value)| command.field(name, value));
    spec.check(&command).map_err(|error| match error {
        SpecError::Conflict(one, other) => {
            Failure::usage(format!("--{} cannot be used with --{}", flag(one), flag(other)))
        }
        SpecError::Missing(names) => {
            let flags: Vec<_> = names.into_iter().map(|name| format!("--{}", flag(name))).collect();
            Failure::usage(format!("missing: {}", flags.join(", ")))
        }
        error => Failure::usage(error.to_string()),
    })?;
    let mut secrets = Vec::new();
    let command = matches.get_many::<String>(EXTRA).unwrap_or_default().try_fold(command, |command, text| {
        let (name, value) = free_field(text, None, &mut secrets)?;
        match spec.field(&name) {
            Some(_) => Err(Failure::usage(format!("--extra {name}: the parameter is declared, use --{}", flag(&name)))),
            None => Ok(command.field(name, value)),
        }
    })?;
    Ok(Filled { command, made, secrets })
}

/// Checks the parameters of a command against its declaration, if it is declared.
pub(crate) fn check(command: &RawCommand) -> Result<(), Failure> {
    let Some(spec) = find(command.wire_name()).map(|entry| entry.spec) else { return Ok(()) };
    spec.check(command).map_err(|error| match error {
        SpecError::UnknownParameter { name, .. } => Failure::usage(nearest::field(spec, &name)),
        error => Failure::usage(error.to_string()),
    })
}

/// Parses the values of a parameter.
fn value<'a>(
    field: &Field,
    texts: impl Iterator<Item = &'a String>,
    made: &mut GeneratedPasswords,
) -> Result<Value, Failure> {
    let refuse = |why: &dyn std::fmt::Display| Failure::usage(format!("--{}: {why}", flag(field.name)));
    let texts: Vec<&String> = texts.collect();
    if field.random && texts == [RANDOM] {
        return Ok(random(field.name, made)?.into());
    }
    let texts: Vec<String> = if field.kind.secret {
        texts
            .into_iter()
            .map(|source| secret_input::secret(source))
            .collect::<Result<_, _>>()
            .map_err(|error| refuse(&error))?
    } else {
        texts.into_iter().cloned().collect()
    };
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    (field.parse)(&texts).map_err(|error| refuse(&error))
}

/// Generates a password.
pub(crate) fn random(name: &'static str, made: &mut GeneratedPasswords) -> Result<Secret, Failure> {
    let password = random_password().map_err(|error| Failure::internal(error.to_string()))?;
    made.push((name, password.clone()));
    Ok(password)
}

/// Reads the password `pass` from its source, or generates it.
pub(crate) fn password(source: &str, made: &mut GeneratedPasswords) -> Result<Secret, Failure> {
    if source == RANDOM {
        return random("pass", made);
    }
    secret_input::secret(source).map(Secret::from).map_err(|error| Failure::usage(format!("--pass: {error}")))
}

/// Reads any command with its parameters as `key=value`, `key:=json` or `key@=FILE`.
pub(crate) fn free<'a>(name: &str, fields: impl IntoIterator<Item = &'a String>) -> Result<Filled, Failure> {
    let spec = find(name).map(|entry| entry.spec);
    let mut secrets = Vec::new();
    let command = fields.into_iter().try_fold(RawCommand::new(name), |command, text| {
        free_field(text, spec, &mut secrets).map(|(name, value)| command.field(name, value))
    })?;
    Ok(Filled { command, made: GeneratedPasswords::new(), secrets })
}

/// Parses a parameter: `key=value` for a string, `key:=json`, or `key@=FILE` for a secret. A
/// declared secret is accepted only as `key@=FILE`.
fn free_field(text: &str, spec: Option<&Spec>, secrets: &mut Vec<String>) -> Result<(String, Value), Failure> {
    let (key, value) = text.split_once('=').ok_or_else(|| {
        Failure::usage("a parameter has no `=`: it is written key=value, key:=json or, for a secret, key@=FILE")
    })?;
    if let Some(key) = key.strip_suffix('@') {
        let secret =
            secret_input::read(value).map_err(|error| Failure::usage(format!("{}: {error}", Printable(key))))?;
        secrets.push(key.to_owned());
        return Ok((key.to_owned(), secret.into()));
    }
    let name = key.strip_suffix(':').unwrap_or(key);
    let null = name.len() < key.len() && value == "null";
    if spec.and_then(|spec| spec.field(name)).is_some_and(|field| field.kind.secret) && !null {
        let why = "other users can see a secret in an argument";
        return Err(Failure::usage(format!(
            "{name}: {why}: pass {name}@=- to read it from stdin, {name}@=FILE from a file"
        )));
    }
    let Some(key) = key.strip_suffix(':') else { return Ok((key.to_owned(), value.into())) };
    let json = Json::parse(value).map_err(|error| Failure::usage(format!("{}: {error}", Printable(key))))?;
    let value = json.into_value().map_err(|error| {
        let join = if error.path().starts_with('[') { "" } else { "." };
        let path = if error.path().is_empty() { String::new() } else { format!("{join}{}", error.path()) };
        Failure::usage(format!("{}{path}: {}", Printable(key), error.refusal()))
    })?;
    Ok((key.to_owned(), value))
}
