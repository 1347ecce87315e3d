//! `sandbox rules`: what the sandbox keeps to, and how well that is known.

use std::process::ExitCode;

use scaleengine_sandbox::Rule;
use serde_json::{Value, json};

use crate::output::{self, Format};

pub(crate) fn run(format: Format) -> ExitCode {
    let rules = Rule::ALL.iter().copied();
    let text: String = match format {
        Format::Human => rules.map(human).collect(),
        Format::Json => {
            format!("{}\n", json!({ "schema": "scaleengine/1", "rules": rules.map(data).collect::<Vec<_>>() }))
        }
        Format::JsonLines => rules.map(|rule| format!("{}\n", data(rule))).collect(),
    };
    output::data(text.as_bytes())
}

fn human(rule: Rule) -> String {
    format!("{:<20} {:<10}  {} ({})\n", rule.id(), rule.confidence().to_string(), rule.what(), rule.source())
}

fn data(rule: Rule) -> Value {
    let confidence = rule.confidence().to_string();
    json!({ "id": rule.id(), "what": rule.what(), "confidence": confidence, "source": rule.source() })
}
