//! Restreaming to other services.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Id, Pattern, Secret, TextMap};
use crate::reply::Document;
use crate::value::Fields;

commands!(Add, Connect, Disconnect, Remove, Services, Update);

/// Stores a destination for later use.
///
/// The page is cut off after `event_name`: more parameters (port, application, user and password of the destination,
/// and others) are named in its text, and can be sent as extra ones.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.add",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/add",
    safety = Unsafe,
    reason = "each call stores a destination",
    reply = Document
)]
#[non_exhaustive]
pub struct Add {
    /// The kind of destination: `akamai` and `facebook` are the identifiers that were seen; Periscope, YouTube, RTMP,
    /// Icecast and Twitch are named.
    #[param(example = "facebook", required = Documented, values = ["akamai", "facebook"])]
    service_name: String,
    /// The stream's name or key at the destination.
    #[param(example = "destination_stream_name", required = Documented)]
    dst_stream: Secret,
    /// The same name for all transcodes of one stream.
    #[param(example = "group1")]
    adaptive_group: Option<String>,
    /// The application that the stream comes from, unless a connect says otherwise.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The stream, unless a connect says otherwise.
    #[param(example = "livestream")]
    stream: Option<String>,
    /// Connects by itself when the stream is published.
    #[param(example = true)]
    autopush: Option<bool>,
    /// Akamai's host id; required there.
    #[param(example = "akamai_host_id")]
    host_id: Option<String>,
    /// Akamai's stream id, which is not ScaleEngine's; required there.
    #[param(example = "akamai_stream_id")]
    stream_id: Option<String>,
    /// Akamai's event name.
    #[param(example = "my_event")]
    event_name: Option<String>,
    extra: Fields,
}

/// Starts pushing a stream to a stored destination.
///
/// The page knows a manual form too, with the details of the destination in the call; its example was not seen.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.connect",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/connect",
    safety = Unsafe,
    reason = "each call may open a session",
    reply = Document
)]
#[non_exhaustive]
pub struct Connect {
    /// The stored destination.
    #[param(example = 1234, required = Documented)]
    push_service_id: Id,
    /// The application, in place of the stored one.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The instance, in place of the stored one.
    #[param(example = "live")]
    inst: Option<String>,
    /// The stream, in place of the stored one.
    #[param(example = "stream_1")]
    stream: Option<String>,
    extra: Fields,
}

/// Stops a push session, by its stored destination or by its entry name.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.disconnect",
    page = "https://cp.scaleengine.net/dev/docs/api/pushpublish/disconnect",
    safety = Unsafe,
    reason = "the session may have been opened again",
    reply = Document
)]
#[constructor(stored(push_service_id; app, inst, stream))]
#[constructor(by_entry(app, inst, entry_name))]
#[non_exhaustive]
pub struct Disconnect {
    /// The stored destination.
    #[param(example = 1234)]
    push_service_id: Option<Id>,
    /// The application; with a stored destination only where it was connected by hand.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The instance; with a stored destination only where it was connected by hand.
    #[param(example = "live")]
    inst: Option<String>,
    /// The stream, where it was connected by hand.
    #[param(example = "stream1")]
    stream: Option<String>,
    /// The session's name in `stream.active`; `*` is every session.
    #[param(example = "session_1")]
    entry_name: Option<Pattern>,
    /// The address of the origin server to ask.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Deletes a stored destination.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.remove",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/remove",
    safety = Idempotent,
    reason = "removed twice it is removed; the repeat may be answered with a failure",
    confirm = "the stored destination is deleted",
    reply = Document
)]
#[non_exhaustive]
pub struct Remove {
    /// The stored destination.
    #[param(example = 1)]
    push_service_id: Id,
    extra: Fields,
}

/// Lists the stored destinations.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.services",
    page = "https://cp.scaleengine.net/dev/docs/api/pushpublish/services",
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Services {
    /// Only those whose fields have these values.
    #[param(example = [("service_name", "facebook")], optional = Assumed)]
    filters: Option<TextMap>,
    extra: Fields,
}

/// Changes a stored destination.
///
/// The page is cut off after `event_name`: more parameters (port, application, user and password of the destination,
/// and others) are named in its text, and can be sent as extra ones.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.update",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/update",
    safety = Idempotent,
    reason = "the stored details are the same after the second time",
    reply = Document
)]
#[non_exhaustive]
pub struct Update {
    /// The stored destination.
    #[param(example = 100, required = Documented)]
    push_service_id: Id,
    /// The kind of destination: `akamai` and `facebook` are the identifiers that were seen; Periscope, YouTube, RTMP,
    /// Icecast and Twitch are named.
    #[param(example = "facebook", required = Documented, values = ["akamai", "facebook"])]
    service_name: String,
    /// The stream's name or key at the destination.
    #[param(example = "destination_stream_name", required = Documented)]
    dst_stream: Secret,
    /// The same name for all transcodes of one stream.
    #[param(example = "group1")]
    adaptive_group: Option<String>,
    /// The application that the stream comes from, unless a connect says otherwise.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The stream, unless a connect says otherwise.
    #[param(example = "livestream")]
    stream: Option<String>,
    /// Connects by itself when the stream is published.
    #[param(example = true)]
    autopush: Option<bool>,
    /// Akamai's host id; required there.
    #[param(example = "akamai_host_id")]
    host_id: Option<String>,
    /// Akamai's stream id, which is not ScaleEngine's; required there.
    #[param(example = "akamai_stream_id")]
    stream_id: Option<String>,
    /// Akamai's event name.
    #[param(example = "my_event")]
    event_name: Option<String>,
    extra: Fields,
}
