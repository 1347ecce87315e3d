//! The event log of the origin server.

use std::collections::VecDeque;

use scaleengine_proto::UnixTime;
use serde::{Deserialize, Serialize};

use crate::streams::LiveStream;

/// The number of events kept. **Chosen.**
const KEPT: usize = 10_000;

/// One event.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    time: i64,
    #[serde(rename = "event")]
    what: String,
    #[serde(flatten)]
    pub(crate) stream: LiveStream,
}

/// The events, newest first.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Events(VecDeque<Event>);

impl Events {
    pub(crate) fn add(&mut self, what: &str, stream: &LiveStream, now: UnixTime) {
        self.0.truncate(KEPT - 1);
        self.0.push_front(Event { time: now.0, what: what.to_owned(), stream: stream.clone() });
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Event> {
        self.0.iter()
    }
}
