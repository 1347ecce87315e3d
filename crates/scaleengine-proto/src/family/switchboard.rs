//! Switchboards: streams that show the first of their sources that is live.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Id, List};
use crate::reply::Document;
use crate::value::Fields;

commands!(Add, Get, Reset, Update);

/// Creates a switchboard.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.add",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/add",
    safety = Unsafe,
    reason = "each call may make a switchboard",
    reply = Document
)]
#[non_exhaustive]
pub struct Add {
    /// The application.
    #[param(example = "demo-origin", required = Documented)]
    app: String,
    /// The stream that comes out.
    #[param(example = "switchboard_stream", required = Documented)]
    stream: String,
    /// The sources, the first that is live is shown.
    #[param(example = ["stream1", "stream2", "stream3"], required = Documented)]
    stream_list: List<String>,
    /// Applies the list at once.
    #[param(example = true)]
    recheck_list: Option<bool>,
    /// DVR: how many chunks the HLS playlist keeps.
    #[param(example = 4)]
    playlist_count: Option<i64>,
    /// DVR: for how many seconds a session is kept.
    #[param(example = 60)]
    playlist_timeout: Option<i64>,
    /// DVR on or off.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    /// The address of the origin server to ask.
    #[param(example = "jb-chorigin.secdn.net")]
    origin_url: Option<String>,
    /// A Google Analytics key; it is set for every playlist or stream of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}

/// Shows one switchboard, those of an application, or all.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.get",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/get",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Get {
    /// The switchboard.
    #[param(example = 1)]
    switchboard_id: Option<Id>,
    /// The application.
    #[param(example = "demo-origin")]
    app: Option<String>,
    extra: Fields,
}

/// Closes the stream that comes out and starts the switchboard again.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.reset",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/reset",
    safety = Unsafe,
    reason = "each call closes what viewers see",
    confirm = "viewers of the switchboard are interrupted",
    reply = Document
)]
#[non_exhaustive]
pub struct Reset {
    /// The switchboard.
    #[param(example = 1)]
    switchboard_id: Id,
    /// The address of the origin server to ask.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Replaces the list of sources; it counts from the next change of source on, or at once.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.update",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/update",
    safety = Idempotent,
    reason = "the list is the same after the second time",
    reply = Document
)]
#[non_exhaustive]
pub struct Update {
    /// The switchboard.
    #[param(example = 1, required = Documented)]
    switchboard_id: Id,
    /// The sources, the first that is live is shown.
    #[param(example = ["stream1", "stream2", "stream3"], required = Documented)]
    stream_list: List<String>,
    /// Applies the list at once.
    #[param(example = true)]
    recheck_list: Option<bool>,
    /// The address of the origin server to ask.
    #[param(example = "jb-chorigin.secdn.net")]
    origin_url: Option<String>,
    /// A Google Analytics key; it is set for every playlist or stream of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}
