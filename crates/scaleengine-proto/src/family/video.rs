//! Use of the video CDN.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Apps, Date, DateOrTime};
use crate::reply::Document;
use crate::value::Fields;

commands!(Cdn, CdnLong, CdnTotal, GetApps, Servers, Usage);

/// Thirty days of use, day by day.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "video.cdn",
    page = "https://cp.scaleengine.net/docs/api/video/cdn",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Cdn {
    /// The application or applications, by name or id.
    #[param(example = "demo-origin")]
    app: Apps,
    /// The first day.
    #[param(example = civil::date(2024, 12, 3))]
    starttime: Date,
    /// The last day.
    #[param(example = civil::date(2025, 1, 2))]
    endtime: Date,
    extra: Fields,
}

/// Ninety days of use, day by day.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "video.cdnlong",
    page = "https://cp.scaleengine.net/docs/api/video/cdn_long",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct CdnLong {
    /// The application or applications, by name or id.
    #[param(example = "demo-origin")]
    app: Apps,
    /// The first day.
    #[param(example = civil::date(2023, 12, 4))]
    starttime: Date,
    extra: Fields,
}

/// All use, month by month.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "video.cdntotal",
    page = "https://cp.scaleengine.net/docs/api/video/cdn_total",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct CdnTotal {
    /// The application or applications, by name or id.
    #[param(example = "demo-origin")]
    app: Apps,
    extra: Fields,
}

/// Lists the names and ids of applications for the commands about use. It has no page of its own; that of
/// `video.servers` refers to it.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "video.getapps",
    page = "https://cp.scaleengine.net/docs/api/video/servers",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct GetApps {
    extra: Fields,
}

/// Thirty days of use for each server and day.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "video.servers",
    page = "https://cp.scaleengine.net/docs/api/video/servers",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Servers {
    /// The application or applications, by name or id.
    #[param(example = "demo-origin", required = Documented)]
    app: Apps,
    /// A date, or unix time: when the thirty days begin.
    #[param(example = civil::date(2024, 3, 1))]
    starttime: Option<DateOrTime>,
    extra: Fields,
}

/// As `usage.all`, page by page.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "video.usage",
    page = "https://cp.scaleengine.net/docs/api/video/usage",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Usage {
    /// The application or applications, by name or id.
    #[param(example = "demo-origin")]
    app: Apps,
    /// A stream's name or the path of a VOD file.
    #[param(example = "mystream")]
    url: Option<String>,
    /// The year.
    #[param(example = 2025)]
    year: i64,
    /// The month, 1 to 12.
    #[param(example = 7)]
    month: i64,
    /// The day, for one day only.
    #[param(example = 20)]
    day: Option<i64>,
    /// How many at most.
    #[param(example = 1000)]
    limit: Option<i64>,
    /// How many to skip.
    #[param(example = 0)]
    offset: Option<i64>,
    extra: Fields,
}
