//! Viewers of the VSN network.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(ViewerCount, ViewerHistoryByName);

/// How many viewers a stream or file has.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "vsn.viewercount",
    page = "https://cp.scaleengine.net/docs/api/vsn/viewer_count",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct ViewerCount {
    /// The application.
    #[param(example = "jb-origin")]
    app: String,
    /// A stream's name or the path of a VOD file.
    #[param(example = "sestore/jb/video.mp4")]
    url: String,
    extra: Fields,
}

/// Past numbers of viewers of a stream or file.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "vsn.viewerhistorybyname",
    page = "https://cp.scaleengine.net/docs/api/vsn/viewer_history_by_name",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct ViewerHistoryByName {
    /// The application.
    #[param(example = "demo-origin")]
    app: String,
    /// A stream's name or the path of a VOD file.
    #[param(example = "sestore/jb/video.mp4")]
    url: String,
    extra: Fields,
}
