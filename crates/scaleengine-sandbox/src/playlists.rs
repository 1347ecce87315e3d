//! The playlists, which the API calls channels; in the shape in which the vendor's Perl client has seen them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

/// The playlists by their ids, each with the parameters that it was made with.
pub(crate) struct Playlists(Mutex<BTreeMap<i64, Map<String, Value>>>);

impl Playlists {
    /// The documentation's example.
    pub(crate) fn seeded() -> Self {
        let example = json!({
            "app": "jb-chorigin",
            "name": "My first playlist",
            "stream": "my_channel_stream_name",
            "active": 0,
            "metadata": 0,
            "scheduled": "2014-10-13 15:00:00",
        });
        let Value::Object(example) = example else { return Self(Mutex::default()) };
        Self(Mutex::new(BTreeMap::from([(1000, example)])))
    }

    /// Adds a playlist, and gives its id.
    pub(crate) fn add(&self, mut fields: Map<String, Value>) -> i64 {
        let mut playlists = self.playlists();
        let id = playlists.last_key_value().map_or(1000, |(last, _)| last + 1);
        // That what is not sent is 0 is assumed.
        fields.entry("metadata").or_insert(Value::from(0));
        playlists.insert(id, fields);
        id
    }

    /// Changes a playlist, or with nothing to change looks whether there is one of this id.
    pub(crate) fn update(&self, id: i64, fields: Map<String, Value>) -> bool {
        self.playlists().get_mut(&id).map(|playlist| playlist.extend(fields)).is_some()
    }

    /// Copies a playlist into a new one that is not active, and gives the copy's id.
    pub(crate) fn copy(&self, id: i64, changes: Map<String, Value>) -> Option<i64> {
        let mut copy = self.playlists().get(&id)?.clone();
        copy.extend(changes);
        copy.insert("active".into(), Value::from(0));
        Some(self.add(copy))
    }

    /// The playlists that are wanted.
    pub(crate) fn list(&self, wanted: impl Fn(&Map<String, Value>) -> bool) -> Vec<Value> {
        let playlists = self.playlists();
        let wanted = playlists.iter().filter(|(_, playlist)| wanted(playlist));
        wanted.map(|(id, playlist)| shown(*id, playlist)).collect()
    }

    /// Each change is one step, so what a panicking thread left behind is whole.
    fn playlists(&self) -> MutexGuard<'_, BTreeMap<i64, Map<String, Value>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fields that were seen: what is sent as `name` comes back as `channel_name`.
fn shown(id: i64, playlist: &Map<String, Value>) -> Value {
    let field = |name| playlist.get(name).cloned().unwrap_or_default();
    json!({
        "channel_id": id,
        "channel_name": field("name"),
        "stream": field("stream"),
        "metadata": field("metadata"),
        "scheduled": field("scheduled"),
    })
}
