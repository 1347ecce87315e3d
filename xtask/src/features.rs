//! The combinations of features that people use, each built by itself.

use crate::process::{Outcome, cargo};

/// Beside what tests and lints are built with: everything, and nothing. The default is built beside the neighbors.
const COMBINATIONS: [(&str, &str); 9] = [
    ("scaleengine", "hyper"),
    ("scaleengine", "hyper,ring,tracing"),
    ("scaleengine", "ureq,ring"),
    ("scaleengine", "reqwest"),
    ("scaleengine", "tower"),
    ("scaleengine-proto", ""),
    ("scaleengine-sign", ""),
    ("scaleengine-http", "test-util"),
    ("scaleengine-http", "test-server"),
];

pub(crate) fn run() -> Outcome {
    for (package, features) in COMBINATIONS {
        let features = if features.is_empty() { String::new() } else { format!(" --features {features}") };
        // By clippy, so that a warning of one combination alone fails too.
        cargo(&format!("clippy --quiet -p {package} --no-default-features{features} -- -D warnings")).run()?;
    }
    Ok(())
}
