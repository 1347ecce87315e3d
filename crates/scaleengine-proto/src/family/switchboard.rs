//! Switchboards: streams that show the first of their sources that is live.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Id, List};
use crate::reply::Document;
use crate::value::Fields;

commands!(Add, Get, Reset, Update);

/// Create a switchboard: a stream that shows the first source that is live.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.add",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/add",
    safety = Unsafe,
    reason = "each call may create a switchboard",
    reply = Document
)]
#[non_exhaustive]
pub struct Add {
    /// Application name.
    #[param(example = "demo-origin", required = Documented)]
    app: String,
    /// Output stream.
    #[param(example = "switchboard_stream", required = Documented)]
    stream: String,
    /// Source streams, in order of priority.
    #[param(example = ["stream1", "stream2", "stream3"], required = Documented)]
    stream_list: List<String>,
    /// Whether to apply the list at once.
    #[param(example = true)]
    recheck_list: Option<bool>,
    /// Number of chunks in the HLS playlist, for DVR.
    #[param(example = 4)]
    playlist_count: Option<i64>,
    /// Time that a DVR session is kept, in seconds.
    #[param(example = 60)]
    playlist_timeout: Option<i64>,
    /// Whether DVR is enabled.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    /// Origin server to call.
    #[param(example = "jb-chorigin.secdn.net")]
    origin_url: Option<String>,
    /// Google Analytics key.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}

/// Show one switchboard, those of an application, or all.
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
    /// Switchboard id.
    #[param(example = 1)]
    switchboard_id: Option<Id>,
    /// Application name.
    #[param(example = "demo-origin")]
    app: Option<String>,
    extra: Fields,
}

/// Close the output stream of a switchboard and restart the switchboard.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.reset",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/reset",
    safety = Unsafe,
    reason = "each call interrupts the viewers again",
    confirm = "viewers of the switchboard are interrupted",
    reply = Document
)]
#[non_exhaustive]
pub struct Reset {
    /// Switchboard id.
    #[param(example = 1)]
    switchboard_id: Id,
    /// Origin server to call.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Replace the source list of a switchboard.
///
/// The list takes effect at the next source change, or at once with `recheck_list`.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "switchboard.update",
    page = "https://cp.scaleengine.net/dev/docs/api/switchboard/update",
    safety = Idempotent,
    reason = "a repeat sets the same list",
    reply = Document
)]
#[non_exhaustive]
pub struct Update {
    /// Switchboard id.
    #[param(example = 1, required = Documented)]
    switchboard_id: Id,
    /// Source streams, in order of priority.
    #[param(example = ["stream1", "stream2", "stream3"], required = Documented)]
    stream_list: List<String>,
    /// Whether to apply the list at once.
    #[param(example = true)]
    recheck_list: Option<bool>,
    /// Origin server to call.
    #[param(example = "jb-chorigin.secdn.net")]
    origin_url: Option<String>,
    /// Google Analytics key.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}
