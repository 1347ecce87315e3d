//! Runs the fault matrix over real sockets, prints it, and publishes it as data for other
//! languages.

use std::fs;

use serde_json::Value;

use crate::process::{Outcome, cargo_all, root, say, target};

const MATRIX: &str = "vectors/faults/matrix.json";

/// Runs the matrix, prints the results, and publishes them.
pub(crate) fn run() -> Outcome {
    let seen = seen()?;
    print(&seen)?;
    fs::create_dir_all(root().join("vectors/faults"))?;
    fs::write(root().join(MATRIX), &seen)?;
    say(&format!("written to {MATRIX}"));
    Ok(())
}

/// Fails if the published results are not current.
pub(crate) fn check() -> Outcome {
    if fs::read_to_string(root().join(MATRIX)).ok().as_ref() != Some(&seen()?) {
        return Err(format!("{MATRIX} is not current: run cargo xtask faults").into());
    }
    say(&format!("{MATRIX}: current"));
    Ok(())
}

fn seen() -> Outcome<String> {
    let file = target()?.join("faults.json");
    cargo_all("test --quiet", "--test suite faults::").env("FAULTS_OUT", &file.to_string_lossy()).run()?;
    Ok(fs::read_to_string(file)?)
}

/// Prints one line per fault: attempts and effect for read-only, idempotent and unsafe commands.
fn print(seen: &str) -> Outcome {
    let cells: Vec<Value> = serde_json::from_str(seen)?;
    let text = |cell: &Value, key: &str| cell.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    say(&format!(
        "{:<46} {:<14} {:<30} {:<30} {:<30} {:<30}",
        "fault", "kind", "hyper", "reqwest", "ureq", "tower, unclassified"
    ));
    for row in cells.chunk_by(|one, next| one.get("fault") == next.get("fault")) {
        let Some(first) = row.first() else { continue };
        let adapters = row.chunks(3).map(|cells| {
            let end = |cell: &Value| {
                let attempts = cell.get("attempts").and_then(Value::as_u64).unwrap_or_default();
                format!("{attempts} {}", text(cell, "effect"))
            };
            format!("{:<30}", cells.iter().map(end).collect::<Vec<_>>().join(", "))
        });
        let adapters = adapters.collect::<Vec<_>>().join(" ");
        say(&format!("{:<46} {:<14} {adapters}", text(first, "fault"), text(first, "kind")));
    }
    Ok(())
}
