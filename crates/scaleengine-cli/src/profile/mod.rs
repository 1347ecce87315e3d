//! `profile`, `login` and `logout`: shows and changes the configuration.

mod login;
mod prompt;

use std::process::ExitCode;

use clap::ArgMatches;
use scaleengine::config::{Config, Profile, Shown, StoredProfile, last_four};
use scaleengine::proto::Printable;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{self, Column, Format};

pub(crate) use login::{login, logout};

/// Runs a `profile` command. `known` looks the effective account up, if it is needed.
pub(crate) fn run(
    format: Format,
    known: impl FnOnce() -> Result<Profile, Failure>,
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
    let default = |name: &str| config.default_profile() == Some(name);
    type Item<'a> = (&'a str, &'a StoredProfile);
    let columns: [Column<Item<'_>>; 4] = [
        ("", &|(name, _)| if default(name) { "*" } else { "" }.to_owned()),
        ("profile", &|(name, _)| name.to_owned()),
        ("api_key", &|(_, own)| own.api_key().map(last_four).unwrap_or_default()),
        ("cdn", &|(_, own)| own.cdn().map(|cdn| cdn.to_string()).unwrap_or_default()),
    ];
    let data = |(name, own): Item<'_>| {
        let key = own.api_key().map(last_four);
        json!({ "name": name, "default": default(name), "api_key": key, "cdn": own.cdn() })
    };
    output::list("profiles", config.profiles(), &columns, data, format)
}

/// Shows each value with its source and the sources that it overrides.
fn show(known: &Profile, format: Format) -> Result<ExitCode, Failure> {
    let values = known.values();
    let text = match format {
        Format::Human => {
            let line = |shown: &Shown| {
                let (value, source) = (shown.value.as_deref().unwrap_or("-"), shown.source.as_ref());
                let source = source.map_or_else(|| "-".to_owned(), ToString::to_string);
                let overridden: Vec<_> = shown.overridden.iter().map(ToString::to_string).collect();
                let overridden = match overridden.as_slice() {
                    [] => String::new(),
                    sources => format!(", overrides {}", sources.join(" and ")),
                };
                format!("{}: {} ({}{overridden})\n", shown.name, Printable(value), Printable(&source))
            };
            let name = known.name().unwrap_or("none");
            format!("profile: {}\n{}", Printable(name), values.iter().map(line).collect::<String>())
        }
        Format::Json | Format::JsonLines => {
            let value = |shown: &Shown| {
                let source = shown.source.as_ref().map(ToString::to_string);
                let overridden: Vec<_> = shown.overridden.iter().map(ToString::to_string).collect();
                (shown.name.to_owned(), json!({ "value": shown.value, "source": source, "shadows": overridden }))
            };
            let values: serde_json::Map<_, _> = values.iter().map(value).collect();
            format!("{}\n", json!({ "schema": "scaleengine/1", "profile": known.name(), "values": values }))
        }
    };
    output::data(text.as_bytes())
}
