//! Servers.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(Status);

/// Checks that a server answers, and how fast. A failure means that it did not answer.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "server.status",
    page = "https://cp.scaleengine.net/docs/api/server/status",
    safety = ReadOnly,
    reason = "it changes nothing",
    busy_is_result,
    reply = Document
)]
#[constructor(by_app(app; origin_url))]
#[constructor(by_origin(origin_url))]
#[non_exhaustive]
pub struct Status {
    /// The application whose server is meant.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The address of the origin server to ask.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}
