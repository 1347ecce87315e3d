//! Suggestions for misspelled names of commands and parameters.

use scaleengine::proto::{CATALOGUE, Printable, Spec, find};
use scaleengine::{Command as _, RawCommand};

/// The least similarity of a suggestion, the same as in clap.
const ALIKE: f64 = 0.8;

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let measured = known.map(|known| (strsim::jaro_winkler(name, known), known)).filter(|(alike, _)| *alike > ALIKE);
    measured.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, known)| known)
}

/// Describes an unknown name in a command, which may be the reason if the API refuses it.
pub(crate) fn doubt(command: &RawCommand) -> Option<String> {
    let Some(entry) = find(command.wire_name()) else { return Some(self::command(command.wire_name())) };
    let unknown = command.fields().map(|(name, _)| name).find(|name| entry.spec.field(name).is_none());
    unknown.map(|name| field(entry.spec, name))
}

/// Describes an unknown command.
pub(crate) fn command(name: &str) -> String {
    let known = CATALOGUE.iter().copied().flatten().map(|entry| entry.spec.name);
    told(name, "no known command has this name", nearest(name, known))
}

/// Describes a parameter that a command does not have.
pub(crate) fn field(spec: &Spec, name: &str) -> String {
    let nearest = nearest(name, spec.fields.iter().map(|field| field.name));
    told(name, &format!("{} has no parameter of this name", spec.name), nearest)
}

/// Returns whether a name is almost that of a parameter.
pub(crate) fn is_near(spec: &Spec, name: &str) -> bool {
    nearest(name, spec.fields.iter().map(|field| field.name)).is_some()
}

fn told(name: &str, what: &str, nearest: Option<&str>) -> String {
    let nearest = nearest.map(|nearest| format!("; did you mean {nearest}?")).unwrap_or_default();
    format!("{}: {what}{nearest}", Printable(name))
}
