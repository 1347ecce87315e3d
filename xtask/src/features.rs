//! Checks common combinations of features, each by itself.

use crate::process::{Outcome, cargo};

/// The combinations that other tasks do not build. Tests and lints build all features and no
/// features; `neighbors` builds the default features.
const COMBINATIONS: [(&str, &str); 10] = [
    ("scaleengine", "hyper"),
    ("scaleengine", "hyper,ring,tracing"),
    ("scaleengine", "ureq,ring"),
    ("scaleengine", "reqwest"),
    ("scaleengine", "tower"),
    ("scaleengine", "config"),
    ("scaleengine-proto", ""),
    ("scaleengine-sign", ""),
    ("scaleengine-http", "test-util"),
    ("scaleengine-http", "test-server"),
];

pub(crate) fn run() -> Outcome {
    for (package, features) in COMBINATIONS {
        let features = if features.is_empty() { String::new() } else { format!(" --features {features}") };
        // With clippy, so that a warning in only one combination fails too.
        cargo(&format!("clippy --quiet -p {package} --no-default-features{features} -- -D warnings")).run()?;
    }
    Ok(())
}
