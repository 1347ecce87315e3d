//! Recording of live streams.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{AppInst, Pattern};
use crate::reply::Document;
use crate::value::Fields;

commands!(Split, Start, Stop);

/// Closes the file that is being recorded and goes on in a new one.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "recording.split",
    page = "https://cp.scaleengine.net/docs/api/recording/split",
    safety = Unsafe,
    reason = "each call begins a new file",
    reply = Document
)]
#[non_exhaustive]
pub struct Split {
    /// The application and its instance.
    #[param(example = ("jb-origin", "live"))]
    app: AppInst,
    /// The stream; `*` stands for any text.
    #[param(example = Pattern::matching("test-record_*"))]
    stream: Pattern,
    /// An address that is called when the file has been moved and indexed.
    #[param(example = "http://jb.com/callback")]
    callback: Option<String>,
    /// A title.
    #[param(example = "few words", optional = Assumed)]
    title: Option<String>,
    /// A description.
    #[param(example = "longer paragraph", optional = Assumed)]
    description: Option<String>,
    /// Throws the recorded file away.
    #[param(example = false)]
    delete: Option<bool>,
    extra: Fields,
}

/// Starts recording a stream, or several by a wildcard.
///
/// Its example is cut off after the timestamp: `app` and `stream` are taken to be as in `recording.stop`.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "recording.start",
    page = "https://cp.scaleengine.net/docs/api/recording/start",
    safety = Unsafe,
    reason = "a repeat may begin another file",
    reply = Document
)]
#[non_exhaustive]
pub struct Start {
    /// The application and its instance.
    #[param(example = ("jb-origin", "live"), confidence = Assumed)]
    app: AppInst,
    /// The stream; `*` stands for any text.
    #[param(example = Pattern::matching("test-record_*"))]
    stream: Pattern,
    /// The file under `recordings/`, or, where it does not end in `.mp4`, a folder there.
    #[param(example = "x/name.mp4")]
    filepath: Option<String>,
    extra: Fields,
}

/// Stops recording a stream, or several by a wildcard.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "recording.stop",
    page = "https://cp.scaleengine.net/docs/api/recording/stop",
    safety = Unsafe,
    reason = "a recording may have been started again",
    reply = Document
)]
#[non_exhaustive]
pub struct Stop {
    /// The application and its instance.
    #[param(example = ("jb-origin", "live"))]
    app: AppInst,
    /// The stream; `*` stands for any text.
    #[param(example = Pattern::matching("test-record_*"))]
    stream: Pattern,
    /// An address that is called when the file has been moved and indexed.
    #[param(example = "http://jb.com/callback")]
    callback: Option<String>,
    /// A title.
    #[param(example = "few words", optional = Assumed)]
    title: Option<String>,
    /// A description.
    #[param(example = "longer paragraph", optional = Assumed)]
    description: Option<String>,
    /// Throws the recorded file away.
    #[param(example = false)]
    delete: Option<bool>,
    extra: Fields,
}
