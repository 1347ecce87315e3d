//! The excerpt of a response without an API reply: status, headers that identify the server, and
//! the start of the body. Secrets of the request, which a response may repeat, are redacted.

use indicatif::HumanBytes;
use scaleengine::Error;
use scaleengine::proto::Printable;
use scaleengine::{ErrorKind, WireResponse};
use serde_json::json;

use crate::redaction::Redaction;

/// The length of the shown body, in characters.
const SHOWN: usize = 300;
/// The length of the body that is searched for secrets, in bytes.
const SEARCHED: usize = 64 << 10;
/// The bytes at the end of the searched part that are not shown: a secret may begin there and be
/// cut.
const CUT: usize = 1 << 10;

/// The part of a response that is shown.
#[derive(Debug)]
pub(crate) struct Excerpt {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    length: usize,
}

impl Excerpt {
    /// Returns the excerpt of an error's response, if there is one and it is not an API reply.
    pub(crate) fn of(error: &Error, redaction: &Redaction) -> Option<Self> {
        let foreign = matches!(error.kind(), ErrorKind::Status(_) | ErrorKind::Decode(_));
        let WireResponse { status, headers, body, .. } = error.response().filter(|_| foreign)?;
        let header = |name: &'static str| {
            let value = String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned();
            Some((name, redaction.apply(&value)))
        };
        let named = ["content-type", "content-encoding", "location", "server"].into_iter().filter_map(header);
        let searched = body.get(..SEARCHED).and_then(|part| part.get(..SEARCHED - CUT)).unwrap_or(body);
        let searched = String::from_utf8_lossy(searched);
        let cleaned: String = redaction.apply(&searched).split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = cleaned.chars().take(SHOWN).collect();
        Some(Self { status: status.as_u16(), headers: named.collect(), body: shown, length: body.len() })
    }

    /// Formats the excerpt for people: a line for the head and one for the body.
    pub(crate) fn lines(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!(", {name}: {}", Printable(value))).collect();
        format!(
            "  response: HTTP {}{headers}, {}\n  body: {}",
            self.status,
            HumanBytes(self.length as u64),
            Printable(&self.body)
        )
    }

    /// Returns the excerpt as JSON.
    pub(crate) fn data(&self) -> serde_json::Value {
        let header = |name: &str| self.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value);
        json!({
            "status": self.status,
            "content_type": header("content-type"),
            "content_encoding": header("content-encoding"),
            "location": header("location"),
            "server": header("server"),
            "length": self.length,
            "body": self.body,
        })
    }
}
