//! The event log of the origin server.

use serde_json::{Value, json};

use super::{Context, Outcome, one};
use crate::state::Fields;

/// The default of `limit`. **Assumed.**
const LIMIT: usize = 100;

#[expect(clippy::unnecessary_wraps, reason = "same signature in every family")]
pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    let (request, state) = (&context.request, &context.state);
    let count = |name: &str, otherwise: usize| request.text(name).parse().unwrap_or(otherwise);
    match command {
        "origin" => {
            let events = state.events.iter().filter_map(|event| {
                let own = json!(event);
                own.as_object().is_some_and(|own| request.agree(own, &["app", "stream"])).then_some(own)
            });
            let shown: Vec<Value> = events.skip(count("offset", 0)).take(count("limit", LIMIT)).collect();
            Ok(one("events", shown))
        }
        _ => Ok(Fields::new()),
    }
}
