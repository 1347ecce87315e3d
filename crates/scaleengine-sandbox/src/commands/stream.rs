//! Live streams.

use serde_json::Value;

use super::{Context, Outcome, one};
use crate::state::Fields;
use crate::streams::LiveStream;

const NOT_LIVE: &str = "Stream is not live";

pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    match command {
        "active" => Ok(one("streams", live(context))),
        "close" => {
            let request = &context.request;
            let name = || LiveStream::new(request.text("app"), request.text("inst"), request.text("stream"));
            let id = if request.has("stream_id") {
                Some(request.id("stream_id"))
            } else {
                let name = name();
                context.state.streams.find(|own| own.name == name)
            };
            let done = id.is_some_and(|id| context.state.close(id, context.now));
            context.done(done, NOT_LIVE)
        }
        "details" => match live(context).into_iter().next() {
            None => context.missing(NOT_LIVE),
            Some(stream) => Ok(one("stream", stream)),
        },
        _ => Ok(Fields::new()),
    }
}

fn live(context: &Context<'_>) -> Vec<Value> {
    let streams = context.state.streams.iter().map(|(id, own)| own.shown(id));
    let wanted =
        |own: &Value| own.as_object().is_some_and(|own| context.request.agree(own, &["app", "inst", "stream"]));
    streams.filter(wanted).collect()
}
