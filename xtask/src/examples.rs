//! Runs the example programs. Each starts its own server, if it needs one, and ends by itself.

use std::fs;

use crate::process::{Outcome, cargo_all, program, root, say, target};

pub(crate) fn run() -> Outcome {
    // `test` has built them already, with the same features.
    cargo_all("build", "--quiet --examples").run()?;
    for entry in fs::read_dir(root().join("crates/scaleengine/examples"))? {
        let path = entry?.path();
        let Some(name) = path.file_stem() else { continue };
        let binary = target()?.join("debug/examples").join(name);
        say(&format!("$ {}", binary.display()));
        // A program that hangs fails after 60 s.
        let args = ["60".into(), binary.into_os_string()];
        program("timeout", args).quietly()?;
    }
    Ok(())
}
