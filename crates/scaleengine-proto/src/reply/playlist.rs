//! Playlists as `channel.getallchannels` lists them; seen in the vendor's Perl client only.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};

use crate::param::{DateTime, Id};
use crate::reply::{Document, ReplyShape, Shape};

/// The reply of `channel.getallchannels`: the list stands under `data`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Playlists {
    /// The playlists.
    pub data: Vec<PlaylistSummary>,
}

impl ReplyShape for Playlists {
    const SHAPE: Shape = Shape::observed("A list of playlists under `data`; seen in the vendor's Perl client.");
}

/// A playlist in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlaylistSummary {
    /// Its id.
    pub channel_id: Id,
    /// Its name: sent as `name`, returned as `channel_name`.
    pub channel_name: Option<String>,
    /// The stream on which it plays.
    pub stream: Option<String>,
    /// When it takes over the stream, in UTC.
    pub scheduled: Option<DateTime>,
    /// Every field, these included.
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

/// As all fields of the reply.
impl Serialize for PlaylistSummary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}
