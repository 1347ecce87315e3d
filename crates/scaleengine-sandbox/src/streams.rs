//! Live streams.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of a live stream. To convert a `StreamName` of the client:
/// `LiveStream::new(name.app(), name.inst(), name.stream())`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveStream {
    /// The name of the application.
    pub app: String,
    /// The name of the instance of the application.
    pub inst: String,
    /// The name of the stream.
    pub stream: String,
}

impl LiveStream {
    /// Creates the name from its parts.
    #[must_use]
    pub fn new(app: impl Into<String>, inst: impl Into<String>, stream: impl Into<String>) -> Self {
        Self { app: app.into(), inst: inst.into(), stream: stream.into() }
    }
}

/// A live stream and its encoder.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct Stream {
    pub(crate) name: LiveStream,
    /// The user name of the encoder.
    user: Option<String>,
    pass: Option<String>,
    /// Whether the encoder reconnects after a close.
    pub(crate) reconnects: bool,
}

/// A stream as written in a seed or a snapshot.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    app: String,
    inst: String,
    stream: String,
    user: Option<String>,
    pass: Option<String>,
    #[serde(default)]
    reconnect: bool,
}

impl From<Written> for Stream {
    fn from(own: Written) -> Self {
        let name = LiveStream { app: own.app, inst: own.inst, stream: own.stream };
        Self { name, user: own.user, pass: own.pass, reconnects: own.reconnect }
    }
}

impl From<Stream> for Written {
    fn from(own: Stream) -> Self {
        let LiveStream { app, inst, stream } = own.name;
        Self { app, inst, stream, user: own.user, pass: own.pass, reconnect: own.reconnects }
    }
}

impl Stream {
    /// Creates a stream whose encoder does not reconnect.
    pub(crate) fn once(name: LiveStream) -> Self {
        Self { name, user: None, pass: None, reconnects: false }
    }

    /// Creates a stream whose encoder reconnects after a close, as long as it is admitted.
    pub(crate) fn reconnecting(name: LiveStream, user: &str, pass: &str) -> Self {
        Self { name, user: Some(user.to_owned()), pass: Some(pass.to_owned()), reconnects: true }
    }

    pub(crate) fn login(&self) -> (&str, &str) {
        (self.user.as_deref().unwrap_or_default(), self.pass.as_deref().unwrap_or_default())
    }

    pub(crate) fn shown(&self, id: i64) -> Value {
        let LiveStream { app, inst, stream } = &self.name;
        json!({ "stream_id": id, "app": app, "inst": inst, "stream": stream })
    }
}
