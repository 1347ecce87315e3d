//! Name lookup rules shared by the adapters. `localhost` is this machine by definition and is not
//! looked up: a resolver could return another machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{fmt, io};

use super::TransportErrorKind;

/// Returns the addresses of a name that needs no lookup.
pub(super) fn known(host: &str) -> Option<[IpAddr; 2]> {
    let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    host.eq_ignore_ascii_case("localhost").then_some(here)
}

/// The error of a failed name lookup.
#[derive(Debug)]
pub(super) struct LookupError {
    pub(super) host: String,
    pub(super) error: io::Error,
}

impl LookupError {
    /// Returns the kind of error, derived from the system's message, since the error has no code.
    pub(super) fn kind(&self) -> TransportErrorKind {
        let words = self.error.to_string();
        let unknown = ["not known", "No such host", "No address associated", "nodename nor servname"];
        if unknown.iter().any(|known| words.contains(known)) {
            TransportErrorKind::NoSuchHost
        } else {
            TransportErrorKind::Resolve
        }
    }
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot resolve the name {}", self.host)
    }
}

impl std::error::Error for LookupError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
