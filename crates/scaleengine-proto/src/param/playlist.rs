//! Items and options of playlists, which command names call "channels".

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::value::{Fields, Value};

/// An item of a playlist.
///
/// For live items, the API's examples use a start of 0 and [`Length::Live`]; the help of the
/// control panel describes start -2 and length 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A file (`sestore1/username/path/first.mp4`, with an optional prefix `mp4:`) or the name of a
    /// live stream.
    pub video: String,
    /// The start position in seconds.
    pub start: i64,
    /// The duration of playback.
    pub length: Length,
    /// The position in the playlist.
    pub sort_order: i64,
}

impl Item {
    /// Creates an item that plays an entire file.
    pub fn file(video: impl Into<String>, sort_order: i64) -> Self {
        Self { video: video.into(), start: 0, length: Length::Whole, sort_order }
    }

    /// Creates an item that plays a live stream.
    pub fn live(stream: impl Into<String>, sort_order: i64) -> Self {
        Self { video: stream.into(), start: 0, length: Length::Live, sort_order }
    }
}

/// The duration of playback of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    /// The entire file; -1 on the wire.
    Whole,
    /// A live item; -2 on the wire.
    Live,
    /// A number of seconds.
    Seconds(i64),
}

impl Length {
    const fn wire(self) -> i64 {
        match self {
            Length::Whole => -1,
            Length::Live => -2,
            Length::Seconds(seconds) => seconds,
        }
    }

    const fn from_wire(length: i64) -> Self {
        match length {
            -1 => Length::Whole,
            -2 => Length::Live,
            seconds => Length::Seconds(seconds),
        }
    }
}

/// The JSON form of an item.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    video: String,
    #[serde(default)]
    start: i64,
    #[serde(default = "whole")]
    length: i64,
    sort_order: i64,
}

fn whole() -> i64 {
    Length::Whole.wire()
}

impl From<Written> for Item {
    fn from(Written { video, start, length, sort_order }: Written) -> Self {
        Self { video, start, length: Length::from_wire(length), sort_order }
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer).map(Self::from)
    }
}

/// Parses JSON, as on a command line.
impl FromStr for Item {
    type Err = ParamError;

    fn from_str(text: &str) -> Result<Self, ParamError> {
        Self::parse(text)
    }
}

impl Param for Item {
    const KIND: Kind = Kind::one(
        "item",
        "JSON such as {\"video\":\"sestore1/username/path/first.mp4\",\"start\":0,\"length\":-1,\"sort_order\":1}; length -1: entire \
         file, -2: live",
    );

    fn parse(text: &str) -> Result<Self, ParamError> {
        serde_json::from_str::<Written>(text).map(Self::from).map_err(|_| ParamError::new(Self::KIND.written))
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Item", 4)?;
        out.serialize_field("video", &self.video)?;
        out.serialize_field("start", &self.start)?;
        out.serialize_field("length", &self.length.wire())?;
        out.serialize_field("sort_order", &self.sort_order)?;
        out.end()
    }
}

impl From<Item> for Value {
    fn from(item: Item) -> Self {
        let mut fields = Fields::new();
        fields.push("video", item.video);
        fields.push("start", item.start);
        fields.push("length", item.length.wire());
        fields.push("sort_order", item.sort_order);
        fields.into()
    }
}

/// The repetition of a playlist. The control panel also offers "fallback", whose number is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Plays once; 0 on the wire.
    No,
    /// Repeats; 1 on the wire.
    Yes,
    /// Another number.
    Other(i64),
}

impl Repeat {
    const fn wire(self) -> i64 {
        match self {
            Repeat::No => 0,
            Repeat::Yes => 1,
            Repeat::Other(number) => number,
        }
    }
}

impl Param for Repeat {
    const KIND: Kind = Kind::one("repeat", "yes, no, or another number");

    fn parse(text: &str) -> Result<Self, ParamError> {
        match (bool::parse(text), text.parse()) {
            (Ok(repeat), _) => Ok(repeat.into()),
            (_, Ok(number)) => Ok(Repeat::Other(number)),
            _ => Err(ParamError::new(Self::KIND.written)),
        }
    }
}

impl From<bool> for Repeat {
    fn from(repeat: bool) -> Self {
        if repeat { Repeat::Yes } else { Repeat::No }
    }
}

impl Serialize for Repeat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.wire())
    }
}

text_form!(Repeat);

impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Repeat::No => f.write_str("no"),
            Repeat::Yes => f.write_str("yes"),
            Repeat::Other(number) => number.fmt(f),
        }
    }
}

impl From<Repeat> for Value {
    fn from(repeat: Repeat) -> Self {
        repeat.wire().into()
    }
}
