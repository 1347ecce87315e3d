//! Fuzzes the decoders of untrusted bytes.

use crate::process::{Outcome, program, root, target};

const TARGETS: [&str; 3] = ["text", "form", "body"];

/// Runs each target for the given number of seconds. Needs cargo-fuzz.
pub(crate) fn run_for(seconds: u32) -> Outcome {
    let folder = target()?.join("fuzz").to_string_lossy().into_owned();
    // Use the dependency versions of the workspace.
    std::fs::copy(root().join("Cargo.lock"), root().join("xtask/fuzz/Cargo.lock"))?;
    for target in TARGETS {
        let limit = format!("-max_total_time={seconds}");
        let args = [
            "fuzz",
            "run",
            "--fuzz-dir",
            "xtask/fuzz",
            "--sanitizer",
            "none",
            "--target-dir",
            &folder,
            target,
            "--",
            "-max_len=4096",
            &limit,
        ];
        // Without a sanitizer, a stable compiler is enough if unstable options are allowed.
        let fuzz = program("cargo", args).env("RUSTC_BOOTSTRAP", "1").run();
        fuzz.map_err(|error| format!("{error}; run cargo install cargo-fuzz"))?;
    }
    Ok(())
}
