//! Channels: create, change and schedule their playlists, and restart playout.
//!
//! The names of the commands call a playlist a channel: `channel_id` is the id of a playlist.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{DateTime, Id, Item, List, Repeat, Switch, TextId};
use crate::reply::{Acknowledged, Document, Playlists};
use crate::value::Fields;

commands!(
    AddChannel,
    AddChannelVideos,
    ChannelDetails,
    CloneChannel,
    CurrentChannels,
    GetAllChannels,
    GetChannelVideos,
    ReplaceVideos,
    Reset,
    UpdateChannel
);

/// Create a playlist of files and live streams for a channel.
///
/// The playlist plays on the channel's stream from the scheduled time on, once or repeatedly.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.addchannel",
    page = "https://cp.scaleengine.net/docs/api/channel/add_channel",
    safety = Unsafe,
    reason = "each call creates a playlist",
    reply = Document
)]
#[non_exhaustive]
pub struct AddChannel {
    /// Channel application.
    #[param(example = "jb-chorigin")]
    app: String,
    /// Playlist name. Replies call it `channel_name`.
    #[param(example = "My first playlist")]
    name: String,
    /// Stream that plays the playlist.
    #[param(example = "my_channel_stream_name")]
    stream: String,
    /// Whether the playlist repeats.
    #[param(example = true)]
    repeat: Repeat,
    /// Whether the playlist is enabled.
    #[param(example = false)]
    active: Switch,
    /// Time at which the playlist takes over the stream, in UTC.
    #[param(example = civil::date(2014, 10, 13).at(15, 0, 0, 0))]
    scheduled: DateTime,
    /// Items of the playlist.
    #[param(example = [Item::file("sestore1/username/path/play_first.mp4", 3), Item::live("my_livestream_1", 4)])]
    videos: Option<List<Item>>,
    /// Number of chunks in the HLS playlist, for DVR.
    #[param(example = 4)]
    playlist_count: Option<i64>,
    /// Time that a DVR session is kept, in seconds.
    #[param(example = 600)]
    playlist_timeout: Option<i64>,
    /// Whether DVR is enabled.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    /// Google Analytics key. It is set for all playlists of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}

/// Append items to a playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.addchannelvideos",
    page = "https://cp.scaleengine.net/docs/api/channel/add_channel_videos",
    safety = Unsafe,
    reason = "each call appends the items again",
    reply = Document
)]
#[non_exhaustive]
pub struct AddChannelVideos {
    /// Playlist id.
    #[param(example = 1000)]
    channel_id: Id,
    /// Items to append.
    #[param(example = [Item::file("sestore1/username/path/play_first.mp4", 3), Item::live("my_livestream_1", 4)])]
    videos: List<Item>,
    extra: Fields,
}

/// Show the settings and items of a playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.channeldetails",
    page = "https://cp.scaleengine.net/dev/docs/api/channel/channel_details",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct ChannelDetails {
    /// Playlist id.
    #[param(example = 1000)]
    channel_id: Id,
    extra: Fields,
}

/// Copy a playlist with its settings and items to a new, inactive playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.clone",
    page = "https://cp.scaleengine.net/docs/api/channel/clone",
    safety = Unsafe,
    reason = "each call creates a playlist",
    reply = Document
)]
#[non_exhaustive]
pub struct CloneChannel {
    /// Id of the playlist to copy.
    #[param(example = "1")]
    channel_id: TextId,
    /// Name of the copy.
    #[param(example = "My first playlist")]
    name: Option<String>,
    /// Application of the copy.
    #[param(example = "jb-chorigin")]
    app: Option<String>,
    /// Stream of the copy.
    #[param(example = "my_channel_stream_name")]
    stream: Option<String>,
    extra: Fields,
}

