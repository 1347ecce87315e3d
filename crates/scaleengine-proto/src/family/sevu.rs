//! Stream publishers and viewing tickets: create, inspect, change and revoke.

use alloc::string::String;

use jiff::civil;
use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Date, DateTime, Id, IpRule, Nullable, Pattern, Patterns, Secret, Switch, TextId, TextInt};
use crate::reply::{Acknowledged, Document, IssuedTicket, Ticket};
use crate::value::Fields;

commands!(
    AddStreamUser,
    ErrorCount,
    ErrorLog,
    ListStreamUsers,
    RemoveStreamUser,
    Request,
    RetrieveStreamUser,
    Revoke,
    Status,
    UpdateStream
);

/// Add a publisher to a stream, or open the stream to every encoder.
///
/// A publisher is the user name and password with which an encoder publishes.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.addstreamuser",
    page = "https://cp.scaleengine.net/docs/api/sevu/add_stream_user",
    safety = Unsafe,
    reason = "it is not documented whether a repeat adds a second publisher",
    reply = Document
)]
#[constructor(publisher(user, pass))]
#[constructor(open(!user, !pass))]
#[non_exhaustive]
pub struct AddStreamUser {
    /// Application name.
    #[param(example = "demo-origin")]
    app: String,
    /// Stream name; `*` stands for all streams of the application.
    #[param(example = "mystream")]
    stream: Pattern,
    /// User name of the publisher.
    #[param(example = "username_1")]
    user: Option<Nullable<String>>,
    /// Password of the publisher.
    #[param(example = "a random password", random)]
    pass: Option<Nullable<Secret>>,
    /// Whether to record the published stream.
    #[param(example = true)]
    record: Option<bool>,
    /// Naming of the recorded files. The values are those of version 2 of the API, a newer API that
    /// this project does not use.
    #[param(example = "stream", values = ["stream", "event"])]
    record_type: Option<String>,
    /// Criterion for splitting recordings.
    #[param(example = "size", values = ["size", "schedule", "duration"])]
    segment_type: Option<String>,
    /// Segment size in MB, or duration in minutes.
    #[param(example = 15)]
    segment_value: Option<i64>,
    /// Folder for recordings.
    #[param(example = "stream_folder")]
    save_folder: Option<String>,
    /// Number of chunks in the HLS playlist, for DVR.
    #[param(example = 6)]
    playlist_count: Option<i64>,
    /// Time that a DVR session is kept, in seconds.
    #[param(example = 600)]
    playlist_timeout: Option<i64>,
    /// Whether DVR is enabled.
    #[param(example = true)]
    enable_dvr: Option<bool>,
    /// Google Analytics key.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}

/// Count the uses and attempted uses of tickets that match the parameters.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.errorcount",
    page = "https://cp.scaleengine.net/docs/api/sevu/error_count",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct ErrorCount {
    /// Ticket key.
    #[param(example = "mystream.53ffc996dd39d5.39102367")]
    key: Option<Secret>,
    /// Application name.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Stream or file.
    #[param(example = "mystream")]
    video: Option<String>,
    /// IP address of the viewer.
    #[param(example = "192.0.2.1")]
    ip: Option<String>,
    /// Ticket password.
    #[param(example = "a ticket's password")]
    pass: Option<Secret>,
    /// Whether to count successful attempts instead of refused ones.
    #[param(example = true)]
    success: Option<Switch>,
    /// Maximum number of results.
    #[param(example = 25)]
    limit: Option<TextInt>,
    /// Number of results to skip. Other commands call it `offset`.
    #[param(example = 0)]
    seek: Option<TextInt>,
    extra: Fields,
}

/// Show the access log of a ticket.
///
/// Documented on the page "attempts".
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.errorlog",
    page = "https://cp.scaleengine.net/docs/api/sevu/attempts",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct ErrorLog {
    /// Ticket key.
    #[param(example = "mystream.53ffc996dd39d5.39102367")]
    key: Secret,
    /// First day to show.
    #[param(example = civil::date(2014, 9, 16))]
    starttime: Option<Date>,
    extra: Fields,
}

/// List the streams and publishers of the account.
///
/// Each entry contains a `streamuser_id`.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.liststreamusers",
    page = "https://cp.scaleengine.net/docs/api/sevu/list_stream_users",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct ListStreamUsers {
    /// Application name.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Stream name.
    #[param(example = "mystream")]
    stream: Option<String>,
    extra: Fields,
}

/// Revoke a publisher's permission, by id or by name.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.removestreamuser",
    page = "https://cp.scaleengine.net/docs/api/sevu/remove_stream_user",
    safety = Idempotent,
    reason = "a second removal changes nothing, but may be reported as a failure",
    confirm = "the publisher loses access",
    reply = Document
)]
#[constructor(by_id(streamuser_id))]
#[constructor(by_name(app, stream, user))]
#[non_exhaustive]
pub struct RemoveStreamUser {
    /// Publisher id, from `sevu.liststreamusers`.
    #[param(example = "1")]
    streamuser_id: Option<TextId>,
    /// Application name.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Stream name.
    #[param(example = "mystream")]
    stream: Option<Pattern>,
    /// User name of the publisher.
    #[param(example = "username_1")]
    user: Option<String>,
    extra: Fields,
}

