//! Viewers.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::DateTime;
use crate::reply::Document;
use crate::value::Fields;

commands!(Live, LiveDetailed, Log);

/// Numbers of live viewers; kept for 14 days.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "viewer.live",
    page = "https://cp.scaleengine.net/docs/api/viewer/live",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Live {
    /// The application; the text says one or several.
    #[param(example = "demo-origin")]
    app: String,
    /// A stream's name or the path of a VOD file.
    #[param(example = "sestore3/username/path/filename.mp4")]
    url: Option<String>,
    extra: Fields,
}

/// Where live viewers are: numbers by location, host and application; kept for 14 days.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "viewer.livedetailed",
    page = "https://cp.scaleengine.net/docs/api/viewer/livedetailed",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct LiveDetailed {
    /// The application.
    #[param(example = "demo-origin", required = Documented)]
    app: String,
    /// A stream's name or the path of a VOD file.
    #[param(example = "sestore3/username/path/filename.mp4", required = Documented)]
    url: String,
    extra: Fields,
}

/// Past numbers of viewers: by minute for 7 days, by hour for 45, by day after that.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "viewer.log",
    page = "https://cp.scaleengine.net/docs/api/viewer/log",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Log {
    /// The application.
    #[param(example = "demo-origin")]
    app: String,
    /// The shape of the result; other values than 1 were not seen.
    #[param(example = 1)]
    graph: i64,
    /// A stream's name or the path of a VOD file.
    #[param(example = "sestore3/username/path/filename.mp4")]
    url: Option<String>,
    /// From when on, in UTC.
    #[param(example = civil::date(2014, 9, 21).at(15, 0, 0, 0))]
    starttime: Option<DateTime>,
    extra: Fields,
}
