//! The public API of a crate as text, one line per item. `public-api` renders rustdoc's JSON; this
//! file adds details that it omits and removes differences that do not concern users.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use public_api::rustdoc_types::FORMAT_VERSION;
use public_api::{Builder, PublicItem};
use serde_json::Value;

use crate::process::Outcome;

/// The shortest public path of each item, by the path of its definition.
pub(crate) type PublicPaths = BTreeMap<Vec<String>, Vec<String>>;

/// Fails unless rustdoc writes the format that `public-api` reads. The library itself does not
/// compare them: it ignores a new field, and the snapshot would lack it without an error.
pub(crate) fn check_format(json: &Value) -> Outcome {
    match json.get("format_version").and_then(Value::as_u64) {
        Some(format) if format == u64::from(FORMAT_VERSION) => Ok(()),
        format => Err(format!(
            "rustdoc of this toolchain writes JSON format {}, but public-api reads {FORMAT_VERSION}: change the \
             version of public-api in Cargo.toml, or use the toolchain named there",
            format.map_or_else(|| "(none)".to_owned(), |format| format.to_string())
        )
        .into()),
    }
}

/// Adds the public paths of a crate. Signatures in other crates show these, since rustdoc's paths
/// contain private modules, and moving an item between them is not a change of the API.
pub(crate) fn collect_public_paths(json: &Value, public: &mut PublicPaths) {
    let Some(root) = json.get("root").and_then(Value::as_u64) else { return };
    let mut modules = vec![(root, definition(json, root).unwrap_or_default())];
    let mut seen = BTreeSet::new();
    while let Some((module, path)) = modules.pop() {
        // A module can contain a `pub use` of a module that contains it.
        if !seen.insert(module) {
            continue;
        }
        let items = inner(json, module, "module").and_then(|module| module.get("items")?.as_array());
        for item in items.into_iter().flatten().filter_map(Value::as_u64) {
            let used = inner(json, item, "use");
            let target = used.map_or(Some(item), |used| used.get("id")?.as_u64());
            let name = used.or_else(|| json.get("index")?.get(item.to_string())).and_then(|named| named.get("name"));
            let (Some(target), Some(name)) = (target, name.and_then(Value::as_str)) else { continue };
            let Some(definition) = definition(json, target) else { continue };
            let path = [path.as_slice(), &[name.to_owned()]].concat();
            modules.push((target, path.clone()));
            let shown = public.entry(definition).or_insert_with(|| path.clone());
            if (path.len(), &path) < (shown.len(), shown) {
                *shown = path;
            }
        }
    }
}

/// Renders a crate, sorted by path within each kind of item. An implementation follows its type.
pub(crate) fn render(mut json: Value, public: &PublicPaths, file: &Path) -> Outcome<String> {
    for item in json.get_mut("paths").and_then(Value::as_object_mut).ok_or("rustdoc's JSON has no paths")?.values_mut()
    {
        let Some(path) = item.get_mut("path") else { continue };
        if let Some(shown) = public.get(&strings(path)) {
            *path = shown.clone().into();
        }
    }
    // The library can only read files.
    fs::write(file, json.to_string())?;
    let api = Builder::from_rustdoc_json(file).omit_blanket_impls(true).omit_auto_trait_impls(true).build()?;
    let (mut text, mut seen) = (String::new(), BTreeSet::new());
    for line in api.items().filter_map(|item| line(&json, item)) {
        // The library lists an implementation of a trait twice: with the trait and with the type.
        if seen.insert(line.clone()) {
            writeln!(text, "{line}")?;
        }
    }
    Ok(text)
}

/// Renders an item, or returns `None` if another line shows it.
fn line(json: &Value, item: &PublicItem) -> Option<String> {
    let id = u64::from(item.id().0);
    let parent = |kind| inner(json, u64::from(item.parent_id()?.0), kind);
    let function = inner(json, id, "function");
    // The line of the trait shows the signature.
    if function.is_some() && parent("impl").is_some_and(|parent| parent.get("trait").is_some_and(Value::is_object)) {
        return None;
    }
    // The library omits the source of an item that another crate defines.
    if let Some(source) = inner(json, id, "use").and_then(|used| used.get("source")?.as_str()) {
        return Some(format!("{item} = {source}"));
    }
    // Making a provided function required breaks implementations, but the library renders both
    // alike.
    let provided = function.is_some_and(|own| own.get("has_body") == Some(&Value::Bool(true)));
    Some(if provided && parent("trait").is_some() { format!("{item} {{ .. }}") } else { item.to_string() })
}

/// Returns the data of an item, or `None` if it is of another kind.
fn inner<'a>(json: &'a Value, id: u64, kind: &str) -> Option<&'a Value> {
    json.get("index")?.get(id.to_string())?.get("inner")?.get(kind)
}

/// Returns the path of an item's definition, or `None` if another crate defines it.
fn definition(json: &Value, id: u64) -> Option<Vec<String>> {
    let item = json.get("paths")?.get(id.to_string())?;
    (item.get("crate_id")?.as_u64() == Some(0)).then(|| item.get("path").map(strings))?
}

fn strings(path: &Value) -> Vec<String> {
    path.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
