//! Storage usage.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::time::UnixTime;
use crate::value::Fields;

commands!(Usage);

/// Show 30 days of storage usage, in bytes per storage user and day.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "disk.usage",
    page = "https://cp.scaleengine.net/docs/api/disk/usage",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Usage {
    /// Storage user, judging by the examples (not documented); may be empty.
    #[param(example = "demo", may_be_empty)]
    cpu: String,
    /// Start of the 30 days, as Unix time in seconds.
    #[param(example = 1_695_765_373)]
    starttime: UnixTime,
    extra: Fields,
}
