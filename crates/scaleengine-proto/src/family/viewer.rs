//! Viewer numbers: current, by location, and past.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::DateTime;
use crate::reply::Document;
use crate::value::Fields;

commands!(Live, LiveDetailed, Log);

/// Show the current number of viewers.
///
/// The numbers are kept for 14 days.
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
    /// Application name; according to the documentation, one or several.
    #[param(example = "demo-origin")]
    app: String,
    /// Stream name, or path of a VOD file.
    #[param(example = "sestore3/username/path/filename.mp4")]
    url: Option<String>,
    extra: Fields,
}

/// Show the current number of viewers by location, host and application.
///
/// The numbers are kept for 14 days.
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
    /// Application name.
    #[param(example = "demo-origin", required = Documented)]
    app: String,
    /// Stream name, or path of a VOD file.
    #[param(example = "sestore3/username/path/filename.mp4", required = Documented)]
    url: String,
    extra: Fields,
}

/// Show past numbers of viewers.
///
/// The numbers are by minute for 7 days, by hour for 45 days, and by day after that.
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
    /// Application name.
    #[param(example = "demo-origin")]
    app: String,
    /// Shape of the result. No value except 1 is known.
    #[param(example = 1)]
    graph: i64,
    /// Stream name, or path of a VOD file.
    #[param(example = "sestore3/username/path/filename.mp4")]
    url: Option<String>,
    /// Start of the period, in UTC.
    #[param(example = civil::date(2014, 9, 21).at(15, 0, 0, 0))]
    starttime: Option<DateTime>,
    extra: Fields,
}
