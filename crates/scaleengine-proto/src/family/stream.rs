//! Live streams on the origin servers: list, inspect, disconnect, DVR settings.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::{Acknowledged, Document};
use crate::value::Fields;

commands!(Active, Close, Details, DvrSettings);

/// List the live streams of an application with their details.
///
/// The details include recording, times, codecs, transcoders and push sessions.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.active",
    page = "https://cp.scaleengine.net/docs/api/stream/active",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Active {
    /// Application name.
    #[param(example = "demo-origin")]
    app: String,
    /// Application instance.
    #[param(example = "live")]
    inst: String,
    /// Origin server to query.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Disconnect the encoder of a live stream.
///
/// The encoder is disconnected at once, but may reconnect. To prevent that, first lock out its
/// publisher: the workflow `stream shutdown` does both.
///
/// ```
/// use scaleengine_proto::stream;
///
/// let by_name = stream::Close::by_name("demo-origin", "live", "my_live_stream");
/// let by_id = stream::Close::by_id(1000).origin_url("jb-origin.secdn.net");
/// ```
///
/// ```compile_fail,E0277
/// // A number is not accepted in place of a name.
/// let _ = scaleengine_proto::stream::Close::by_name(158, "live", "my_live_stream");
/// ```
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.close",
    page = "https://cp.scaleengine.net/docs/api/stream/close",
    safety = Unsafe,
    reason = "the encoder may have reconnected; a repeat would disconnect it again",
    reply = Acknowledged
)]
#[constructor(by_name(app, inst, stream))]
#[constructor(by_id(stream_id))]
#[non_exhaustive]
pub struct Close {
    /// Application that the stream is published to.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Application instance.
    #[param(example = "live")]
    inst: Option<String>,
    /// Name of the live stream. The API's documentation also mentions the path of a VOD file.
    #[param(example = "my_live_stream")]
    stream: Option<String>,
    /// Stream id.
    #[param(example = 1000)]
    stream_id: Option<i64>,
    /// Origin server to call; not sent by default. The API's documentation contradicts itself on
    /// whether it is required: set it if a call fails without it. The documented values are
    /// `jb-origin.secdn.net` and, for channels, `jb-chorigin.secdn.net`, where `jb` is an example
    /// account.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Show the details of a live stream.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.details",
    page = "https://cp.scaleengine.net/dev/docs/api/stream/details",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Details {
    /// Application name.
    #[param(example = "demo-origin")]
    app: String,
    /// Application instance.
    #[param(example = "live")]
    inst: String,
    /// Stream name.
    #[param(example = "my_live_stream")]
    stream: String,
    /// Origin server to query.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Set the HLS playlist timeout and chunk count of a DVR stream.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.dvrsettings",
    page = "https://cp.scaleengine.net/dev/docs/api/stream/dvrsettings",
    safety = Idempotent,
    reason = "a repeat sets the same values",
    reply = Document
)]
#[non_exhaustive]
pub struct DvrSettings {
    /// Application name.
    #[param(example = "demo-origin")]
    app: String,
    /// Stream name.
    #[param(example = "my_live_stream")]
    stream: String,
    /// Time that a session is kept, in seconds. Version 2 of the API, a newer API that this project
    /// does not use, allows 10 to 1200.
    #[param(example = 1200)]
    playlist_timeout: i64,
    /// Number of chunks in the HLS playlist.
    #[param(example = 4)]
    playlist_count: i64,
    /// Whether DVR is enabled.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    extra: Fields,
}
