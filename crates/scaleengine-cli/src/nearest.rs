//! What a misspelt name was probably meant to be.

use scaleengine::proto::{CATALOGUE, Printable, Spec, find};
use scaleengine::{Command as _, RawCommand};

/// How alike two names have to be; clap's own measure.
const ALIKE: f64 = 0.8;

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let measured = known.map(|known| (strsim::jaro_winkler(name, known), known)).filter(|(alike, _)| *alike > ALIKE);
    measured.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, known)| known)
}

/// What is not known of a command: where the API refuses it, that may be why.
pub(crate) fn doubt(command: &RawCommand) -> Option<String> {
    let Some(entry) = find(command.wire_name()) else { return Some(self::command(command.wire_name())) };
    let unknown = command.fields().map(|(name, _)| name).find(|name| entry.spec.field(name).is_none());
    unknown.map(|name| field(entry.spec, name))
}

/// For a command that is not known.
pub(crate) fn command(name: &str) -> String {
    let known = CATALOGUE.iter().copied().flatten().map(|entry| entry.spec.name);
    told(name, "no command of this name is known", nearest(name, known))
}

/// For a parameter that a command does not have.
pub(crate) fn field(spec: &Spec, name: &str) -> String {
    let nearest = nearest(name, spec.fields.iter().map(|field| field.name));
    told(name, &format!("{} has no parameter of this name", spec.name), nearest)
}

/// Whether a name is almost that of a parameter.
pub(crate) fn is_near(spec: &Spec, name: &str) -> bool {
    nearest(name, spec.fields.iter().map(|field| field.name)).is_some()
}

fn told(name: &str, what: &str, nearest: Option<&str>) -> String {
    let nearest = nearest.map(|nearest| format!("; was {nearest} meant?")).unwrap_or_default();
    format!("{}: {what}{nearest}", Printable(name))
}
