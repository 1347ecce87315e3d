//! What each command does once its request has passed the checks, and what is known of its answer.

use scaleengine_proto::{Spec, UnixTime};
use scaleengine_sign::{Json, Received};
use serde_json::{Map, Value};

use crate::answer::Failure;
use crate::playlists::Playlists;
use crate::publishers::Publishers;
use crate::streams::{LiveStream, Streams};
use crate::tickets::{Tickets, Wanted};

/// What the commands act on.
pub(crate) struct Product {
    pub(crate) streams: Streams,
    pub(crate) publishers: Publishers,
    tickets: Tickets,
    playlists: Playlists,
}

/// What an answer holds beside its envelope.
type Fields = Map<String, Value>;

/// That something which is not there is a failure without a code is **assumed**, and so are these words.
const NOT_LIVE: &str = "Stream is not live";
const NO_PUBLISHER: &str = "No such publisher";
const NO_TICKET: &str = "No such ticket";
const NO_PLAYLIST: &str = "No such playlist";

impl Product {
    pub(crate) fn seeded() -> Self {
        Self {
            streams: Streams::seeded(),
            publishers: Publishers::seeded(),
            tickets: Tickets::default(),
            playlists: Playlists::seeded(),
        }
    }

    /// The fields of the answer beside its envelope. Where the shape of the real answer was never seen, the answer is the bare
    /// envelope, marked so; what the sandbox knows stands in that mark, and not where the real API might have it.
    pub(crate) fn execute(&self, spec: &Spec, request: &Received, now: UnixTime) -> Result<Fields, Failure> {
        let known = self.known(spec.name, &Parameters { request, spec }, now)?;
        if spec.answer.seen {
            return Ok(known);
        }
        let mark = Map::from_iter([("shape".to_owned(), Value::from("not seen"))]);
        Ok(one("sandbox", Value::Object(mark.into_iter().chain(known).collect())))
    }

    /// A command that is not named here has been checked, and does nothing.
    fn known(&self, command: &str, request: &Parameters<'_>, now: UnixTime) -> Result<Fields, Failure> {
        let done = |done: bool, otherwise: &str| done.then(Map::new).ok_or_else(|| Failure::without_code(otherwise));
        match command {
            "channel.addchannel" => Ok(one("channel_id", self.playlists.add(request.all()))),
            "channel.clone" => {
                let copy = self.playlists.copy(request.id("channel_id"), request.without("channel_id"));
                copy.map(|id| one("channel_id", id)).ok_or_else(|| Failure::without_code(NO_PLAYLIST))
            }
            "channel.getallchannels" => {
                let wanted = |own: &Fields| request.agree(own, &["active", "app", "stream"]);
                Ok(one("data", self.playlists.list(wanted)))
            }
            "channel.addchannelvideos" | "channel.channeldetails" | "channel.getchannelvideos" => {
                done(self.playlists.update(request.id("channel_id"), Map::new()), NO_PLAYLIST)
            }
            "channel.replacevideos" | "channel.updatechannel" => {
                done(self.playlists.update(request.id("channel_id"), request.without("channel_id")), NO_PLAYLIST)
            }
            "sevu.addstreamuser" => Ok(one("streamuser_id", self.add_publisher(request))),
            "sevu.liststreamusers" => Ok(one("streamusers", self.publishers(request))),
            "sevu.removestreamuser" => done(self.remove_publisher(request), NO_PUBLISHER),
            "sevu.request" => Ok(one("ticket", self.request_ticket(request, now))),
            "sevu.retrievestreamuser" => match self.publishers(request).as_slice() {
                [] => Err(Failure::without_code(NO_PUBLISHER)),
                [publisher, ..] => Ok(one("streamuser", publisher.clone())),
            },
            "sevu.revoke" => done(self.tickets.revoke(&request.text("key")), NO_TICKET),
            "sevu.status" => {
                self.tickets.find(&request.text("key"), now).ok_or_else(|| Failure::without_code(NO_TICKET))
            }
            "stream.active" => Ok(one("streams", self.live(request))),
            "stream.close" => done(self.close(request), NOT_LIVE),
            "stream.details" => match self.live(request).as_slice() {
                [] => Err(Failure::without_code(NOT_LIVE)),
                [stream, ..] => Ok(one("stream", stream.clone())),
            },
            _ => Ok(Map::new()),
        }
    }

    fn live(&self, request: &Parameters<'_>) -> Vec<Value> {
        self.streams.list(|own| request.agree(own, &["app", "inst", "stream"]))
    }

    fn close(&self, request: &Parameters<'_>) -> bool {
        if request.has("stream_id") {
            return self.streams.close_id(request.id("stream_id"));
        }
        self.streams.close(&LiveStream::new(request.text("app"), request.text("inst"), request.text("stream")))
    }

    fn add_publisher(&self, request: &Parameters<'_>) -> i64 {
        let (user, pass) = (request.text("user"), request.text("pass"));
        let open = request.is_null("user") && request.is_null("pass");
        self.publishers.add(
            &request.text("app"),
            &request.text("stream"),
            (!open).then_some((user.as_str(), pass.as_str())),
        )
    }

    fn remove_publisher(&self, request: &Parameters<'_>) -> bool {
        if request.has("streamuser_id") {
            return self.publishers.remove_id(request.id("streamuser_id"));
        }
        self.publishers.remove(&request.text("app"), &request.text("stream"), &request.text("user"))
    }

    fn publishers(&self, request: &Parameters<'_>) -> Vec<Value> {
        self.publishers.list(|own| request.agree(own, &["streamuser_id", "app", "stream", "user"]))
    }

    fn request_ticket(&self, request: &Parameters<'_>, now: UnixTime) -> Fields {
        let text = |name| request.text(name);
        let wanted = Wanted {
            app: text("app"),
            video: text("video"),
            pass: text("pass"),
            ip: text("ip"),
            uses: text("uses"),
            expire: text("expire"),
        };
        self.tickets.issue(&wanted, now)
    }
}

fn one(name: &str, value: impl Into<Value>) -> Fields {
    Map::from_iter([(name.to_owned(), value.into())])
}

/// A request's parameters, read as leniently as the documentation's examples differ: an id may come as a text.
struct Parameters<'a> {
    request: &'a Received,
    spec: &'a Spec,
}

impl Parameters<'_> {
    fn get(&self, name: &str) -> Option<&Json> {
        self.request.get(name)
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn is_null(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Json::Null))
    }

    fn text(&self, name: &str) -> String {
        match self.get(name) {
            Some(Json::Text(text)) => text.clone(),
            Some(Json::Int(int)) => int.to_string(),
            _ => String::new(),
        }
    }

    /// An id; what is none is the id of nothing.
    fn id(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(-1)
    }

    /// Whether something agrees with those of these parameters that are there.
    fn agree(&self, fields: &Fields, names: &[&str]) -> bool {
        names.iter().filter(|name| self.has(name)).all(|name| {
            let own = match fields.get(*name) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Null) | None => String::new(),
                Some(other) => other.to_string(),
            };
            own == self.text(name)
        })
    }

    /// The parameters that are texts or numbers.
    fn all(&self) -> Fields {
        let scalar = |name: &str| match self.get(name)? {
            Json::Text(text) => Some(Value::from(text.clone())),
            Json::Int(int) => Some(Value::from(*int)),
            _ => None,
        };
        let names = self.spec.fields.iter().map(|field| field.name);
        names.filter_map(|name| Some((name.to_owned(), scalar(name)?))).collect()
    }

    fn without(&self, name: &str) -> Fields {
        let mut fields = self.all();
        fields.remove(name);
        fields
    }
}
