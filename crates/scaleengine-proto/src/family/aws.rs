//! Copies of stored files to Amazon S3.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Acl, TextMap};
use crate::reply::Document;
use crate::value::Fields;

commands!(Status, Upload);

/// List queued and finished uploads to Amazon S3 with their state, newest first.
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
    /// Maximum number of uploads, 25 by default.
    #[param(example = 25)]
    limit: Option<i64>,
    /// Number of uploads to skip.
    #[param(example = 0, optional = Assumed)]
    offset: Option<i64>,
    extra: Fields,
}

/// Queue the copy of a VOD file to an Amazon S3 bucket.
///
/// The reply contains an id to look up the upload; the name of its field is not documented.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "aws.upload",
    page = "https://cp.scaleengine.net/docs/api/aws/upload",
    safety = Unsafe,
    reason = "each call queues another upload",
    reply = Document
)]
#[non_exhaustive]
pub struct Upload {
    /// Path of the file, starting with its storage.
    #[param(example = "sestore1/jb/path/to/file.mp4", required = Documented)]
    path: String,
    /// Key of the object in the bucket.
    #[param(example = "path/to/file.mp4")]
    destination_path: String,
    /// User metadata stored with the object.
    #[param(example = [("param1", "value1")])]
    metadata: Option<TextMap>,
    /// S3 access control of the copy.
    #[param(example = Acl::Private, required = Documented)]
    acl: Acl,
    /// Bucket name.
    #[param(example = "my_bucket", required = Documented)]
    bucket: String,
    /// URL called with the result; may be empty.
    #[param(example = "www.mycallbackurl.com/", may_be_empty, required = Documented)]
    callback: String,
    extra: Fields,
}
