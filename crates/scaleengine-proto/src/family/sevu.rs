//! Publishers of streams, and viewing tickets.

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

/// Gives an encoder a name and a password for publishing to a stream, or opens the stream to every encoder.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.addstreamuser",
    page = "https://cp.scaleengine.net/docs/api/sevu/add_stream_user",
    safety = Unsafe,
    reason = "whether a repeat adds a second publisher is not documented",
    reply = Document
)]
#[constructor(publisher(user, pass))]
#[constructor(open(!user, !pass))]
#[non_exhaustive]
pub struct AddStreamUser {
    /// The application.
    #[param(example = "demo-origin")]
    app: String,
    /// The stream; `*` is every stream of the application.
    #[param(example = "mystream")]
    stream: Pattern,
    /// The publisher's name; null switches authentication off.
    #[param(example = "username_1")]
    user: Option<Nullable<String>>,
    /// The publisher's password; null switches authentication off.
    #[param(example = "a random password", random)]
    pass: Option<Nullable<Secret>>,
    /// Record when the stream is published.
    #[param(example = true)]
    record: Option<bool>,
    /// How files are named; version 2 of the API knows `stream` and `event`.
    #[param(example = "stream", values = ["stream", "event"])]
    record_type: Option<String>,
    /// How recordings are split: by size, schedule or duration.
    #[param(example = "size", values = ["size", "schedule", "duration"])]
    segment_type: Option<String>,
    /// Megabytes or minutes.
    #[param(example = 15)]
    segment_value: Option<i64>,
    /// The folder that recordings go to.
    #[param(example = "stream_folder")]
    save_folder: Option<String>,
    /// DVR: how many chunks the HLS playlist keeps.
    #[param(example = 6)]
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

/// Counts the uses of tickets, and the attempts, that match.
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
    /// The ticket's key.
    #[param(example = "mystream.53ffc996dd39d5.39102367")]
    key: Option<Secret>,
    /// The application.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The stream or file.
    #[param(example = "mystream")]
    video: Option<String>,
    /// The viewer's address.
    #[param(example = "192.0.2.1")]
    ip: Option<String>,
    /// The ticket's password.
    #[param(example = "a ticket's password")]
    pass: Option<Secret>,
    /// Attempts that succeeded, or those that were refused.
    #[param(example = true)]
    success: Option<Switch>,
    /// How many at most.
    #[param(example = 25)]
    limit: Option<TextInt>,
    /// How many to skip; called `offset` elsewhere.
    #[param(example = 0)]
    seek: Option<TextInt>,
    extra: Fields,
}

/// Shows the access log of a ticket. Its page is called "attempts".
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
    /// The ticket's key.
    #[param(example = "mystream.53ffc996dd39d5.39102367")]
    key: Secret,
    /// Only entries from this day on.
    #[param(example = civil::date(2014, 9, 16))]
    starttime: Option<Date>,
    extra: Fields,
}

/// Lists the streams and publishers of the account, each with its `streamuser_id`.
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
    /// The application.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The stream.
    #[param(example = "mystream")]
    stream: Option<String>,
    extra: Fields,
}

/// Takes a publisher's right away, by its id or by its name.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.removestreamuser",
    page = "https://cp.scaleengine.net/docs/api/sevu/remove_stream_user",
    safety = Idempotent,
    reason = "removed twice it is removed; the repeat may be answered with a failure",
    confirm = "the publisher loses access",
    reply = Document
)]
#[constructor(by_id(streamuser_id))]
#[constructor(by_name(app, stream, user))]
#[non_exhaustive]
pub struct RemoveStreamUser {
    /// The publisher's id, from `sevu.liststreamusers`.
    #[param(example = "1")]
    streamuser_id: Option<TextId>,
    /// The application.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The stream.
    #[param(example = "mystream")]
    stream: Option<Pattern>,
    /// The publisher's name.
    #[param(example = "username_1")]
    user: Option<String>,
    extra: Fields,
}

