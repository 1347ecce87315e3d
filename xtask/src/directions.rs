//! Checks the dependencies between crates, as described in `docs/architecture.md`.

use std::collections::BTreeSet;

use crate::imports;
use crate::process::{Outcome, cargo, root, say};

/// For each crate and choice of features: the workspace crates that it may depend on, and the
/// packages that must not be in its dependency tree.
const RULES: [(&str, &str, &[&str], &[&str]); 14] = [
    ("scaleengine-macros", "--all-features", &[], &["serde"]),
    ("scaleengine-proto", "--all-features", &["scaleengine-macros"], &["hmac", "sha2", "http", "tokio"]),
    (
        "scaleengine-sign",
        "--all-features",
        &["scaleengine-proto", "scaleengine-macros"],
        &["http", "hyper", "reqwest", "tokio", "rustls"],
    ),
    (
        "scaleengine-http",
        "--no-default-features",
        &["scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["reqwest", "hyper", "tokio", "rustls", "ring"],
    ),
    (
        "scaleengine-http",
        "--features reqwest,tower,test-server",
        &["scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["aws-lc-rs", "native-tls", "openssl"],
    ),
    (
        "scaleengine-http",
        "--features test-util",
        &["scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["rcgen", "rustls", "tokio", "socket2"],
    ),
    (
        "scaleengine-http",
        "--features hyper,ureq,tracing,ring",
        &["scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["reqwest", "aws-lc-rs", "native-tls", "openssl", "webpki-roots"],
    ),
    (
        "scaleengine-config",
        "",
        &["scaleengine-http", "scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["clap", "tokio", "hyper", "rustls", "scaleengine"],
    ),
    (
        "scaleengine",
        "--no-default-features --features config",
        &["scaleengine-config", "scaleengine-http", "scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["clap", "tokio", "hyper", "rustls"],
    ),
    // With the default features.
    (
        "scaleengine",
        "",
        &["scaleengine-http", "scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["reqwest", "ureq", "ring", "native-tls", "openssl", "webpki-roots", "scaleengine-sandbox"],
    ),
    (
        "scaleengine",
        "--no-default-features --features reqwest,tower",
        &["scaleengine-http", "scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["rustls", "aws-lc-rs", "ring", "native-tls", "openssl"],
    ),
    (
        "scaleengine-sandbox",
        "--all-features",
        &["scaleengine-sign", "scaleengine-proto", "scaleengine-macros"],
        &["reqwest", "rustls", "scaleengine-http"],
    ),
    (
        "scaleengine-cli",
        "--all-features",
        &[
            "scaleengine",
            "scaleengine-sandbox",
            "scaleengine-config",
            "scaleengine-http",
            "scaleengine-sign",
            "scaleengine-proto",
            "scaleengine-macros",
        ],
        &["aws-lc-rs", "native-tls", "openssl"],
    ),
    ("xtask", "--all-features", &[], &["scaleengine-proto"]),
];

pub(crate) fn run() -> Outcome {
    for (name, features, allowed, forbidden) in RULES {
        let direct = tree(name, features, "--depth 1")?;
        for dependency in
            direct.iter().filter(|dependency| dependency.starts_with("scaleengine") && *dependency != name)
        {
            if !allowed.contains(&dependency.as_str()) {
                return Err(format!("{name} must not depend on {dependency}").into());
            }
        }
        let all = tree(name, features, "--target all")?;
        if let Some(found) = forbidden.iter().find(|package| all.contains(**package)) {
            return Err(format!("{name} ({features}) must not have {found} in its tree").into());
        }
        say(&format!("{name} ({features}): {} packages, as allowed", all.len()));
    }
    one_version_of_what_shows()?;
    reasons()?;
    imports::run()
}

/// Returns the packages in a crate's dependency tree, including itself, without build and dev
/// dependencies.
fn tree(name: &str, features: &str, depth: &str) -> Outcome<BTreeSet<String>> {
    let output =
        cargo(&format!("tree -p {name} {features} -e normal --prefix none --format {{p}} {depth}")).output()?;
    let packages: BTreeSet<_> = output
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    if packages.contains(name) { Ok(packages) } else { Err(format!("cargo tree does not show {name}").into()) }
}

/// Checks that `Cargo.lock` contains one version of each package that is in public signatures or
/// provides TLS. Two versions would be two types, or two providers.
fn one_version_of_what_shows() -> Outcome {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))?;
    for package in ["bytes", "http", "ring", "rustls", "serde", "serde_json"] {
        let count = lock.matches(&format!("name = \"{package}\"\n")).count();
        if count != 1 {
            return Err(format!("{package} is {count} times in Cargo.lock instead of once").into());
        }
    }
    Ok(())
}

/// Checks that `docs/dependencies.md` lists each dependency of the workspace.
fn reasons() -> Outcome {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml"))?;
    let reasons = std::fs::read_to_string(root().join("docs/dependencies.md"))?;
    let (_, table) =
        manifest.split_once("[workspace.dependencies]\n").ok_or("Cargo.toml has no [workspace.dependencies]")?;
    let table = table.split("\n[").next().unwrap_or_default();
    let names = table.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let mut missing =
        names.filter(|name| !name.starts_with("scaleengine") && !reasons.contains(&format!("| {name} |")));
    match missing.next() {
        Some(name) => Err(format!("docs/dependencies.md does not list {name}: add its purpose and reason").into()),
        None => Ok(()),
    }
}
