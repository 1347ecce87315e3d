//! What each command does once its request has passed the checks, and what its answer holds.

use scaleengine_proto::{Spec, UnixTime};
use scaleengine_sign::{Json, Received};
use serde_json::{Map, Value};

use crate::answer::Failure;
use crate::streams::{LiveStream, Streams};
use crate::tickets::{Tickets, Wanted};

/// What the commands act on.
pub(crate) struct Product {
    pub(crate) streams: Streams,
    tickets: Tickets,
}

impl Product {
    pub(crate) fn seeded() -> Self {
        Self { streams: Streams::seeded(), tickets: Tickets::default() }
    }

    /// The fields of the answer beside its envelope. A command that is not named here is checked and answered with the bare
    /// envelope: the shape of its answer was never seen.
    pub(crate) fn execute(
        &self,
        spec: &Spec,
        request: &Received,
        now: UnixTime,
    ) -> Result<Map<String, Value>, Failure> {
        match spec.name {
            "stream.close" => self.close(request),
            "sevu.request" => Ok(self.request_ticket(request, now)),
            "sevu.status" => self.tickets.find(&text(request, "key")).ok_or_else(no_ticket),
            "sevu.revoke" if self.tickets.revoke(&text(request, "key")) => Ok(Map::new()),
            "sevu.revoke" => Err(no_ticket()),
            _ => Ok(Map::new()),
        }
    }

    /// That a stream which is not live is a failure without a code is **assumed**.
    fn close(&self, request: &Received) -> Result<Map<String, Value>, Failure> {
        let closed = match request.get("stream_id") {
            None => {
                let name = |name| text(request, name);
                self.streams.close(&LiveStream::new(name("app"), name("inst"), name("stream")))
            }
            // As a text too: other commands' examples send ids so.
            Some(_) => text(request, "stream_id").parse().is_ok_and(|id| self.streams.close_id(id)),
        };
        if closed { Ok(Map::new()) } else { Err(Failure::without_code("Stream is not live")) }
    }

    fn request_ticket(&self, request: &Received, now: UnixTime) -> Map<String, Value> {
        let text = |name| text(request, name);
        let wanted =
            Wanted { app: text("app"), video: text("video"), pass: text("pass"), ip: text("ip"), uses: text("uses") };
        Map::from_iter([("ticket".to_owned(), Value::Object(self.tickets.issue(&wanted, now)))])
    }
}

/// That an unknown ticket is a failure without a code is **assumed**.
fn no_ticket() -> Failure {
    Failure::without_code("No such ticket")
}

/// A parameter as text.
fn text(request: &Received, name: &str) -> String {
    match request.get(name) {
        Some(Json::Text(text)) => text.clone(),
        Some(Json::Int(int)) => int.to_string(),
        _ => String::new(),
    }
}
