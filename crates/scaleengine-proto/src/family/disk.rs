//! Storage.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::time::UnixTime;
use crate::value::Fields;

commands!(Usage);

/// Thirty days of storage use, in bytes for each storage user and day.
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
    /// Not described; by its examples the storage user, which may be empty.
    #[param(example = "demo", may_be_empty)]
    cpu: String,
    /// When the thirty days begin.
    #[param(example = 1_695_765_373)]
    starttime: UnixTime,
    extra: Fields,
}
