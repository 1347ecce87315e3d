//! Copies to Amazon S3.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Acl, TextMap};
use crate::reply::Document;
use crate::value::Fields;

commands!(Status, Upload);

/// Shows the state of queued and finished uploads to S3, the newest first.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "aws.status",
    page = "https://cp.scaleengine.net/docs/api/aws/status",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Status {
    /// How many at most.
    #[param(example = 25)]
    limit: Option<i64>,
    /// How many to skip.
    #[param(example = 0, optional = Assumed)]
    offset: Option<i64>,
    extra: Fields,
}

/// Queues the copy of one VOD file to an S3 bucket.
///
/// The answer holds an id with which `aws.status` can be asked; its field was not seen.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "aws.upload",
    page = "https://cp.scaleengine.net/docs/api/aws/upload",
    safety = Unsafe,
    reason = "each call queues an upload",
    reply = Document
)]
#[non_exhaustive]
pub struct Upload {
    /// The file, from its storage on.
    #[param(example = "sestore1/jb/path/to/file.mp4", required = Documented)]
    path: String,
    /// The key in the bucket.
    #[param(example = "path/to/file.mp4")]
    destination_path: String,
    /// Metadata that is stored with the object.
    #[param(example = [("param1", "value1")])]
    metadata: Option<TextMap>,
    /// Who may read the copy.
    #[param(example = Acl::Private, required = Documented)]
    acl: Acl,
    /// The bucket.
    #[param(example = "my_bucket", required = Documented)]
    bucket: String,
    /// An address that is called with the result; empty where none is wanted.
    #[param(example = "www.mycallbackurl.com/", may_be_empty, required = Documented)]
    callback: String,
    extra: Fields,
}
