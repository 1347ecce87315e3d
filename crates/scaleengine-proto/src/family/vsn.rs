//! Viewer numbers in the VSN network.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(ViewerCount, ViewerHistoryByName);

/// Show the current number of viewers of a stream or file in the VSN network.
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
    /// Application name.
    #[param(example = "jb-origin")]
    app: String,
    /// Stream name, or path of a VOD file.
    #[param(example = "sestore/jb/video.mp4")]
    url: String,
    extra: Fields,
}

/// Show past numbers of viewers of a stream or file in the VSN network.
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
    /// Application name.
    #[param(example = "demo-origin")]
    app: String,
    /// Stream name, or path of a VOD file.
    #[param(example = "sestore/jb/video.mp4")]
    url: String,
    extra: Fields,
}
