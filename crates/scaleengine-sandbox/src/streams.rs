//! The streams that are live.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

/// A stream by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LiveStream {
    pub(crate) app: String,
    pub(crate) inst: String,
    pub(crate) stream: String,
}

impl LiveStream {
    /// A stream of an instance of an application.
    #[must_use]
    pub fn new(app: impl Into<String>, inst: impl Into<String>, stream: impl Into<String>) -> Self {
        Self { app: app.into(), inst: inst.into(), stream: stream.into() }
    }
}

/// The live streams by their ids.
pub(crate) struct Streams(Mutex<BTreeMap<i64, LiveStream>>);

impl Streams {
    /// The documentation's example stream, with its example id.
    pub(crate) fn seeded() -> Self {
        let demo = LiveStream::new("demo-origin", "live", "my_live_stream");
        Self(Mutex::new(BTreeMap::from([(1000, demo)])))
    }

    pub(crate) fn publish(&self, stream: LiveStream) -> i64 {
        let mut live = self.live();
        if let Some((id, _)) = live.iter().find(|(_, own)| **own == stream) {
            return *id;
        }
        let id = live.last_key_value().map_or(1000, |(last, _)| last + 1);
        live.insert(id, stream);
        id
    }

    pub(crate) fn is_live(&self, stream: &LiveStream) -> bool {
        self.live().values().any(|own| own == stream)
    }

    /// The streams that are wanted, each by what a request calls its parts.
    pub(crate) fn list(&self, wanted: impl Fn(&Map<String, Value>) -> bool) -> Vec<Value> {
        let live = self.live();
        let fields = live.iter().map(|(id, LiveStream { app, inst, stream })| {
            json!({ "stream_id": id, "app": app, "inst": inst, "stream": stream })
        });
        fields.filter(|fields| fields.as_object().is_some_and(&wanted)).collect()
    }

    /// Whether there was a stream to close.
    pub(crate) fn close(&self, stream: &LiveStream) -> bool {
        let mut live = self.live();
        let before = live.len();
        live.retain(|_, own| own != stream);
        live.len() < before
    }

    /// Whether there was a stream to close.
    pub(crate) fn close_id(&self, id: i64) -> bool {
        self.live().remove(&id).is_some()
    }

    /// Each change is one step, so what a panicking thread left behind is whole.
    fn live(&self) -> MutexGuard<'_, BTreeMap<i64, LiveStream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
