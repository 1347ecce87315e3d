//! Event logs of streams.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(Origin);

/// List the newest publish, unpublish, push and unpush events of a stream.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "log.origin",
    page = "https://cp.scaleengine.net/docs/api/log/origin",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Origin {
    /// Application name.
    #[param(example = "jb-origin", required = Documented)]
    app: String,
    /// Stream name.
    #[param(example = "my_stream", required = Documented)]
    stream: String,
    /// Maximum number of events, 25 by default.
    #[param(example = 25)]
    limit: Option<i64>,
    /// Number of events to skip.
    #[param(example = 0)]
    offset: Option<i64>,
    extra: Fields,
}
