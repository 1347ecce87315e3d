//! Live streams on the origin servers.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::{Acknowledged, Document};
use crate::value::Fields;

commands!(Active, Close, Details, DvrSettings);

/// Lists the live streams of an application with their details: recording, times, codecs, transcoders and push
/// sessions.
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
    /// The application.
    #[param(example = "demo-origin")]
    app: String,
    /// The instance of the application.
    #[param(example = "live")]
    inst: String,
    /// The address of the origin server to ask.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Throws an encoder off a live stream, at once.
///
/// The encoder may reconnect unless its publisher's right was taken away or changed before; alone this forces a
/// reconnect, together with that it shuts a stream down.
///
/// ```
/// use scaleengine_proto::stream;
///
/// let by_name = stream::Close::by_name("demo-origin", "live", "my_live_stream");
/// let by_id = stream::Close::by_id(1000).origin_url("jb-origin.secdn.net");
/// ```
///
/// ```compile_fail,E0277
/// // A number where a text is due is no command.
/// let _ = scaleengine_proto::stream::Close::by_name(158, "live", "my_live_stream");
/// ```
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.close",
    page = "https://cp.scaleengine.net/docs/api/stream/close",
    safety = Unsafe,
    reason = "an encoder may have reconnected, and a repeat would throw it off again",
    reply = Acknowledged
)]
#[constructor(by_name(app, inst, stream))]
#[constructor(by_id(stream_id))]
#[non_exhaustive]
pub struct Close {
    /// The application that the stream is published to.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The instance of the application.
    #[param(example = "live")]
    inst: Option<String>,
    /// The stream's name, or the path of a VOD file.
    #[param(example = "my_live_stream")]
    stream: Option<String>,
    /// The stream's id.
    #[param(example = 1000)]
    stream_id: Option<i64>,
    /// The address of the origin server to ask. The documentation marks it both optional and required; it gives the
    /// defaults `jb-origin.secdn.net` and, for channels, `jb-chorigin.secdn.net`, where `jb` is its example account.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Shows the details of one live stream.
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
    /// The application.
    #[param(example = "demo-origin")]
    app: String,
    /// The instance of the application.
    #[param(example = "live")]
    inst: String,
    /// The stream.
    #[param(example = "my_live_stream")]
    stream: String,
    /// The address of the origin server to ask.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Sets how long a DVR stream can be rewound.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.dvrsettings",
    page = "https://cp.scaleengine.net/dev/docs/api/stream/dvrsettings",
    safety = Idempotent,
    reason = "the settings are the same after the second time",
    reply = Document
)]
#[non_exhaustive]
pub struct DvrSettings {
    /// The application.
    #[param(example = "demo-origin")]
    app: String,
    /// The stream.
    #[param(example = "my_live_stream")]
    stream: String,
    /// For how many seconds a session is kept; version 2 of the API allows 10 to 1200.
    #[param(example = 1200)]
    playlist_timeout: i64,
    /// How many chunks the HLS playlist keeps.
    #[param(example = 4)]
    playlist_count: i64,
    /// DVR on or off.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    extra: Fields,
}
