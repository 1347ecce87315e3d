//! Viewing tickets as `sevu.request` and `sevu.status` return them.
//!
//! Seen in clients only: <https://cp.scaleengine.net/docs/api/sevu/request> says nothing of the answer's fields. Numbers and
//! truths come as texts, and "never" is `0000-00-00 00:00:00`.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::param::DateTime;
use crate::reply::{Document, ReplyShape, Shape};

/// A viewing ticket. `Debug` shows neither its key nor its password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ticket {
    /// The key: the first half of the credential, appended to a playback address as `key`.
    pub key: String,
    /// The password: the second half, appended as `pass`.
    pub pass: String,
    /// The applications that it is good for.
    pub app: Option<String>,
    /// The streams and files that it is good for.
    pub video: Option<String>,
    /// The addresses that it is good for.
    pub ip: Option<String>,
    /// How often it can be used.
    pub uses: Option<i64>,
    /// Whether it is active.
    pub active: Option<bool>,
    /// When it was made, in UTC.
    pub created: Option<DateTime>,
    /// When it was last used, in UTC; `None` when never, or when the answer does not say.
    pub used: Option<DateTime>,
    /// Every field, these included.
    pub fields: Document,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("app", &self.app)
            .field("video", &self.video)
            .field("uses", &self.uses)
            .field("active", &self.active)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// Key and password have to be there; what else is missing, or is not of the type that was seen, is `None`, and can still be
/// found among all fields.
impl<'de> Deserialize<'de> for Ticket {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Document::deserialize(deserializer)?;
        Ok(Self {
            key: fields.text("key").map_err(D::Error::custom)?,
            pass: fields.text("pass").map_err(D::Error::custom)?,
            app: fields.text("app").ok(),
            video: fields.text("video").ok(),
            ip: fields.text("ip").ok(),
            uses: fields.integer("uses").ok(),
            active: fields.boolean("active").ok(),
            created: fields.time("created_date").ok().flatten(),
            used: fields.time("used_date").ok().flatten(),
            fields,
        })
    }
}

/// As all fields of the reply, the key and the password included.
impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

impl ReplyShape for Ticket {
    const SHAPE: Shape = Shape::observed("The ticket's fields at the top of the answer; seen in a client.");
}

impl ReplyShape for IssuedTicket {
    const SHAPE: Shape = Shape::observed("The ticket under `ticket`; seen in two clients.");
}

/// The reply of `sevu.request`: the ticket stands under its own name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct IssuedTicket {
    /// The ticket.
    pub ticket: Ticket,
}
