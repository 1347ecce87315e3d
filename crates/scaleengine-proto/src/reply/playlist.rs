//! Playlists in the reply of `channel.getallchannels`; observed only in the vendor's Perl client.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};

use crate::param::{DateTime, Id};
use crate::reply::{Document, ReplyShape, Shape};

/// The reply of `channel.getallchannels`, with the list under `data`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Playlists {
    /// The playlists.
    pub data: Vec<PlaylistSummary>,
}

impl ReplyShape for Playlists {
    const SHAPE: Shape = Shape::observed("A list of playlists under `data`; observed in the vendor's Perl client.");
}

/// A playlist in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlaylistSummary {
    /// The id.
    pub channel_id: Id,
    /// The name, which is sent as `name` and returned as `channel_name`.
    pub channel_name: Option<String>,
    /// The stream on which it plays.
    pub stream: Option<String>,
    /// The time at which the playlist takes over the stream, in UTC.
    pub scheduled: Option<DateTime>,
    /// All fields, including the ones above.
    pub fields: Document,
}

impl<'de> Deserialize<'de> for PlaylistSummary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Document::new(Map::<String, Value>::deserialize(deserializer)?);
        Ok(Self {
            channel_id: fields.text("channel_id").map_err(D::Error::custom)?.into(),
            channel_name: fields.text("channel_name").ok(),
            stream: fields.text("stream").ok(),
            scheduled: fields.time("scheduled").ok().flatten(),
            fields,
        })
    }
}

/// Serializes all fields of the playlist.
impl Serialize for PlaylistSummary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}
