//! Playlists, called channels in the names of commands, and the streams that they play on.

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

/// Creates a playlist of files and live streams that plays on a channel's stream, once or looped.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.addchannel",
    page = "https://cp.scaleengine.net/docs/api/channel/add_channel",
    safety = Unsafe,
    reason = "each call makes a playlist",
    reply = Document
)]
#[non_exhaustive]
pub struct AddChannel {
    /// The channel application.
    #[param(example = "jb-chorigin")]
    app: String,
    /// The playlist's name; it comes back as `channel_name`.
    #[param(example = "My first playlist")]
    name: String,
    /// The stream on which it plays.
    #[param(example = "my_channel_stream_name")]
    stream: String,
    /// Whether it plays again.
    #[param(example = true)]
    repeat: Repeat,
    /// Whether it is enabled.
    #[param(example = false)]
    active: Switch,
    /// When it takes over the stream, in UTC.
    #[param(example = civil::date(2014, 10, 13).at(15, 0, 0, 0))]
    scheduled: DateTime,
    /// Its items.
    #[param(example = [Item::file("sestore1/username/path/play_first.mp4", 3), Item::live("my_livestream_1", 4)])]
    videos: Option<List<Item>>,
    /// DVR: how many chunks the HLS playlist keeps.
    #[param(example = 4)]
    playlist_count: Option<i64>,
    /// DVR: for how many seconds a session is kept.
    #[param(example = 600)]
    playlist_timeout: Option<i64>,
    /// DVR on or off.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    /// A Google Analytics key; it is set for every playlist or stream of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}

/// Appends items to a playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.addchannelvideos",
    page = "https://cp.scaleengine.net/docs/api/channel/add_channel_videos",
    safety = Unsafe,
    reason = "each call appends the items once more",
    reply = Document
)]
#[non_exhaustive]
pub struct AddChannelVideos {
    /// The playlist's id.
    #[param(example = 1000)]
    channel_id: Id,
    /// The new items.
    #[param(example = [Item::file("sestore1/username/path/play_first.mp4", 3), Item::live("my_livestream_1", 4)])]
    videos: List<Item>,
    extra: Fields,
}

/// Returns one playlist: how it is played, and its items.
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
    /// The playlist's id.
    #[param(example = 1000)]
    channel_id: Id,
    extra: Fields,
}

/// Copies a playlist with its settings and items into a new one that is not active.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.clone",
    page = "https://cp.scaleengine.net/docs/api/channel/clone",
    safety = Unsafe,
    reason = "each call makes a playlist",
    reply = Document
)]
#[non_exhaustive]
pub struct CloneChannel {
    /// The playlist's id.
    #[param(example = "1")]
    channel_id: TextId,
    /// The copy's name.
    #[param(example = "My first playlist")]
    name: Option<String>,
    /// The copy's application.
    #[param(example = "jb-chorigin")]
    app: Option<String>,
    /// The copy's stream.
    #[param(example = "my_channel_stream_name")]
    stream: Option<String>,
    extra: Fields,
}

/// Gives the present play order of a channel: the items still to come, and behind them, where the list repeats, those
/// already played.
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
    /// The channel application.
    #[param(example = "jb-chorigin")]
    app: String,
    /// The channel's stream.
    #[param(example = "my_channel_stream_name")]
    stream: String,
    /// The instance of the application; called `inst` elsewhere.
    #[param(example = "live")]
    appinst: Option<String>,
    extra: Fields,
}

/// Lists the playlists of the account with their settings.
///
/// The list stands under `data`, with the name as `channel_name` (seen in the vendor's Perl client).
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
    /// With the items of each.
    #[param(example = true)]
    include_videos: Option<bool>,
    /// Only those that are active.
    #[param(example = true)]
    active: Option<Switch>,
    /// Only those of an application.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Only those of a stream.
    #[param(example = "my_channel")]
    stream: Option<String>,
    extra: Fields,
}

/// Lists the items of a playlist.
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
    /// The playlist's id.
    #[param(example = 1000)]
    channel_id: Id,
    extra: Fields,
}

/// Replaces all items of a playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.replacevideos",
    page = "https://cp.scaleengine.net/docs/api/channel/replace_videos",
    safety = Unsafe,
    reason = "whether a list that is playing starts over is not documented",
    confirm = "all items of the playlist are replaced",
    reply = Acknowledged
)]
#[non_exhaustive]
pub struct ReplaceVideos {
    /// The playlist's id.
    #[param(example = 1000)]
    channel_id: Id,
    /// The whole new list.
    #[param(example = [Item::file("sestore1/username/path/play_first.mp4", 3), Item::live("my_livestream_1", 4)])]
    videos: List<Item>,
    extra: Fields,
}

/// Restarts a channel: an active one is shut down and loaded again, another one is started with its latest active
/// playlist.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.reset",
    page = "https://cp.scaleengine.net/docs/api/channel/reset",
    safety = Unsafe,
    reason = "each call restarts what viewers see",
    confirm = "viewers of the channel are interrupted",
    reply = Document
)]
#[non_exhaustive]
pub struct Reset {
    /// The channel application.
    #[param(example = "jb-chorigin")]
    app: String,
    /// The channel's stream.
    #[param(example = "channel_1")]
    stream: String,
    extra: Fields,
}

/// Changes the settings of a playlist, also of an active one.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "channel.updatechannel",
    page = "https://cp.scaleengine.net/docs/api/channel/update_channel",
    safety = Unsafe,
    reason = "whether a list that is playing starts over is not documented",
    reply = Acknowledged
)]
#[non_exhaustive]
pub struct UpdateChannel {
    /// The playlist's id.
    #[param(example = 1000)]
    channel_id: Id,
    /// The channel application.
    #[param(example = "jb-chorigin")]
    app: Option<String>,
    /// The playlist's name.
    #[param(example = "My first playlist")]
    name: String,
    /// The stream on which it plays.
    #[param(example = "my_channel_stream_name")]
    stream: String,
    /// Whether it plays again.
    #[param(example = true)]
    repeat: Repeat,
    /// Whether it is enabled.
    #[param(example = false)]
    active: Switch,
    /// When it takes over the stream, in UTC.
    #[param(example = civil::date(2014, 10, 13).at(15, 0, 0, 0))]
    scheduled: DateTime,
    /// A Google Analytics key; it is set for every playlist or stream of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    /// Sends the metadata of the files instead of stripping it.
    #[param(example = false, confidence = Observed)]
    metadata: Option<Switch>,
    extra: Fields,
}
