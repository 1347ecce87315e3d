//! What each command does once its request has passed the checks.

use scaleengine_proto::Spec;
use scaleengine_sign::{Json, Received};

use crate::answer::Failure;
use crate::streams::{LiveStream, Streams};

pub(crate) fn execute(spec: &Spec, request: &Received, streams: &Streams) -> Result<(), Failure> {
    match spec.name {
        "stream.close" => close(request, streams),
        // Checked, and answered with the bare envelope: the sandbox has nothing that the other commands could act on.
        _ => Ok(()),
    }
}

/// That a stream which is not live is a failure without a code is **assumed**.
fn close(request: &Received, streams: &Streams) -> Result<(), Failure> {
    let text = |name: &str| match request.get(name) {
        Some(Json::Text(text)) => text.clone(),
        Some(Json::Int(int)) => int.to_string(),
        _ => String::new(),
    };
    let closed = match request.get("stream_id") {
        None => streams.close(&LiveStream::new(text("app"), text("inst"), text("stream"))),
        Some(Json::Int(id)) => streams.close_id(*id),
        // As a text too: other commands' examples send ids so.
        Some(_) => text("stream_id").parse().is_ok_and(|id| streams.close_id(id)),
    };
    if closed { Ok(()) } else { Err(Failure::without_code("Stream is not live")) }
}
