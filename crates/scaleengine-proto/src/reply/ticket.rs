//! Viewing tickets in the replies of `sevu.request` and `sevu.status`.
//!
//! Observed in clients only: <https://cp.scaleengine.net/docs/api/sevu/request> does not describe
//! the fields of the reply. Numbers and booleans are strings, and "never" is `0000-00-00 00:00:00`.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::param::DateTime;
use crate::reply::{Document, ReplyShape, Shape};

/// A viewing ticket. `Debug` shows neither its key nor its password.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ticket {
    /// The key, appended to a playback URL as `key`.
    pub key: String,
    /// The password, appended to a playback URL as `pass`.
    pub pass: String,
    /// The applications for which the ticket is valid.
    pub app: Option<String>,
    /// The streams and files for which the ticket is valid.
    pub video: Option<String>,
    /// The addresses from which the ticket is valid.
    pub ip: Option<String>,
    /// The number of times the ticket can be used.
    pub uses: Option<i64>,
    /// Whether the ticket is active.
    pub active: Option<bool>,
    /// The time of creation, in UTC.
    pub created: Option<DateTime>,
    /// The time of the last use, in UTC; `None` if never, or if the reply does not contain it.
    pub used: Option<DateTime>,
    /// All fields, including the ones above.
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

/// Requires a key and a password. Any other field that is missing or has an unexpected type is
/// `None`; its value can still be read from `fields`.
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

/// Serializes all fields of the reply, including the key and the password. Numbers are those of a
/// [`Document`].
impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

impl ReplyShape for Ticket {
    const SHAPE: Shape = Shape::observed("The ticket's fields at the top level of the reply; observed in one client.");
}

impl ReplyShape for IssuedTicket {
    const SHAPE: Shape = Shape::observed("The ticket under `ticket`; observed in two clients.");
}

/// The reply of `sevu.request`, with the ticket under `ticket`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct IssuedTicket {
    /// The ticket.
    pub ticket: Ticket,
}
