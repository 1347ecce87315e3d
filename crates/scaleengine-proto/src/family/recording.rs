//! Recordings of live streams: start, split, stop.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{AppInst, Pattern};
use crate::reply::Document;
use crate::value::Fields;

commands!(Split, Start, Stop);

/// Close the current recording file and continue in a new one.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "recording.split",
    page = "https://cp.scaleengine.net/docs/api/recording/split",
    safety = Unsafe,
    reason = "each call starts a new file",
    reply = Document
)]
#[non_exhaustive]
pub struct Split {
    /// Application and instance.
    #[param(example = ("jb-origin", "live"))]
    app: AppInst,
    /// Stream name; `*` stands for any characters.
    #[param(example = Pattern::matching("test-record_*"))]
    stream: Pattern,
    /// URL called when the file has been moved and indexed.
    #[param(example = "http://jb.com/callback")]
    callback: Option<String>,
    /// Title of the recording.
    #[param(example = "few words", optional = Assumed)]
    title: Option<String>,
    /// Description of the recording.
    #[param(example = "longer paragraph", optional = Assumed)]
    description: Option<String>,
    /// Whether to discard the recorded file.
    #[param(example = false)]
    delete: Option<bool>,
    extra: Fields,
}

/// Start recording a stream, or several with a wildcard.
///
/// The API's documentation of this command is available only in part: it describes `stream` and
/// `filepath`. `app` is assumed to be as in `recording.stop`.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "recording.start",
    page = "https://cp.scaleengine.net/docs/api/recording/start",
    safety = Unsafe,
    reason = "a repeat may start another file",
    reply = Document
)]
#[non_exhaustive]
pub struct Start {
    /// Application and instance.
    #[param(example = ("jb-origin", "live"), confidence = Assumed)]
    app: AppInst,
    /// Stream name; `*` stands for any characters.
    #[param(example = Pattern::matching("test-record_*"))]
    stream: Pattern,
    /// File under `recordings/`, or a folder there if it does not end in `.mp4`.
    #[param(example = "x/name.mp4")]
    filepath: Option<String>,
    extra: Fields,
}

/// Stop recording a stream, or several with a wildcard.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "recording.stop",
    page = "https://cp.scaleengine.net/docs/api/recording/stop",
    safety = Unsafe,
    reason = "the recording may have been restarted; a repeat would stop it again",
    reply = Document
)]
#[non_exhaustive]
pub struct Stop {
    /// Application and instance.
    #[param(example = ("jb-origin", "live"))]
    app: AppInst,
    /// Stream name; `*` stands for any characters.
    #[param(example = Pattern::matching("test-record_*"))]
    stream: Pattern,
    /// URL called when the file has been moved and indexed.
    #[param(example = "http://jb.com/callback")]
    callback: Option<String>,
    /// Title of the recording.
    #[param(example = "few words", optional = Assumed)]
    title: Option<String>,
    /// Description of the recording.
    #[param(example = "longer paragraph", optional = Assumed)]
    description: Option<String>,
    /// Whether to discard the recorded file.
    #[param(example = false)]
    delete: Option<bool>,
    extra: Fields,
}
