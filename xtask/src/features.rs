//! The combinations of features that people use, each built by itself.

use crate::process::{Outcome, cargo};

const COMBINATIONS: [(&str, &str); 9] = [
    ("scaleengine", ""),
    ("scaleengine", "reqwest"),
    ("scaleengine", "ureq"),
    ("scaleengine", "tower"),
    ("scaleengine", "reqwest,ureq"),
    ("scaleengine", "reqwest,tracing"),
    ("scaleengine", "reqwest,ureq,tower,tracing,test-util"),
    ("scaleengine-http", ""),
    ("scaleengine-http", "test-util"),
];

pub(crate) fn run() -> Outcome {
    for (package, features) in COMBINATIONS {
        let features = if features.is_empty() { String::new() } else { format!(" --features {features}") };
        cargo(&format!("check --quiet -p {package} --no-default-features{features}")).run()?;
    }
    Ok(())
}
