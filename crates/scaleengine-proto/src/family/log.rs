//! Logs.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(Origin);

/// Lists the newest events of a stream: publish, unpublish, push and unpush.
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
    /// The application.
    #[param(example = "jb-origin", required = Documented)]
    app: String,
    /// The stream.
    #[param(example = "my_stream", required = Documented)]
    stream: String,
    /// How many at most.
    #[param(example = 25)]
    limit: Option<i64>,
    /// How many to skip.
    #[param(example = 0)]
    offset: Option<i64>,
    extra: Fields,
}
