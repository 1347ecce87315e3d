//! Headers that are not forwarded, and detection of requests that come back.

use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::header::{CONNECTION, HeaderMap};

/// The headers of a connection (RFC 9110, 7.6.1), and those that the next connection sets itself.
const OF_A_HOP: [&str; 12] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
    "host",
    "content-length",
];

/// The limit of identical requests that are forwarded at once. It ends the loop of a sandbox that
/// forwards to itself, or to another one that forwards back. The limit is not 1, because a client
/// may send the same command many times within a second, with identical bytes. **Chosen:** above
/// the usage of clients, and below the limit of file descriptors.
const AT_ONCE: usize = 100;

/// Removes the headers of the connection.
pub(crate) fn without(mut headers: HeaderMap) -> HeaderMap {
    let named: Vec<String> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for name in OF_A_HOP.into_iter().chain(named.iter().map(String::as_str)) {
        headers.remove(name);
    }
    headers
}

/// The requests that are being forwarded.
#[derive(Default)]
pub(crate) struct Passing(Mutex<Vec<Bytes>>);

impl Passing {
    /// Counts this request as being forwarded until the value is dropped. Returns `None` if the
    /// limit is reached.
    pub(crate) fn begin(&self, body: &Bytes) -> Option<Pass<'_>> {
        let mut bodies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bodies.iter().filter(|own| *own == body).count() >= AT_ONCE {
            return None;
        }
        bodies.push(body.clone());
        Some(Pass { passing: self, body: body.clone() })
    }
}

pub(crate) struct Pass<'a> {
    passing: &'a Passing,
    body: Bytes,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut bodies = self.passing.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = bodies.iter().position(|own| *own == self.body) {
            bodies.swap_remove(at);
        }
    }
}
