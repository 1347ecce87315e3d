//! Compares our code with real PHP: both sign the same parameters, and both read the same JSON.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::process::{Outcome, cargo, program, target};

/// The sandbox's secret, which the vectors and the snapshots are signed with.
const SECRET: &str = include_str!("../../vectors/by-name/secret.txt");

/// The snapshots of signed payloads.
const SNAPSHOTS: &str = "crates/scaleengine-sign/tests/suite/snapshots";

/// Runs the full comparison.
pub(crate) fn run() -> Outcome {
    run_cases(20_000)?;
    forms(2_000)
}

/// Runs the comparison with fewer cases, in seconds.
pub(crate) fn check() -> Outcome {
    compare(&built("cases")?, 3_000)?;
    forms(200)
}

/// Compares the form reader with PHP's own web server: every named deviation by itself, and `count`
/// random ones.
pub(crate) fn forms(count: u32) -> Outcome {
    let forms = built("forms")?;
    let args = ["xtask/src/form.php", "--cases", &count.to_string()].map(str::to_owned);
    program(forms, args).run()
}

/// Builds a program with the features of the tests, and returns its path.
fn built(name: &str) -> Outcome<PathBuf> {
    let packages = "-p scaleengine-macros -p scaleengine-proto -p scaleengine-sign -p conformance --all-features";
    cargo(&format!("build --quiet {packages} --bin {name}")).run()?;
    Ok(target()?.join("debug").join(name))
}

/// Compares `count` cases; optimized, because generating them takes longer than checking them.
pub(crate) fn run_cases(count: u32) -> Outcome {
    cargo("build --quiet --release -p conformance --bin cases").run()?;
    compare(&target()?.join("release/cases"), count)
}

fn compare(cases: &Path, count: u32) -> Outcome {
    // Fail without PHP rather than check nothing.
    program("php", ["--version"]).output().map_err(|error| format!("{error}; install php-cli"))?;

    let mut ours = program(cases, [count.to_string()]).into_command().stdout(Stdio::piped()).spawn()?;
    let cases = ours.stdout.take().ok_or("the stdout of the generator cannot be read")?;
    let args = ["xtask/src/conformance.php", SECRET, &count.to_string(), SNAPSHOTS];
    let compared = program("php", args).stdin(cases).run();
    let written = ours.wait()?;
    compared?;
    if !written.success() {
        return Err("the generator of the cases failed".into());
    }
    program("php", ["xtask/src/by_hand.php", SECRET, SNAPSHOTS]).run()?;
    vectors("check")
}

/// Writes the vectors of every declared command.
pub(crate) fn write_vectors() -> Outcome {
    vectors("write")
}

fn vectors(mode: &str) -> Outcome {
    program("php", ["xtask/src/vectors.php", SECRET, SNAPSHOTS, "vectors/commands", mode]).run()
}