/// Create a viewing ticket.
///
/// A ticket is limited by stream, application, IP address, time and number of uses. The viewer's
/// player needs its key and password, which the reply contains under `ticket`.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.request",
    page = "https://cp.scaleengine.net/docs/api/sevu/request",
    safety = Unsafe,
    reason = "each call creates a ticket",
    reply = IssuedTicket
)]
#[non_exhaustive]
pub struct Request {
    /// Allowed applications.
    #[param(example = "demo-origin", required = Observed)]
    app: Patterns,
    /// Allowed streams or files.
    #[param(example = "mystream", required = Observed)]
    video: Patterns,
    /// Ticket password. Use at least 10 random characters, different for each ticket.
    #[param(example = "a random password", required = Observed, random)]
    pass: Secret,
    /// Allowed IP addresses. `auto` binds the ticket to the address of its first viewer.
    #[param(example = IpRule::auto(), required = Observed)]
    ip: IpRule,
    /// Allowed number of uses. 0 seems to mean no limit: another client uses it so, but the API's
    /// documentation does not mention it.
    #[param(example = 5, required = Observed)]
    uses: i64,
    /// End of validity, in UTC. Without it, whether a ticket expires is not documented.
    #[param(example = civil::date(2025, 1, 2).at(15, 0, 0, 0), optional = Observed)]
    expire: Option<DateTime>,
    extra: Fields,
}

impl Request {
    /// Returns the time when the ticket expires, if it is set.
    #[must_use]
    pub fn expires(&self) -> Option<DateTime> {
        self.expire
    }
}

/// Show the settings of a stream and the address to publish to.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.retrievestreamuser",
    page = "https://cp.scaleengine.net/docs/api/sevu/retrieve_stream_user",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[constructor(by_id(streamuser_id))]
#[constructor(by_name(app, stream, user))]
#[non_exhaustive]
pub struct RetrieveStreamUser {
    /// Publisher id.
    #[param(example = 1)]
    streamuser_id: Option<Id>,
    /// Application name.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Stream name.
    #[param(example = "mystream")]
    stream: Option<String>,
    /// User name of the publisher.
    #[param(example = "username_1")]
    user: Option<String>,
    extra: Fields,
}

/// Revoke a viewing ticket.
///
/// The documentation page was not available; the facts come from a PHP client.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.revoke",
    page = "https://cp.scaleengine.net/docs/api/sevu/revoke",
    confidence = Observed,
    safety = Idempotent,
    reason = "revoking a ticket again changes nothing",
    reply = Acknowledged
)]
#[non_exhaustive]
pub struct Revoke {
    /// Ticket key.
    #[param(example = "mystream.53ffc996dd39d5.39102367", confidence = Observed, required = Observed)]
    key: Secret,
    extra: Fields,
}

/// Show the limits, last use, remaining uses and state of a ticket.
///
/// The fields of the ticket are at the top level of the reply.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.status",
    page = "https://cp.scaleengine.net/docs/api/sevu/status",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Ticket
)]
#[non_exhaustive]
pub struct Status {
    /// Ticket key.
    #[param(example = "mystream.53ffc996dd39d5.39102367", required = Observed)]
    key: Secret,
    extra: Fields,
}

/// Change the settings of a stream.
///
/// Only the parameters that are sent are changed.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.updatestream",
    page = "https://cp.scaleengine.net/docs/api/sevu/update_stream",
    safety = Idempotent,
    reason = "a repeat sets the same values",
    reply = Document
)]
#[non_exhaustive]
pub struct UpdateStream {
    /// Stream id.
    #[param(example = "1")]
    stream_id: TextId,
    /// Whether to record the published stream.
    #[param(example = true)]
    record: Option<bool>,
    /// Naming of the recorded files. The values are those of version 2 of the API, a newer API that
    /// this project does not use.
    #[param(example = "stream", values = ["stream", "event"])]
    record_type: Option<String>,
    /// Criterion for splitting recordings.
    #[param(example = "size", values = ["size", "schedule", "duration"])]
    segment_type: Option<String>,
    /// Segment size in MB, or duration in minutes.
    #[param(example = 15)]
    segment_value: Option<i64>,
    /// Folder for recordings.
    #[param(example = "stream_folder")]
    save_folder: Option<String>,
    /// Google Analytics key.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}