/// Creates a viewing ticket, limited by stream, application, address, time and number of uses.
///
/// A viewer's player is given the key and the password; the ticket stands under `ticket` in the answer.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.request",
    page = "https://cp.scaleengine.net/docs/api/sevu/request",
    safety = Unsafe,
    reason = "each call makes a ticket",
    reply = IssuedTicket
)]
#[non_exhaustive]
pub struct Request {
    /// The application or applications.
    #[param(example = "demo-origin", required = Observed)]
    app: Patterns,
    /// The streams or files.
    #[param(example = "mystream", required = Observed)]
    video: Patterns,
    /// The second half of the credential: random, ten characters or more, another one for each ticket.
    #[param(example = "a random password", required = Observed, random)]
    pass: Secret,
    /// The addresses that it is good for.
    #[param(example = IpRule::auto(), required = Observed)]
    ip: IpRule,
    /// How often it can be used; 0 is without limit (seen in a client).
    #[param(example = 5, required = Observed)]
    uses: i64,
    /// When it ends, in UTC. Another client sends `expires`, which is not documented.
    #[param(example = civil::date(2025, 1, 2).at(15, 0, 0, 0), optional = Observed)]
    expire: Option<DateTime>,
    extra: Fields,
}

impl Request {
    /// Returns the time when the ticket ends, if it is set.
    #[must_use]
    pub fn expires(&self) -> Option<DateTime> {
        self.expire
    }
}

/// Returns the settings of a stream and the address to publish to.
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
    /// The publisher's id.
    #[param(example = 1)]
    streamuser_id: Option<Id>,
    /// The application.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The stream.
    #[param(example = "mystream")]
    stream: Option<String>,
    /// The publisher's name.
    #[param(example = "username_1")]
    user: Option<String>,
    extra: Fields,
}

/// Ends a ticket.
///
/// Its page was not seen; what is known comes from a PHP client.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.revoke",
    page = "https://cp.scaleengine.net/docs/api/sevu/revoke",
    confidence = Observed,
    safety = Idempotent,
    reason = "a ticket that is revoked twice is revoked",
    reply = Acknowledged
)]
#[non_exhaustive]
pub struct Revoke {
    /// The ticket's key.
    #[param(example = "mystream.53ffc996dd39d5.39102367", confidence = Observed, required = Observed)]
    key: Secret,
    extra: Fields,
}

/// Looks a ticket up: its limits, its last use, the uses left, and whether it is active.
///
/// The ticket's fields stand at the top of the answer.
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
    /// The ticket's key.
    #[param(example = "mystream.53ffc996dd39d5.39102367", required = Observed)]
    key: Secret,
    extra: Fields,
}

/// Changes the settings of a stream; only what is sent is changed.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "sevu.updatestream",
    page = "https://cp.scaleengine.net/docs/api/sevu/update_stream",
    safety = Idempotent,
    reason = "the settings are the same after the second time",
    reply = Document
)]
#[non_exhaustive]
pub struct UpdateStream {
    /// The stream's id.
    #[param(example = "1")]
    stream_id: TextId,
    /// Record when the stream is published.
    #[param(example = true)]
    record: Option<bool>,
    /// How files are named; version 2 of the API knows `stream` and `event`.
    #[param(example = "stream", values = ["stream", "event"])]
    record_type: Option<String>,
    /// How recordings are split: by size, schedule or duration.
    #[param(example = "size", values = ["size", "schedule", "duration"])]
    segment_type: Option<String>,
    /// Megabytes or minutes.
    #[param(example = 15)]
    segment_value: Option<i64>,
    /// The folder that recordings go to.
    #[param(example = "stream_folder")]
    save_folder: Option<String>,
    /// A Google Analytics key; it is set for every playlist or stream of the same channel.
    #[param(example = "", may_be_empty)]
    ga_key: Option<String>,
    extra: Fields,
}
