//! Restreaming to other services: manage destinations, start and stop push sessions.

use alloc::string::String;

use scaleengine_macros::CatalogueCommand as Command;

use crate::catalogue::commands;
use crate::param::{Id, Pattern, Secret, TextMap};
use crate::reply::Document;
use crate::value::Fields;

commands!(Add, Connect, Disconnect, Remove, Services, Update);

/// Store a restreaming destination for later use.
///
/// The available copy of the documentation page is cut off after `event_name`. Its text mentions a
/// port, an application, a user, a password and more of the destination, but not the names of
/// these parameters. If you know a name, send it as an extra parameter.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.add",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/add",
    safety = Unsafe,
    reason = "each call stores another destination",
    reply = Document
)]
#[non_exhaustive]
pub struct Add {
    /// Kind of destination. The documentation also names Periscope, YouTube, RTMP, Icecast and
    /// Twitch, but their identifiers are not known.
    #[param(example = "facebook", required = Documented, values = ["akamai", "facebook"])]
    service_name: String,
    /// Destination stream name or key.
    #[param(example = "destination_stream_name", required = Documented)]
    dst_stream: Secret,
    /// Group name, the same for all transcodes.
    #[param(example = "group1")]
    adaptive_group: Option<String>,
    /// Default source application. `pushpublish.connect` can override it.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Default source stream. `pushpublish.connect` can override it.
    #[param(example = "livestream")]
    stream: Option<String>,
    /// Whether to connect when the stream is published.
    #[param(example = true)]
    autopush: Option<bool>,
    /// Akamai host id, required for Akamai.
    #[param(example = "akamai_host_id")]
    host_id: Option<String>,
    /// Akamai stream id, required for Akamai. Not the ScaleEngine stream id.
    #[param(example = "akamai_stream_id")]
    stream_id: Option<String>,
    /// Akamai event name.
    #[param(example = "my_event")]
    event_name: Option<String>,
    extra: Fields,
}

/// Start pushing a stream to a stored destination.
///
/// The documentation also mentions a manual mode, with the details of the destination in the call;
/// its example is not available.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.connect",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/connect",
    safety = Unsafe,
    reason = "each call may open another session",
    reply = Document
)]
#[non_exhaustive]
pub struct Connect {
    /// Id of the stored destination.
    #[param(example = 1234, required = Documented)]
    push_service_id: Id,
    /// Source application, instead of the stored one.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Source instance, instead of the stored one.
    #[param(example = "live")]
    inst: Option<String>,
    /// Source stream, instead of the stored one.
    #[param(example = "stream_1")]
    stream: Option<String>,
    extra: Fields,
}

/// Stop a push session, by stored destination or by entry name.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.disconnect",
    page = "https://cp.scaleengine.net/dev/docs/api/pushpublish/disconnect",
    safety = Unsafe,
    reason = "the session may have been reopened; a repeat would stop it again",
    reply = Document
)]
#[constructor(stored(push_service_id; app, inst, stream))]
#[constructor(by_entry(app, inst, entry_name))]
#[non_exhaustive]
pub struct Disconnect {
    /// Id of the stored destination.
    #[param(example = 1234)]
    push_service_id: Option<Id>,
    /// Application name. With `push_service_id`, needed only if the session was started with the
    /// details of the destination in `pushpublish.connect`.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Application instance; needed as `app` is.
    #[param(example = "live")]
    inst: Option<String>,
    /// Stream name; needed with `push_service_id`, as `app` is.
    #[param(example = "stream1")]
    stream: Option<String>,
    /// Session name in `stream.active`; `*` stands for all sessions.
    #[param(example = "session_1")]
    entry_name: Option<Pattern>,
    /// Origin server to call.
    #[param(example = "jb-origin.secdn.net")]
    origin_url: Option<String>,
    extra: Fields,
}

/// Delete a stored destination.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.remove",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/remove",
    safety = Idempotent,
    reason = "a second removal changes nothing, but may be reported as a failure",
    confirm = "the stored destination is deleted",
    reply = Document
)]
#[non_exhaustive]
pub struct Remove {
    /// Id of the stored destination.
    #[param(example = 1)]
    push_service_id: Id,
    extra: Fields,
}

/// List the stored destinations.
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
    /// Field values that the listed destinations must have.
    #[param(example = [("service_name", "facebook")], optional = Assumed)]
    filters: Option<TextMap>,
    extra: Fields,
}

/// Change a stored destination.
///
/// The available copy of the documentation page is cut off after `event_name`. Its text mentions a
/// port, an application, a user, a password and more of the destination, but not the names of
/// these parameters. If you know a name, send it as an extra parameter.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "pushpublish.update",
    page = "https://cp.scaleengine.net/docs/api/pushpublish/update",
    safety = Idempotent,
    reason = "a repeat stores the same details",
    reply = Document
)]
#[non_exhaustive]
pub struct Update {
    /// Id of the stored destination.
    #[param(example = 100, required = Documented)]
    push_service_id: Id,
    /// Kind of destination. The documentation also names Periscope, YouTube, RTMP, Icecast and
    /// Twitch, but their identifiers are not known.
    #[param(example = "facebook", required = Documented, values = ["akamai", "facebook"])]
    service_name: String,
    /// Destination stream name or key.
    #[param(example = "destination_stream_name", required = Documented)]
    dst_stream: Secret,
    /// Group name, the same for all transcodes.
    #[param(example = "group1")]
    adaptive_group: Option<String>,
    /// Default source application. `pushpublish.connect` can override it.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// Default source stream. `pushpublish.connect` can override it.
    #[param(example = "livestream")]
    stream: Option<String>,
    /// Whether to connect when the stream is published.
    #[param(example = true)]
    autopush: Option<bool>,
    /// Akamai host id, required for Akamai.
    #[param(example = "akamai_host_id")]
    host_id: Option<String>,
    /// Akamai stream id, required for Akamai. Not the ScaleEngine stream id.
    #[param(example = "akamai_stream_id")]
    stream_id: Option<String>,
    /// Akamai event name.
    #[param(example = "my_event")]
    event_name: Option<String>,
    extra: Fields,
}
