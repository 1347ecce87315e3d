//! Live streams on the origin servers.

use alloc::string::String;

use scaleengine_macros::Command;

use crate::catalogue::commands;
use crate::reply::Acknowledged;
use crate::value::Fields;

commands!(Close);

/// Throws an encoder off a live stream, at once.
///
/// The encoder may reconnect unless its publisher's right was taken away or changed before; alone this forces a
/// reconnect, together with that it shuts a stream down.
///
/// ```
/// use scaleengine_proto::stream;
///
/// let by_name = stream::Close::by_name("demo-origin", "live", "my_live_stream");
/// let by_id = stream::Close::by_id(1000).origin_url("jb-origin.secdn.net");
/// ```
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.close",
    page = "https://cp.scaleengine.net/docs/api/stream/close",
    safety = Unsafe,
    reason = "an encoder may have reconnected, and a repeat would throw it off again",
    reply = Acknowledged
)]
#[form(by_name(app, inst, stream))]
#[form(by_id(stream_id))]
#[non_exhaustive]
pub struct Close {
    /// The application that the stream is published to.
    #[param(example = "demo-origin")]
    app: Option<String>,
    /// The instance of the application.
    #[param(example = "live")]
    inst: Option<String>,
    /// The stream's name, or the path of a VOD file.
    #[param(example = "my_live_stream")]
    stream: Option<String>,
    /// The stream's id.
    #[param(example = 1000)]
    stream_id: Option<i64>,
    /// The address of the origin server to ask. The documentation marks it both optional and required; it gives the
    /// defaults `jb-origin.secdn.net` and, for channels, `jb-chorigin.secdn.net`, where `jb` is its example account.
    #[param(example = "jb-origin.secdn.net")]
    pub origin_url: Option<String>,
    extra: Fields,
}
