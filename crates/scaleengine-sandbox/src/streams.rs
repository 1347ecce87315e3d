//! The streams that are live.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The name of a live stream. From a `StreamName` of the client: `LiveStream::new(name.app(), name.inst(), name.stream())`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveStream {
    /// The application.
    pub app: String,
    /// Its instance.
    pub inst: String,
    /// The stream.
    pub stream: String,
}

impl LiveStream {
    /// A stream of an instance of an application.
    #[must_use]
    pub fn new(app: impl Into<String>, inst: impl Into<String>, stream: impl Into<String>) -> Self {
        Self { app: app.into(), inst: inst.into(), stream: stream.into() }
    }
}

/// A live stream, and the encoder on it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct Stream {
    pub(crate) name: LiveStream,
    /// Whom the encoder publishes as.
    user: Option<String>,
    pass: Option<String>,
    /// Whether it comes back after a close, as encoders do.
    pub(crate) reconnects: bool,
}

/// A stream as it stands in a seed and in a snapshot.
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
    /// A stream whose encoder does not come back.
    pub(crate) fn once(name: LiveStream) -> Self {
        Self { name, user: None, pass: None, reconnects: false }
    }

    /// A stream whose encoder comes back after a close, as long as it is admitted.
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
