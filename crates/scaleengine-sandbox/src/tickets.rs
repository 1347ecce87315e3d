//! The viewing tickets that were made, in the shape in which clients have seen them: every value a text.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scaleengine_proto::UnixTime;
use scaleengine_proto::param::DateTime;
use serde_json::{Map, Value, json};

/// What a ticket is made with.
pub(crate) struct Wanted {
    pub(crate) app: String,
    pub(crate) video: String,
    pub(crate) pass: String,
    pub(crate) ip: String,
    pub(crate) uses: String,
}

/// The tickets by their keys.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<BTreeMap<String, Map<String, Value>>>);

impl Tickets {
    /// Makes a ticket, and gives its fields.
    pub(crate) fn issue(&self, wanted: &Wanted, now: UnixTime) -> Map<String, Value> {
        let mut tickets = self.tickets();
        // As the keys that were seen: the video with `_` for `*`, hex digits, decimal digits.
        let video = wanted.video.replace(['*', '/', '|'], "_");
        let key = format!("{video}.{:014x}.{:08}", now.0, tickets.len() + 1);
        let ticket = json!({
            "key": key,
            "pass": wanted.pass,
            "app": wanted.app,
            "video": wanted.video,
            "ip": wanted.ip,
            "uses": wanted.uses,
            "active": "1",
            "created_date": DateTime::from_unix(now).map(|time| time.to_string()),
            "used_date": "0000-00-00 00:00:00",
        });
        let Value::Object(ticket) = ticket else { return Map::new() };
        tickets.insert(key, ticket.clone());
        ticket
    }

    /// The fields of a ticket.
    pub(crate) fn find(&self, key: &str) -> Option<Map<String, Value>> {
        self.tickets().get(key).cloned()
    }

    /// Ends a ticket; whether there is one of this key.
    pub(crate) fn revoke(&self, key: &str) -> bool {
        let mut tickets = self.tickets();
        let ticket = tickets.get_mut(key);
        ticket.map(|ticket| ticket.insert("active".into(), "0".into())).is_some()
    }

    /// Each change is one step, so what a panicking thread left behind is whole.
    fn tickets(&self) -> MutexGuard<'_, BTreeMap<String, Map<String, Value>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
