//! Files in the storage. All of these are deprecated: the file API of version 2 takes their place.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::reply::Document;
use crate::value::Fields;

commands!(Directories, FileDetails, Files, GetStorage, Info, List, LongList);

/// Lists the folders of a path. Deprecated: the file API of version 2 takes its place.
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
    /// The path in the storage.
    #[param(example = "sestore4/jb")]
    path: String,
    /// A shell wildcard on the full path.
    #[param(example = "sestore4/jb/2015*")]
    filter: Option<String>,
    extra: Fields,
}

/// Lists the files of a folder with their metadata. Deprecated: the file API of version 2 takes its place.
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
    /// The path in the storage.
    #[param(example = "sestore4/jb")]
    path: String,
    /// A shell wildcard on the full path.
    #[param(example = "sestore4/jb/2015*")]
    filter: Option<String>,
    /// The type of file; `video` is the one that is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    extra: Fields,
}

/// Lists the files of a folder. Deprecated: the file API of version 2 takes its place.
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
    /// The path in the storage.
    #[param(example = "sestore4/jb")]
    path: String,
    /// A shell wildcard on the full path.
    #[param(example = "sestore4/jb/2015*")]
    filter: Option<String>,
    /// The type of file; `video` is the one that is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    extra: Fields,
}

/// By its name, the storage of the account. No page documents it; a Ruby client's README names it.
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

/// Shows the details of a file: size, times, codecs, and whether it is valid. Deprecated: the file API of version 2
/// takes its place.
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
    /// The path in the storage.
    #[param(example = "sestore4/jb/movie.mp4")]
    path: String,
    extra: Fields,
}

/// Walks a path and lists up to a hundred files and folders, video files only unless told otherwise. Deprecated: the
/// file API of version 2 takes its place.
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
    /// The path in the storage.
    #[param(example = "sestore4/jb")]
    path: String,
    /// The type of file; `video` is the one that is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    /// How many to skip.
    #[param(example = 25)]
    offset: Option<i64>,
    extra: Fields,
}

/// Walks a path as `files.list` does, and shows each file's details. Deprecated: the file API of version 2 takes its
/// place.
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
    /// The path in the storage.
    #[param(example = "sestore4/jb")]
    path: String,
    /// The type of file; `video` is the one that is documented.
    #[param(example = "video")]
    r#type: Option<String>,
    /// How many to skip.
    #[param(example = 100)]
    offset: Option<i64>,
    extra: Fields,
}
