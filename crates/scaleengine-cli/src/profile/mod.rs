//! Profiles: stores accounts in a file, and finds the effective one.

#[path = "../../../scaleengine-config/src/profile.rs"]
mod account;
#[path = "../../../scaleengine-config/src/file.rs"]
mod config;
#[path = "../../../scaleengine-config/src/store.rs"]
mod login;
mod prompt;

use std::process::ExitCode;

use clap::ArgMatches;
use scaleengine::Endpoint;
use scaleengine::proto::Printable;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{self, Column, Format};
use crate::private;
use crate::setting_table::API_URL;

pub(crate) use account::{Effective, Flags, PROFILE};
pub(crate) use config::path;
pub(crate) use login::{UNUSUAL, is_usual, login, logout};

use account::{Kept, Source, Sourced};
use config::{Config, Profile};

/// Runs a `profile` command. `known` looks the effective account up, if it is needed.
pub(crate) fn run(
    format: Format,
    known: impl FnOnce() -> Result<Effective, Failure>,
    name: &str,
    matches: &ArgMatches,
) -> Result<ExitCode, Failure> {
    match name {
        "list" => list(format),
        "use" => login::make_default(matches.get_one::<String>("NAME").map(String::as_str).unwrap_or_default()),
        _ => show(&known()?, format),
    }
}

fn list(format: Format) -> Result<ExitCode, Failure> {
    let config = Config::load()?;
    let default = |name: &str| config.default.as_deref() == Some(name);
    type Item<'a> = (&'a String, &'a Profile);
    let columns: [Column<Item<'_>>; 4] = [
        ("", &|(name, _)| if default(name) { "*" } else { "" }.to_owned()),
        ("profile", &|(name, _)| name.clone()),
        ("api_key", &|(_, own)| own.api_key.as_deref().map(last_four).unwrap_or_default()),
        ("cdn", &|(_, own)| own.cdn.map(|cdn| cdn.to_string()).unwrap_or_default()),
    ];
    let data = |(name, own): Item<'_>| {
        let key = own.api_key.as_deref().map(last_four);
        json!({ "name": name, "default": default(name), "api_key": key, "cdn": own.cdn })
    };
    output::list("profiles", config.profiles.iter(), &columns, data, format)
}

/// Returns the end of a key: enough to tell two keys apart, too little to use.
pub(crate) fn last_four(key: &str) -> String {
    let count = key.chars().count();
    let end: String = key.chars().skip(count.saturating_sub(4).max(count.min(1))).collect();
    format!("…{end}")
}

/// Shows each value with its source and the sources that it overrides. Reads no secret.
fn show(known: &Effective, format: Format) -> Result<ExitCode, Failure> {
    let kept = |kept: &Kept| match kept {
        Kept::File(path) => format!("in the file {}", private::printable(path)),
        Kept::Environment => "set".to_owned(),
        Kept::Command(_) => "from a command".to_owned(),
    };
    let mut values = vec![
        row("api_key", &known.api_key, |key| last_four(key)),
        // Any other value may be a key in the wrong place.
        row("cdn", &known.cdn, |cdn| {
            cdn.trim().parse::<u32>().map_or("… (not a CDN id)".to_owned(), |cdn| cdn.to_string())
        }),
        row("secret", &known.secret, kept),
    ];
    for (setting, found) in &known.context {
        let usual = vec![(Source::Usual, Endpoint::DEFAULT.to_owned())];
        let found = if found.is_empty() && setting.name == API_URL.name { &usual } else { found };
        // A setting without a source has a default, which its flag's help names.
        if !found.is_empty() {
            values.push(row(setting.name, found, |value| setting.shown(value)));
        }
    }
    let text = match format {
        Format::Human => {
            let name = known.profile.as_ref().map_or("none", |(name, _)| name.as_str());
            let line = |(name, value): &(&str, Value)| {
                let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or("-");
                let shadows: Vec<_> = value
                    .get("shadows")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                let shadows =
                    if shadows.is_empty() { String::new() } else { format!(", overrides {}", shadows.join(" and ")) };
                format!("{name}: {} ({}{shadows})\n", Printable(text("value")), Printable(text("source")))
            };
            format!("profile: {}\n{}", Printable(name), values.iter().map(line).collect::<String>())
        }
        Format::Json | Format::JsonLines => {
            let name = known.profile.as_ref().map(|(name, _)| name);
            let values: serde_json::Map<_, _> =
                values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            format!("{}\n", json!({ "schema": "scaleengine/1", "profile": name, "values": values }))
        }
    };
    output::data(text.as_bytes())
}

fn row<T>(name: &'static str, found: &Sourced<T>, shown: impl Fn(&T) -> String) -> (&'static str, Value) {
    let value = found.first().map(|(_, value)| shown(value));
    let source = found.first().map(|(source, _)| source.to_string());
    let shadows: Vec<_> = found.iter().skip(1).map(|(source, _)| source.to_string()).collect();
    (name, json!({ "value": value, "source": source, "shadows": shadows }))
}
