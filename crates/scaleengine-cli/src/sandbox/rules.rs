//! `sandbox rules`: what the sandbox keeps to, and how well that is known.

use std::process::ExitCode;

use scaleengine_sandbox::Rule;
use serde_json::{Value, json};

use crate::output::{self, Format};

pub(crate) fn run(format: Format) -> ExitCode {
    output::list("rules", Rule::ALL.iter().copied(), human, data, format)
}

fn human(rule: Rule) -> String {
    format!("{:<20} {:<10}  {} ({})", rule.id(), rule.confidence().to_string(), rule.what(), rule.source())
}

fn data(rule: Rule) -> Value {
    let confidence = rule.confidence().to_string();
    json!({ "id": rule.id(), "what": rule.what(), "confidence": confidence, "source": rule.source() })
}
