//! Usage of the video CDN by day, month, server, and stream or file.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Apps, Date, DateOrTime};
use crate::reply::Document;
use crate::value::Fields;

commands!(Cdn, CdnLong, CdnTotal, GetApps, Servers, Usage);

/// Show 30 days of CDN usage by day.
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
    /// Application names or ids.
    #[param(example = "demo-origin")]
    app: Apps,
    /// First day.
    #[param(example = civil::date(2024, 12, 3))]
    starttime: Date,
    /// Last day.
    #[param(example = civil::date(2025, 1, 2))]
    endtime: Date,
    extra: Fields,
}

/// Show 90 days of CDN usage by day.
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
    /// Application names or ids.
    #[param(example = "demo-origin")]
    app: Apps,
    /// First day.
    #[param(example = civil::date(2023, 12, 4))]
    starttime: Date,
    extra: Fields,
}

/// Show all CDN usage by month.
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
    /// Application names or ids.
    #[param(example = "demo-origin")]
    app: Apps,
    extra: Fields,
}

/// List application names and ids for the usage commands.
///
/// No page documents it; the page of `video.servers` refers to it.
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

/// Show 30 days of usage by server and day.
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
    /// Application names or ids.
    #[param(example = "demo-origin", required = Documented)]
    app: Apps,
    /// Start of the 30 days, as a date or Unix time.
    #[param(example = civil::date(2024, 3, 1))]
    starttime: Option<DateOrTime>,
    extra: Fields,
}

/// Show the bandwidth of each stream or file, page by page.
///
/// Works like `usage.all`.
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
    /// Application names or ids.
    #[param(example = "demo-origin")]
    app: Apps,
    /// Stream name, or path of a VOD file.
    #[param(example = "mystream")]
    url: Option<String>,
    /// Year.
    #[param(example = 2025)]
    year: i64,
    /// Month, 1 to 12.
    #[param(example = 7)]
    month: i64,
    /// Day of the month, for one day only.
    #[param(example = 20)]
    day: Option<i64>,
    /// Maximum number of entries.
    #[param(example = 1000)]
    limit: Option<i64>,
    /// Number of entries to skip.
    #[param(example = 0)]
    offset: Option<i64>,
    extra: Fields,
}
