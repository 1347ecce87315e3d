//! The matrix of faults: run over real sockets, printed, and published as data for other languages.

use std::fs;

use serde_json::Value;

use crate::process::{Outcome, cargo_all, root, say, target};

const MATRIX: &str = "vectors/faults/matrix.json";

/// Runs the matrix, prints what was seen, and writes it to where it is published.
pub(crate) fn run() -> Outcome {
    let seen = seen()?;
    print(&seen)?;
    fs::create_dir_all(root().join("vectors/faults"))?;
    fs::write(root().join(MATRIX), &seen)?;
    say(&format!("written to {MATRIX}"));
    Ok(())
}

/// Fails where what is published is not what is seen now.
pub(crate) fn check() -> Outcome {
    if fs::read_to_string(root().join(MATRIX)).ok().as_ref() != Some(&seen()?) {
        return Err(format!("{MATRIX} is not what is seen: cargo xtask faults").into());
    }
    say(&format!("{MATRIX} is what is seen"));
    Ok(())
}

fn seen() -> Outcome<String> {
    let file = target()?.join("faults.json");
    cargo_all("test --quiet", "--test suite faults::").env("FAULTS_OUT", &file.to_string_lossy()).run()?;
    Ok(fs::read_to_string(file)?)
}

/// One line a fault: attempts and effect for commands that read, are idempotent, and are unsafe.
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
