//! Type checks for platforms whose standard library rustup has not installed. That library is also
//! checked, from source, with the compiler of Debian's packages, because compiler and source must
//! have the same version.

use std::path::Path;

use crate::process::{Outcome, cargo, program, say, target};

const COMPILER: &str = "/usr/bin/rustc";
/// The folder in which cargo looks for the source of that compiler's standard library.
const LIBRARY: &str = "/usr/lib/rustlib/src/rust/library";
/// The check builds the C code of ring.
const C_COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The platforms, each with a package that must compile there.
const CHECKS: [(&str, &str); 6] = [
    ("wasm32-unknown-unknown", "scaleengine-proto"),
    ("wasm32-unknown-unknown", "scaleengine-sign"),
    ("wasm32-unknown-unknown", "scaleengine-sign --features explain"),
    ("wasm32-unknown-unknown", "scaleengine-http"),
    ("wasm32-unknown-unknown", "scaleengine --no-default-features"),
    ("x86_64-pc-windows-gnu", "scaleengine-cli"),
];

/// Runs each check; a warning fails it.
pub(crate) fn run() -> Outcome {
    let needed = |package: &str| format!("run apt-get install {package}");
    let version = program(COMPILER, ["--version"]).output();
    let version = version.map_err(|error| format!("{error}; {}", needed("rustc-web")))?;
    if !Path::new(LIBRARY).join("Cargo.lock").exists() {
        return Err(format!("{LIBRARY} is missing; {}", needed("rust-web-src")).into());
    }
    let found = program(C_COMPILER, ["--version"]).quietly();
    found.map_err(|error| format!("{error}; {}", needed("gcc-mingw-w64-x86-64")))?;
    say(&format!("{COMPILER}: {}", version.trim()));
    for (platform, package) in CHECKS {
        cargo(&format!("check --quiet --locked -Zbuild-std --target {platform} -p {package}"))
            .env("CARGO_TARGET_DIR", &target()?.join("cross").to_string_lossy())
            .env("RUSTC", COMPILER)
            .env("RUSTC_BOOTSTRAP", "1") // for -Z
            .env("RUSTFLAGS", "-D warnings")
            .run()?;
    }
    Ok(())
}
