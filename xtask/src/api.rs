//! Writes and checks `docs/api/`: the public API of each library, one line per item. Signatures may
//! contain only the foreign types in a list. Both are read from rustdoc's JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::process::{Outcome, root, say, target};
use crate::snapshot;

/// For each crate: the crates whose types its public signatures may contain, and the item that may
/// contain them; an empty string means every item.
const ALLOWED: [(&str, &[(&str, &str)]); 6] = [
    ("scaleengine_proto", &[("serde", ""), ("serde_core", ""), ("serde_json", ""), ("jiff", "")]),
    ("scaleengine_sign", &[("serde", ""), ("serde_core", ""), ("serde_json", "")]),
    (
        "scaleengine_http",
        &[
            ("http", ""),
            ("bytes", ""),
            ("serde", ""),
            ("serde_core", ""),
            // Each only in its own adapter.
            ("reqwest", "from_builder"),
            ("reqwest", "from_client"),
            ("hyper_util", "classify"),
            ("tower_service", "tower"),
            ("tower_service", "Tower"),
            ("http_body", "Tower"),
            ("http_body_util", "tower"),
            ("http_body_util", "Tower"),
        ],
    ),
    ("scaleengine_config", &[("serde", ""), ("serde_core", "")]),
    ("scaleengine", &[("serde", ""), ("serde_core", "")]),
    ("scaleengine_sandbox", &[("serde", ""), ("serde_core", ""), ("serde_json", ""), ("http", "")]),
];

/// Writes the snapshots.
pub(crate) fn write() -> Outcome {
    let snapshots = snapshots()?;
    if folder().exists() {
        fs::remove_dir_all(folder())?;
    }
    fs::create_dir_all(folder())?;
    for (name, snapshot) in snapshots {
        fs::write(folder().join(name), snapshot)?;
    }
    Ok(())
}

/// Fails if a snapshot is missing, superfluous, or different from the public API.
pub(crate) fn check() -> Outcome {
    let snapshots = snapshots()?;
    for (name, snapshot) in &snapshots {
        if fs::read_to_string(folder().join(name)).ok().as_ref() != Some(snapshot) {
            return Err(format!("docs/api/{name} is not current: run cargo xtask api").into());
        }
    }
    let there = fs::read_dir(folder())?.count();
    if there != snapshots.len() {
        return Err(format!("docs/api has {there} files instead of {}: run cargo xtask api", snapshots.len()).into());
    }
    say(&format!("docs/api: {there} files, current"));
    Ok(())
}

fn folder() -> PathBuf {
    root().join("docs/api")
}

/// Checks the foreign types, and returns the snapshots by file name.
fn snapshots() -> Outcome<BTreeMap<String, String>> {
    // rustdoc's JSON is unstable. A wrapper enables it for rustdoc only; enabling it for cargo
    // would rebuild every dependency.
    let rustdoc = root().join("xtask/src/rustdoc.sh");
    crate::document("--lib --quiet")
        .env("RUSTDOC", &rustdoc.to_string_lossy())
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json")
        .run()?;
    let mut public = snapshot::PublicPaths::new();
    let mut crates = Vec::new();
    for (name, allowed) in ALLOWED {
        let json = fs::read_to_string(target()?.join(format!("doc/{name}.json")))?;
        let json = serde_json::from_str(&json)?;
        check_foreign(name, allowed, &json)?;
        snapshot::check_format(&json)?;
        snapshot::collect_public_paths(&json, &mut public);
        crates.push((name.replace('_', "-"), json));
    }
    fs::create_dir_all(target()?.join("api"))?;
    let render = |(package, json)| {
        let text = snapshot::render(json, &public, &target()?.join(format!("api/{package}.json")))?;
        Ok((format!("{package}.txt"), text))
    };
    crates.into_iter().map(render).collect()
}

fn check_foreign(name: &str, allowed: &[(&str, &str)], json: &Value) -> Outcome {
    let foreign = foreign(json)?;
    for (owner, places) in &foreign {
        for place in places {
            let fits = |(crate_name, suffix): &(&str, &str)| {
                owner == crate_name && place.split(' ').any(|word| suffix.is_empty() || word == *suffix)
            };
            if !allowed.iter().any(fits) {
                return Err(format!(
                    "{name}: {place} contains a type of {owner}, which xtask/src/api.rs does not allow"
                )
                .into());
            }
        }
    }
    say(&format!("{}: foreign types of {:?}", name.replace('_', "-"), foreign.keys().collect::<Vec<_>>()));
    Ok(())
}

/// Returns the foreign crates, and the items whose signatures contain their types.
fn foreign(json: &Value) -> Outcome<BTreeMap<String, BTreeSet<String>>> {
    let part =
        |name: &str| json.get(name).and_then(Value::as_object).ok_or_else(|| format!("rustdoc's JSON has no {name}"));
    let (index, paths, crates) = (part("index")?, part("paths")?, part("external_crates")?);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if index.len() < 10 {
        return Err("rustdoc's JSON has fewer than 10 items".into());
    }
    for item in index.values() {
        let Some(inner) = item.get("inner").and_then(Value::as_object) else { continue };
        // Blanket implementations add items of other crates.
        if item.get("crate_id").and_then(Value::as_u64) != Some(0) {
            continue;
        }
        if inner.contains_key("use") || inner.contains_key("module") || generated(inner) {
            continue;
        }
        let mut ids = BTreeSet::new();
        types(item.get("inner").unwrap_or(&Value::Null), &mut ids);
        for id in ids {
            let owner = paths.get(&id.to_string()).and_then(|path| path.get("crate_id")).and_then(Value::as_u64);
            let owner = owner.and_then(|owner| crates.get(&owner.to_string())?.get("name")?.as_str());
            if let Some(owner) = owner.filter(|owner| !ours(owner)) {
                found.entry(owner.to_owned()).or_default().insert(place(item, inner, index));
            }
        }
    }
    Ok(found)
}

fn ours(name: &str) -> bool {
    matches!(name, "std" | "core" | "alloc") || name.starts_with("scaleengine")
}

/// Returns whether the item is a blanket implementation or one of an auto trait.
fn generated(inner: &Map<String, Value>) -> bool {
    let Some(own) = inner.get("impl") else { return false };
    own.get("is_synthetic") == Some(&Value::Bool(true))
        || own.get("blanket_impl").is_some_and(|blanket| !blanket.is_null())
}

/// Returns the item's name; for an implementation, the names of the types that it is for.
fn place(item: &Value, inner: &Map<String, Value>, index: &Map<String, Value>) -> String {
    if let Some(own) = inner.get("impl") {
        let mut ids = BTreeSet::new();
        types(own.get("for").unwrap_or(&Value::Null), &mut ids);
        let name = |id: u64| index.get(&id.to_string())?.get("name")?.as_str();
        return format!("impl {}", ids.into_iter().filter_map(name).collect::<Vec<_>>().join(" "));
    }
    item.get("name").and_then(Value::as_str).unwrap_or("?").to_owned()
}

/// Collects the ids of all types and traits in a signature: rustdoc writes them as a path with an
/// id.
fn types(value: &Value, ids: &mut BTreeSet<u64>) {
    match value {
        Value::Object(map) => {
            if let (Some(_), Some(id)) = (map.get("path"), map.get("id").and_then(Value::as_u64)) {
                ids.insert(id);
            }
            map.values().for_each(|value| types(value, ids));
        }
        Value::Array(values) => values.iter().for_each(|value| types(value, ids)),
        _ => {}
    }
}
