//! Publishers of streams.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::streams::LiveStream;

/// The user name and password of the documentation's example publisher.
pub(crate) const EXAMPLE: (&str, &str) = ("username_1", "a random password");

/// A publisher of a stream, or of every stream of an application (`*`). Without a user name,
/// authentication is switched off.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publisher {
    pub(crate) app: String,
    pub(crate) stream: String,
    #[serde(default)]
    pub(crate) user: Option<String>,
    #[serde(default)]
    pub(crate) pass: Option<String>,
}

impl Publisher {
    pub(crate) fn new(app: impl Into<String>, stream: impl Into<String>, login: Option<(&str, &str)>) -> Self {
        let (user, pass) = login.map(|(user, pass)| (user.to_owned(), pass.to_owned())).unzip();
        Self { app: app.into(), stream: stream.into(), user, pass }
    }

    /// Returns whether it is this publisher. The password is not compared.
    pub(crate) fn is(&self, app: &str, stream: &str, user: Option<&str>) -> bool {
        self.app == app && self.stream == stream && self.user.as_deref() == user
    }

    pub(crate) fn admits(&self, stream: &LiveStream, user: &str, pass: &str) -> bool {
        let covers = self.app == stream.app && (self.stream == stream.stream || self.stream == "*");
        let open = self.user.is_none();
        covers && (open || self.user.as_deref() == Some(user) && self.pass.as_deref() == Some(pass))
    }

    pub(crate) fn shown(&self, id: i64) -> Value {
        json!({ "streamuser_id": id, "app": self.app, "stream": self.stream, "user": self.user })
    }
}
