//! Viewing tickets, in the shape that clients have observed: every value is a string.

use std::net::IpAddr;

use scaleengine_proto::param::DateTime;
use scaleengine_proto::{Param as _, UnixTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::table::Table;

/// The date that the API sends for "never".
const NEVER: &str = "0000-00-00 00:00:00";

/// A ticket, with its limits and its uses.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    #[serde(default)]
    pub(crate) key: String,
    pub(crate) app: String,
    pub(crate) video: String,
    #[serde(default)]
    pub(crate) pass: String,
    /// `auto`, `auto/BITS`, an address or `ADDRESS/BITS`; several are separated by `|`.
    #[serde(default)]
    pub(crate) ip: String,
    /// The allowed number of uses.
    #[serde(default)]
    pub(crate) uses: String,
    #[serde(default)]
    pub(crate) expire: String,
    #[serde(default)]
    pub(crate) created: i64,
    #[serde(default)]
    pub(crate) used: Option<i64>,
    #[serde(default)]
    pub(crate) count: i64,
    #[serde(default)]
    pub(crate) revoked: bool,
    /// The address of the first use, which `auto` stands for.
    #[serde(default)]
    pub(crate) bound: Option<IpAddr>,
}

/// An attempt to use a ticket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) key: String,
    time: i64,
    ip: String,
    pub(crate) success: bool,
    why: String,
}

impl Attempt {
    pub(crate) fn shown(&self) -> Value {
        let when = time(self.time);
        json!({ "key": self.key, "time": when, "ip": self.ip, "success": self.success, "why": self.why })
    }
}

fn time(unix: i64) -> String {
    DateTime::from_unix(UnixTime(unix)).map_or_else(|| NEVER.to_owned(), |time| time.to_string())
}

impl Ticket {
    /// Returns the number of remaining uses, or `None` without a limit.
    fn uses_left(&self) -> Option<i64> {
        self.uses.trim().parse::<i64>().ok().map(|uses| (uses - self.count).max(0))
    }

    fn refusal(&self, pass: &str, ip: Option<IpAddr>, now: UnixTime) -> Option<&'static str> {
        let ended = DateTime::parse(&self.expire).is_ok_and(|expires| expires.to_unix() <= now);
        if self.revoked {
            Some("revoked")
        } else if ended {
            Some("expired")
        } else if self.uses_left() == Some(0) {
            Some("no uses left")
        } else if self.pass != pass {
            Some("wrong password")
        } else {
            ip.filter(|ip| !self.allows(*ip)).map(|_| "another address")
        }
    }

    /// Returns whether the ticket allows an address. `auto` allows the address of the first use,
    /// and `auto/BITS` its network.
    fn allows(&self, ip: IpAddr) -> bool {
        let mut rules = self.ip.split([',', '|', ' ']).filter(|rule| !rule.is_empty()).peekable();
        if rules.peek().is_none() {
            return true;
        }
        rules.any(|rule| match (rule.strip_prefix("auto"), self.bound) {
            (Some(_), None) => true,
            (Some(bits), Some(bound)) => within(&format!("{bound}{bits}"), ip),
            (None, _) => within(rule, ip),
        })
    }

    /// Returns the fields of the reply. A ticket that has ended is not active.
    pub(crate) fn shown(&self, now: UnixTime) -> Map<String, Value> {
        let active = self.refusal(&self.pass, None, now).is_none();
        let fields = json!({
            "key": self.key,
            "pass": self.pass,
            "app": self.app,
            "video": self.video,
            "ip": self.ip,
            "uses": self.uses_left().map_or_else(|| self.uses.clone(), |left| left.to_string()),
            "active": if active { "1" } else { "0" },
            "created_date": time(self.created),
            "used_date": self.used.map_or_else(|| NEVER.to_owned(), time),
        });
        if let Value::Object(fields) = fields { fields } else { Map::new() }
    }
}

/// Returns whether an address is in `ADDRESS` or `ADDRESS/BITS`.
fn within(network: &str, ip: IpAddr) -> bool {
    let (address, bits) = network.split_once('/').map_or((network, None), |(address, bits)| (address, Some(bits)));
    let wide = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)) << 96, 32),
        IpAddr::V6(ip) => (u128::from(ip), 128),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let ((own, longest), (other, length)) = (wide(address), wide(ip));
    let bits = bits.map_or(Some(longest), |bits| bits.parse().ok());
    let differs = |bits: u32| bits > 0 && (own ^ other) >> (128 - bits) != 0;
    // `0.0.0.0/0` allows IPv6 addresses too.
    bits == Some(0) || longest == length && bits.is_some_and(|bits| bits <= longest && !differs(bits))
}

impl Table<Ticket> {
    /// Issues a ticket and returns its id.
    pub(crate) fn issue(&mut self, ticket: Ticket, now: UnixTime) -> i64 {
        // The format of observed keys: the video with `_` for `*`, hex digits, decimal digits.
        let video = ticket.video.replace(['*', '/', '|'], "_");
        let id = self.add(Ticket { created: now.0, ..ticket });
        if let Some(own) = self.get_mut(id) {
            own.key = format!("{video}.{:014x}.{id:08}", now.0);
        }
        id
    }

    pub(crate) fn by_key(&mut self, key: &str) -> Option<&mut Ticket> {
        let id = self.find(|ticket| ticket.key == key)?;
        self.get_mut(id)
    }

    /// Uses a ticket as a viewer does. Returns the attempt, and the reason of a refusal.
    pub(crate) fn view(
        &mut self,
        key: &str,
        pass: &str,
        ip: IpAddr,
        now: UnixTime,
    ) -> (Attempt, Result<(), &'static str>) {
        let refusal = match self.by_key(key) {
            None => Some("no such ticket"),
            Some(ticket) => ticket.refusal(pass, Some(ip), now),
        };
        if let Some(ticket) = self.by_key(key).filter(|_| refusal.is_none()) {
            ticket.count += 1;
            ticket.used = Some(now.0);
            ticket.bound.get_or_insert(ip);
        }
        let why = refusal.unwrap_or_default().to_owned();
        let attempt = Attempt { key: key.to_owned(), time: now.0, ip: ip.to_string(), success: refusal.is_none(), why };
        (attempt, refusal.map_or(Ok(()), Err))
    }
}
