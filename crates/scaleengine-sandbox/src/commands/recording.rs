//! Recordings of live streams. A `*` in the name of the stream stands for any characters.

use serde_json::Value;

use super::{Context, Outcome, one, with_id};
use crate::state::Fields;

const NOT_RECORDED: &str = "No such recording";

pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    let request = &context.request;
    let (app, stream) = (request.text("app"), request.text("stream"));
    let mut fields = request.all();
    match command {
        "start" => {
            fields.extend([("active".to_owned(), Value::from(true)), ("part".to_owned(), Value::from(1))]);
            let id = context.state.recordings.add(fields);
            Ok(one("recording_id", id))
        }
        "split" | "stop" => {
            let open = |own: &Fields| own.get("active") == Some(&Value::from(true)) && is(own, "app", &app);
            let wanted = |own: &Fields| open(own) && own.get("stream").is_some_and(|own| matches(&stream, own));
            let ids = context.state.recordings.iter().filter(|(_, own)| wanted(own)).map(|(id, _)| id);
            let ids: Vec<i64> = ids.collect();
            let mut shown = Vec::new();
            for id in &ids {
                let Some(own) = context.state.recordings.get_mut(*id) else { continue };
                if command == "stop" {
                    own.insert("active".into(), false.into());
                } else {
                    let part = own.get("part").and_then(Value::as_i64).unwrap_or(1);
                    own.insert("part".into(), (part + 1).into());
                }
                shown.push(with_id("recording_id", *id, own));
            }
            if ids.is_empty() { context.missing(NOT_RECORDED) } else { Ok(one("recordings", shown)) }
        }
        _ => Ok(Fields::new()),
    }
}

fn is(own: &Fields, name: &str, text: &str) -> bool {
    own.get(name).and_then(Value::as_str) == Some(text)
}

/// Returns whether a name that may contain `*` matches the stream of a recording.
fn matches(pattern: &str, own: &Value) -> bool {
    let own = own.as_str().unwrap_or_default();
    pattern == own || crate::pattern::matches(pattern, own)
}
