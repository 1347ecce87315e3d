//! Everything that the sandbox remembers of one account: plain data, which can be kept, put back and seeded.

use std::net::IpAddr;

use scaleengine_proto::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::events::Events;
use crate::publishers::Publisher;
use crate::streams::Stream;
use crate::table::Table;
use crate::tickets::{Attempt, Ticket};

/// What was sent to make something, by the names of the parameters.
pub(crate) type Fields = Map<String, Value>;

/// What an account has. Serialized, it is what a snapshot holds.
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
    /// With nothing in it. Ids begin where the documentation's examples do.
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
    /// Puts an encoder on a stream, and gives the stream's id. A stream that is live already keeps its own.
    pub(crate) fn publish(&mut self, stream: Stream, now: UnixTime) -> i64 {
        if let Some(id) = self.streams.find(|own| own.name == stream.name) {
            return id;
        }
        self.events.add("publish", &stream.name, now);
        self.streams.add(stream)
    }

    /// Takes the encoder off a stream. One that reconnects is back at once, with a new id, unless nobody admits it.
    pub(crate) fn close(&mut self, id: i64, now: UnixTime) -> bool {
        let Some(stream) = self.streams.remove(id) else { return false };
        self.events.add("unpublish", &stream.name, now);
        let (user, pass) = stream.login();
        if stream.reconnects && self.admits(&stream, user, pass) {
            self.publish(stream, now);
        }
        true
    }

    /// Has a viewer use a ticket. Fails with the reason if the ticket is refused; either way the attempt is recorded.
    pub(crate) fn view(&mut self, key: &str, pass: &str, ip: IpAddr, now: UnixTime) -> Result<(), &'static str> {
        let (attempt, outcome) = self.tickets.view(key, pass, ip, now);
        self.attempts.add(attempt);
        outcome
    }

    /// Whether an encoder with this name and password may publish to a stream.
    pub(crate) fn admits(&self, stream: &Stream, user: &str, pass: &str) -> bool {
        self.publishers.iter().any(|(_, own)| own.admits(&stream.name, user, pass))
    }
}
