//! The viewing tickets that were made, in the shape in which clients have seen them: every value a text.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scaleengine_proto::param::DateTime;
use scaleengine_proto::{Param as _, UnixTime};
use serde_json::{Map, Value, json};

/// What a ticket is made with.
pub(crate) struct Wanted {
    pub(crate) app: String,
    pub(crate) video: String,
    pub(crate) pass: String,
    pub(crate) ip: String,
    pub(crate) uses: String,
    pub(crate) expire: String,
}

/// A ticket: the fields that it is shown with, and when it ends.
struct Ticket {
    fields: Map<String, Value>,
    expires: Option<DateTime>,
}

/// The tickets by their keys.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<BTreeMap<String, Ticket>>);

impl Tickets {
    /// Makes a ticket, and gives its fields.
    pub(crate) fn issue(&self, wanted: &Wanted, now: UnixTime) -> Map<String, Value> {
        let mut tickets = self.tickets();
        // As the keys that were seen: the video with `_` for `*`, hex digits, decimal digits.
        let video = wanted.video.replace(['*', '/', '|'], "_");
        let key = format!("{video}.{:014x}.{:08}", now.0, tickets.len() + 1);
        let fields = json!({
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
        let Value::Object(fields) = fields else { return Map::new() };
        tickets.insert(key, Ticket { fields: fields.clone(), expires: DateTime::parse(&wanted.expire).ok() });
        fields
    }

    /// The fields of a ticket; one that has ended is not active.
    pub(crate) fn find(&self, key: &str, now: UnixTime) -> Option<Map<String, Value>> {
        let mut tickets = self.tickets();
        let ticket = tickets.get_mut(key)?;
        if ticket.expires.is_some_and(|expires| expires.to_unix() <= now) {
            ticket.fields.insert("active".into(), "0".into());
        }
        Some(ticket.fields.clone())
    }

    /// Ends a ticket; whether there is one of this key.
    pub(crate) fn revoke(&self, key: &str) -> bool {
        let mut tickets = self.tickets();
        let ticket = tickets.get_mut(key);
        ticket.map(|ticket| ticket.fields.insert("active".into(), "0".into())).is_some()
    }

    /// Each change is one step, so what a panicking thread left behind is whole.
    fn tickets(&self) -> MutexGuard<'_, BTreeMap<String, Ticket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
