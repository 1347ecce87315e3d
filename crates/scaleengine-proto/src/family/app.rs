//! Streaming applications of the account.

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(List);

/// List the streaming applications of the account.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "app.list",
    page = "https://cp.scaleengine.net/docs/api/app/list",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct List {
    extra: Fields,
}
