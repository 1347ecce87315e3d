//! Servers: check that they respond.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(Status);

/// Check whether a server responds, and how fast.
///
/// A failure means that the server did not respond.
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
    /// Application whose server to check.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Origin server to check.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}
