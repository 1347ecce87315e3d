//! `sandbox rules`: lists the rules that the sandbox follows, each with its confidence.

use std::process::ExitCode;

use scaleengine_sandbox::Rule;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{self, Column, Format};

pub(crate) fn run(format: Format) -> Result<ExitCode, Failure> {
    let columns: [Column<Rule>; 4] = [
        ("rule", &|rule| rule.id().to_owned()),
        ("confidence", &|rule| rule.confidence().to_string()),
        ("description", &|rule| rule.what().to_owned()),
        ("source", &|rule| rule.source().to_owned()),
    ];
    output::list("rules", Rule::ALL.iter().copied(), &columns, data, format)
}

fn data(rule: Rule) -> Value {
    let confidence = rule.confidence().to_string();
    json!({ "id": rule.id(), "what": rule.what(), "confidence": confidence, "source": rule.source() })
}
