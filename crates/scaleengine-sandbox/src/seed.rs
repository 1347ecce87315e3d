//! The initial state of a sandbox: the documentation's examples, or a TOML file.

use std::fmt;

use scaleengine_proto::UnixTime;
use serde::Deserialize;

use crate::faults::Fault;
use crate::publishers::{EXAMPLE, Publisher};
use crate::state::{Fields, State};
use crate::streams::{LiveStream, Stream};
use crate::tickets::Ticket;

/// The initial state of a sandbox.
///
/// ```
/// let seed = scaleengine_sandbox::Seed::parse(r#"
///     [[streams]]
///     app = "demo-origin"
///     inst = "live"
///     stream = "news"
///     user = "encoder"
///     pass = "its password"
///     reconnect = true          # the encoder reconnects after a close, if it is still admitted
///
///     [[publishers]]
///     app = "demo-origin"
///     stream = "news"
///     user = "encoder"
///     pass = "its password"
///
///     [[faults]]
///     command = "stream.close"
///     first = 2
///     code = "1000"
///
///     [[accounts]]              # added to the sandbox's own account, with the same initial state
///     api_key = "TEST2"
///     secret_key = "another secret"
///     cdn = 159
/// "#)?;
/// # Ok::<(), scaleengine_sandbox::SeedError>(())
/// ```
#[derive(Clone)]
pub struct Seed(pub(crate) Contents);

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Contents {
    pub(crate) accounts: Vec<SeededAccount>,
    streams: Vec<Stream>,
    publishers: Vec<Publisher>,
    tickets: Vec<Ticket>,
    playlists: Vec<Fields>,
    switchboards: Vec<Fields>,
    recordings: Vec<Fields>,
    services: Vec<Fields>,
    pub(crate) faults: Vec<Fault>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeededAccount {
    pub(crate) api_key: String,
    pub(crate) secret_key: String,
    pub(crate) cdn: u32,
}

/// An error in a seed or a snapshot. For a TOML seed it contains the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the seed cannot be used: {0}")]
pub struct SeedError(String);

impl SeedError {
    pub(crate) fn of(error: impl fmt::Display) -> Self {
        Self(without_values(&error.to_string()))
    }

    /// Creates an error with the line, but without the value there, which may be a secret.
    fn of_toml(error: &toml::de::Error, text: &str) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        Self(format!("line {line}: {}", without_values(error.message())))
    }
}

impl Seed {
    /// Parses a TOML string with the lists `accounts`, `streams`, `publishers`, `tickets`,
    /// `playlists`, `switchboards`, `recordings` and `services`, whose entries use the names of the
    /// API's parameters, and the list `faults`, whose entries are each a [`Fault`].
    ///
    /// # Errors
    ///
    /// Returns an error for invalid TOML, an unknown name, an invalid value, or an invalid fault.
    pub fn parse(toml: &str) -> Result<Self, SeedError> {
        let contents: Contents = toml::from_str(toml).map_err(|error| SeedError::of_toml(&error, toml))?;
        Ok(Self(contents))
    }

    /// Returns the documentation's examples: a publisher, a live stream with the id 1000, and a
    /// playlist.
    #[must_use]
    pub fn documented() -> Self {
        let stream = Stream::once(LiveStream::new("demo-origin", "live", "my_live_stream"));
        let playlist = serde_json::json!({
            "app": "jb-chorigin",
            "name": "My first playlist",
            "stream": "my_channel_stream_name",
            "active": 0,
            "metadata": 0,
            "scheduled": "2014-10-13 15:00:00",
        });
        Self(Contents {
            streams: vec![stream],
            publishers: vec![Publisher::new("demo-origin", "my_live_stream", Some(EXAMPLE))],
            playlists: playlist.as_object().cloned().into_iter().collect(),
            ..Contents::default()
        })
    }

    /// Returns an empty seed.
    #[must_use]
    pub fn empty() -> Self {
        Self(Contents::default())
    }

    /// Adds a live stream whose encoder reconnects after a close, as long as it is admitted.
    #[must_use]
    pub fn reconnecting_stream(mut self, stream: LiveStream, user: &str, pass: &str) -> Self {
        self.0.streams.push(Stream::reconnecting(stream, user, pass));
        self
    }

    /// Returns the initial state of an account.
    pub(crate) fn state(&self, now: UnixTime) -> State {
        let seed = self.0.clone();
        let mut state = State::default();
        for stream in seed.streams {
            state.publish(stream, now);
        }
        for ticket in seed.tickets {
            let key = ticket.key.clone();
            let id = state.tickets.issue(ticket, now);
            if let Some(ticket) = state.tickets.get_mut(id).filter(|_| !key.is_empty()) {
                ticket.key = key;
            }
        }
        for publisher in seed.publishers {
            state.publishers.add(publisher);
        }
        let State { playlists, switchboards, recordings, services, .. } = &mut state;
        for (table, rows) in [
            (playlists, seed.playlists),
            (switchboards, seed.switchboards),
            (recordings, seed.recordings),
            (services, seed.services),
        ] {
            for row in rows {
                table.add(row);
            }
        }
        state
    }
}

/// Removes the unexpected value, which may be a secret, from a parser's message.
fn without_values(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => {
            let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
            format!("{kind}, expected {expected}")
        }
        _ => message.trim_end().to_owned(),
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}
