//! Who may publish to which stream.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use crate::streams::LiveStream;

/// The example publisher's name and password, as the documentation has them.
pub(crate) const EXAMPLE: (&str, &str) = ("username_1", "a random password");

/// A publisher of a stream, or of every stream of an application (`*`).
struct Publisher {
    app: String,
    stream: String,
    /// `None` where authentication was switched off.
    login: Option<(String, String)>,
}

impl Publisher {
    fn is(&self, app: &str, stream: &str, user: Option<&str>) -> bool {
        let own = self.login.as_ref().map(|(user, _)| user.as_str());
        self.app == app && self.stream == stream && own == user
    }

    fn covers(&self, stream: &LiveStream) -> bool {
        self.app == stream.app && (self.stream == stream.stream || self.stream == "*")
    }
}

/// The publishers by their ids.
pub(crate) struct Publishers(Mutex<BTreeMap<i64, Publisher>>);

impl Publishers {
    /// The documentation's example publisher, of the stream that is live.
    pub(crate) fn seeded() -> Self {
        let publishers = Self(Mutex::default());
        let (user, pass) = EXAMPLE;
        publishers.add("demo-origin", "my_live_stream", Some((user, pass)));
        publishers
    }

    /// Adds a publisher, and gives its id. That one who is there already keeps the id and gets the new password is **assumed**.
    pub(crate) fn add(&self, app: &str, stream: &str, login: Option<(&str, &str)>) -> i64 {
        let mut publishers = self.publishers();
        let user = login.map(|(user, _)| user);
        let there = publishers.iter().find(|(_, own)| own.is(app, stream, user)).map(|(id, _)| *id);
        let id = there.unwrap_or_else(|| publishers.last_key_value().map_or(1, |(last, _)| last + 1));
        let login = login.map(|(user, pass)| (user.to_owned(), pass.to_owned()));
        publishers.insert(id, Publisher { app: app.to_owned(), stream: stream.to_owned(), login });
        id
    }

    /// Whether there was such a publisher to remove.
    pub(crate) fn remove(&self, app: &str, stream: &str, user: &str) -> bool {
        let mut publishers = self.publishers();
        let before = publishers.len();
        publishers.retain(|_, own| !own.is(app, stream, Some(user)));
        publishers.len() < before
    }

    /// Whether there was such a publisher to remove.
    pub(crate) fn remove_id(&self, id: i64) -> bool {
        self.publishers().remove(&id).is_some()
    }

    /// The publishers that are wanted, each by what a request calls its parts.
    pub(crate) fn list(&self, wanted: impl Fn(&Map<String, Value>) -> bool) -> Vec<Value> {
        let publishers = self.publishers();
        let fields = publishers.iter().map(|(id, own)| {
            let user = own.login.as_ref().map(|(user, _)| user);
            json!({ "streamuser_id": id, "app": own.app, "stream": own.stream, "user": user })
        });
        fields.filter(|fields| fields.as_object().is_some_and(&wanted)).collect()
    }

    /// Whether an encoder with this name and password may publish.
    pub(crate) fn admit(&self, stream: &LiveStream, user: &str, pass: &str) -> bool {
        self.publishers().values().filter(|own| own.covers(stream)).any(|own| match &own.login {
            None => true,
            Some((name, password)) => name == user && password == pass,
        })
    }

    /// Each change is one step, so what a panicking thread left behind is whole.
    fn publishers(&self) -> MutexGuard<'_, BTreeMap<i64, Publisher>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