/// List the items of a channel in their current play order.
///
/// Items still to be played come first. If the playlist repeats, the items already played follow.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.currentchannels",
    page = "https://cp.scaleengine.net/dev/docs/api/channel/current_channels",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct CurrentChannels {
    /// Channel application.
    #[param(example = "jb-chorigin")]
    app: String,
    /// Stream of the channel.
    #[param(example = "my_channel_stream_name")]
    stream: String,
    /// Application instance. Other commands call it `inst`.
    #[param(example = "live")]
    appinst: Option<String>,
    extra: Fields,
}

/// List the playlists of the account with their settings.
///
/// The reply contains the list under `data`, each name as `channel_name` (observed in the vendor's
/// Perl client).
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.getallchannels",
    page = "https://cp.scaleengine.net/docs/api/channel/get_all_channels",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Playlists
)]
#[non_exhaustive]
pub struct GetAllChannels {
    /// Whether to include the items of each playlist.
    #[param(example = true)]
    include_videos: Option<bool>,
    /// Whether to list only active playlists.
    #[param(example = true)]
    active: Option<Switch>,
    /// Application of the playlists to list.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Stream of the playlists to list.
    #[param(example = "my_channel")]
    stream: Option<String>,
    extra: Fields,
}

/// List the items of a playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.getchannelvideos",
    page = "https://cp.scaleengine.net/docs/api/channel/get_channel_videos",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct GetChannelVideos {
    /// Playlist id.
    #[param(example = 1000)]
    channel_id: Id,
    extra: Fields,
}

/// Replace all items of a playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.replacevideos",
    page = "https://cp.scaleengine.net/docs/api/channel/replace_videos",
    safety = Unsafe,
    reason = "it is not documented whether a repeat restarts a playing playlist",
    confirm = "all items of the playlist are replaced",
    reply = Acknowledged
)]
#[non_exhaustive]
pub struct ReplaceVideos {
    /// Playlist id.
    #[param(example = 1000)]
    channel_id: Id,
    /// Complete new list of items.
    #[param(example = [Item::file("sestore1/username/path/play_first.mp4", 3), Item::live("my_livestream_1", 4)])]
    videos: List<Item>,
    extra: Fields,
}

/// Restart a channel.
///
/// An active channel is shut down and loaded again. An inactive channel is started with its most
/// recent active playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.reset",
    page = "https://cp.scaleengine.net/docs/api/channel/reset",
    safety = Unsafe,
    reason = "each call interrupts the viewers again",
    confirm = "viewers of the channel are interrupted",
    reply = Document
)]
#[non_exhaustive]
pub struct Reset {
    /// Channel application.
    #[param(example = "jb-chorigin")]
    app: String,
    /// Stream of the channel.
    #[param(example = "channel_1")]
    stream: String,
    extra: Fields,
}

/// Change the settings of a playlist.
///
/// An active playlist can be disabled or rescheduled.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.updatechannel",
    page = "https://cp.scaleengine.net/docs/api/channel/update_channel",
    safety = Unsafe,
    reason = "it is not documented whether a repeat restarts a playing playlist",
    reply = Acknowledged
)]
#[non_exhaustive]
pub struct UpdateChannel {
    /// Playlist id.
    #[param(example = 1000)]
    channel_id: Id,
    /// Channel application.
    #[param(example = "jb-chorigin")]
    app: Option<String>,
    /// Playlist name.
    #[param(example = "My first playlist")]
    name: String,
    /// Stream that plays the playlist.
    #[param(example = "my_channel_stream_name")]
    stream: String,
    /// Whether the playlist repeats.
    #[param(example = true)]
    repeat: Repeat,
    /// Whether the playlist is enabled.
    #[param(example = false)]
    active: Switch,
    /// Time at which the playlist takes over the stream, in UTC.
    #[param(example = civil::date(2014, 10, 13).at(15, 0, 0, 0))]
    scheduled: DateTime,
    /// Google Analytics key. It is set for all playlists of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    /// Whether to send the metadata of the files; otherwise it is stripped.
    #[param(example = false, confidence = Observed)]
    metadata: Option<Switch>,
    extra: Fields,
}
