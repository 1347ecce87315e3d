//! Files in the storage: list and inspect.
//!
//! All documented commands of this family are deprecated in favor of the v2 file API.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(Directories, FileDetails, Files, GetStorage, Info, List, LongList);

/// List the subfolders of a storage path (deprecated).
///
/// Replaced by the v2 file API.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.directories",
    page = "https://cp.scaleengine.net/docs/api/files/directories",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Directories {
    /// Storage path.
    #[param(example = "sestore4/jb")]
    path: String,
    /// Shell wildcard for the full path.
    #[param(example = "sestore4/jb/2015*")]
    filter: Option<String>,
    extra: Fields,
}

/// List the files of a folder with their metadata (deprecated).
///
/// Replaced by the v2 file API.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.filedetails",
    page = "https://cp.scaleengine.net/docs/api/files/filedetails",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct FileDetails {
    /// Storage path.
    #[param(example = "sestore4/jb")]
    path: String,
    /// Shell wildcard for the full path.
    #[param(example = "sestore4/jb/2015*")]
    filter: Option<String>,
    /// File type. Only `video` is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    extra: Fields,
}

/// List the files of a folder (deprecated).
///
/// Replaced by the v2 file API.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.files",
    page = "https://cp.scaleengine.net/docs/api/files/files",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Files {
    /// Storage path.
    #[param(example = "sestore4/jb")]
    path: String,
    /// Shell wildcard for the full path.
    #[param(example = "sestore4/jb/2015*")]
    filter: Option<String>,
    /// File type. Only `video` is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    extra: Fields,
}

/// Show the storage of the account (inferred from the command's name).
///
/// Not documented; named in the README of a Ruby client.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.getstorage",
    page = "https://github.com/ConferenceCloud/scaleengine",
    confidence = Observed,
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct GetStorage {
    extra: Fields,
}

/// Show the details of a file (deprecated).
///
/// The details include size, times, codecs, and whether the file is valid. Replaced by the v2 file
/// API.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.info",
    page = "https://cp.scaleengine.net/docs/api/files/info",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Info {
    /// Storage path.
    #[param(example = "sestore4/jb/movie.mp4")]
    path: String,
    extra: Fields,
}

/// List the files and folders under a path, recursively (deprecated).
///
/// Returns at most 100 entries, and only video files unless `type` is set. Replaced by the v2 file
/// API.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.list",
    page = "https://cp.scaleengine.net/docs/api/files/list",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct List {
    /// Storage path.
    #[param(example = "sestore4/jb")]
    path: String,
    /// File type. Only `video` is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    /// Number of entries to skip.
    #[param(example = 25)]
    offset: Option<i64>,
    extra: Fields,
}

/// List the files under a path with their details, recursively (deprecated).
///
/// Works like `files.list`. Replaced by the v2 file API.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "files.longlist",
    page = "https://cp.scaleengine.net/docs/api/files/longlist",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct LongList {
    /// Storage path.
    #[param(example = "sestore4/jb")]
    path: String,
    /// File type. Only `video` is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    /// Number of entries to skip.
    #[param(example = 100)]
    offset: Option<i64>,
    extra: Fields,
}
