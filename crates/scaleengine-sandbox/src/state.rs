//! The state of one account: plain data that can be saved, restored and seeded.

use std::net::IpAddr;

use scaleengine_proto::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::events::Events;
use crate::publishers::Publisher;
use crate::streams::Stream;
use crate::table::Table;
use crate::tickets::{Attempt, Ticket};

/// The parameters that created an object, or the fields of a reply, by name.
pub(crate) type Fields = Map<String, Value>;

/// The state of an account. A snapshot is its JSON.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    pub(crate) streams: Table<Stream>,
    pub(crate) publishers: Table<Publisher>,
    pub(crate) tickets: Table<Ticket>,
    pub(crate) attempts: Table<Attempt>,
    pub(crate) playlists: Table<Fields>,
    pub(crate) switchboards: Table<Fields>,
    pub(crate) recordings: Table<Fields>,
    pub(crate) services: Table<Fields>,
    pub(crate) pushes: Table<Fields>,
    pub(crate) events: Events,
}

impl Default for State {
    /// Returns an empty state. Ids begin as in the documentation's examples.
    fn default() -> Self {
        Self {
            streams: Table::starting_at(1000),
            publishers: Table::starting_at(1),
            tickets: Table::starting_at(1),
            attempts: Table::starting_at(1),
            playlists: Table::starting_at(1000),
            switchboards: Table::starting_at(1),
            recordings: Table::starting_at(1),
            services: Table::starting_at(1),
            pushes: Table::starting_at(1),
            events: Events::default(),
        }
    }
}

impl State {
    /// Connects an encoder to a stream and returns the id of the stream. A stream that is already
    /// live keeps its id.
    pub(crate) fn publish(&mut self, stream: Stream, now: UnixTime) -> i64 {
        if let Some(id) = self.streams.find(|own| own.name == stream.name) {
            return id;
        }
        self.events.add("publish", &stream.name, now);
        self.streams.add(stream)
    }

    /// Disconnects the encoder of a stream and returns whether the stream existed. An encoder that
    /// reconnects does so at once, with a new stream id, if a publisher still admits it.
    pub(crate) fn close(&mut self, id: i64, now: UnixTime) -> bool {
        let Some(stream) = self.streams.remove(id) else { return false };
        self.events.add("unpublish", &stream.name, now);
        let (user, pass) = stream.login();
        if stream.reconnects && self.admits(&stream, user, pass) {
            self.publish(stream, now);
        }
        true
    }

    /// Uses a ticket as a viewer does, and records the attempt. Returns the reason of a refusal.
    pub(crate) fn view(&mut self, key: &str, pass: &str, ip: IpAddr, now: UnixTime) -> Result<(), &'static str> {
        let (attempt, outcome) = self.tickets.view(key, pass, ip, now);
        self.attempts.add(attempt);
        outcome
    }

    /// Returns whether an encoder with this user name and password may publish to a stream.
    pub(crate) fn admits(&self, stream: &Stream, user: &str, pass: &str) -> bool {
        self.publishers.iter().any(|(_, own)| own.admits(&stream.name, user, pass))
    }
}
