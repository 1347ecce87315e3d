//! Records of the requests and their responses. The oldest are discarded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use scaleengine_proto::Spec;
use scaleengine_sign::explain::{Explanation, Mistake};
use scaleengine_sign::{Check, Received};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::commands;

/// The number of records kept. **Chosen.**
const KEPT: usize = 1000;
/// The number of bytes kept of a body, and of each text of an explanation. **Chosen.**
const BODY: usize = 64 * 1024;
/// The number of bytes kept of a name. **Chosen.**
const NAME: usize = 256;
/// The number of bytes kept of all records. **Chosen.**
const BYTES: usize = 32 << 20;
/// Parameters that a list masks, in addition to the secrets that a command declares.
const MASKED: [&str; 3] = ["pass", "key", "signature"];

/// A request and its response.
///
/// `Debug` shows neither body nor parameters.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Record {
    /// The id, counted from 1.
    pub id: u64,
    /// The time of arrival, in seconds since 1970.
    pub time: i64,
    /// The HTTP method.
    pub method: String,
    /// The content type.
    pub content_type: String,
    /// The request body, truncated to 64 KiB.
    pub body: Vec<u8>,
    /// The length of the request body, in bytes.
    pub body_len: usize,
    /// The command, truncated to 256 bytes.
    pub command: Option<String>,
    /// The API key, truncated to 256 bytes.
    pub api_key: Option<String>,
    /// The HTTP status of the response, or `None` if there was no response.
    pub http_status: Option<u16>,
    /// The code of the reply.
    pub code: Option<String>,
    /// Whether the request was refused before its command was executed.
    pub refused: bool,
    /// The mistakes of the request.
    pub reasons: Vec<Mistake>,
    /// How the form differs from those of usual HTTP clients, if PHP accepts it.
    pub unusual: Option<&'static str>,
    /// The explanation of the signature.
    pub explanation: Option<Explanation>,
    /// The id of the fault rule that was applied.
    pub fault: Option<String>,
    /// The body of the response, truncated to 64 KiB.
    pub answer: String,
    /// The HTTP status and body of the real response to a forwarded request, or the error that
    /// prevented it.
    pub forwarded: Option<Result<(u16, Vec<u8>), String>>,
    /// The form field `json`, from which the parameters are parsed when they are shown.
    pub(crate) text: String,
    /// The declaration of the command, which marks secret parameters.
    pub(crate) spec: Option<&'static Spec>,
}

impl Record {
    /// Returns the reason codes of the mistakes, joined by `+`; empty without a mistake.
    #[must_use]
    pub fn diagnosis(&self) -> String {
        self.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>().join("+")
    }

    /// Returns the signed JSON as received, to check the parameters; empty if it could not be read
    /// or the body was over 64 KiB. It may contain secrets.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.text
    }

    /// Returns the signature checks that the request passes; empty without an explanation.
    #[must_use]
    pub fn passes(&self) -> &[Check] {
        self.explanation.as_ref().map(Explanation::passes).unwrap_or_default()
    }

    /// Returns the approximate size in bytes.
    fn size(&self) -> usize {
        let explained = self.explanation.as_ref().map_or(0, |own| {
            own.received().len() + own.expected().map_or(0, str::len) + own.signed().map_or(0, str::len)
        });
        let forwarded = self.forwarded.as_ref().map_or(0, |own| own.as_ref().map_or(0, |(_, body)| body.len()));
        self.body.len() + self.text.len() + self.answer.len() + explained + forwarded + 1024
    }

    fn parameters(&self) -> Value {
        Received::parse(self.text.as_str()).map(|received| commands::parameters_of(&received)).unwrap_or_default()
    }

    /// Returns the JSON for a list, with secrets masked.
    pub(crate) fn listed(&self) -> Value {
        let mut parameters = self.parameters();
        let secret = self.spec.into_iter().flat_map(|spec| spec.fields).filter(|field| field.kind.secret);
        mask(&mut parameters, &secret.map(|field| field.name).chain(MASKED).collect::<Vec<_>>());
        json!({
            "id": self.id,
            "time": self.time,
            "method": self.method,
            "command": self.command,
            "api_key": self.api_key,
            "http_status": self.http_status,
            "code": self.code,
            "refused": self.refused,
            "diagnosis": self.diagnosis(),
            "fault": self.fault,
            "parameters": parameters,
        })
    }

    /// Returns the complete JSON, with secrets.
    pub(crate) fn shown(&self) -> Value {
        let mut shown = self.listed();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let forwarded = self.forwarded.as_ref().map(|forwarded| match forwarded {
            Ok((status, body)) => json!({ "status": status, "body": text(body) }),
            Err(error) => json!({ "error": error }),
        });
        let more = json!({
            "content_type": self.content_type,
            "body": text(&self.body),
            "body_len": self.body_len,
            "answer": self.answer,
            "parameters": self.parameters(),
            "reasons": self.reasons,
            "form": self.unusual,
            "explanation": self.explanation.as_ref(),
            "forwarded": forwarded,
        });
        if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
            shown.extend(more);
        }
        shown
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("command", &self.command)
            .field("http_status", &self.http_status)
            .field("code", &self.code)
            .field("diagnosis", &self.diagnosis())
            .finish_non_exhaustive()
    }
}

/// Truncates a string to at most `len` bytes, at a character boundary.
fn cut(text: &mut String, len: usize) {
    if text.len() > len {
        let end = (0..=len).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.shrink_to_fit();
    }
}

fn mask(value: &mut Value, masked: &[&str]) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if masked.contains(&name.as_str()) { *value = "…".into() } else { mask(value, masked) }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mask(value, masked)),
        _ => {}
    }
}

pub(crate) struct Records {
    kept: Mutex<Kept>,
    newest: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
    last: u64,
}

impl Default for Records {
    fn default() -> Self {
        Self { kept: Mutex::default(), newest: watch::Sender::new(0) }
    }
}

impl Records {
    /// Adds a record and sets its id.
    pub(crate) fn add(&self, mut record: Record) -> Arc<Record> {
        for name in [&mut record.command, &mut record.api_key].into_iter().flatten() {
            cut(name, NAME);
        }
        cut(&mut record.content_type, NAME);
        cut(&mut record.method, NAME);
        record.body.truncate(BODY);
        record.body.shrink_to_fit();
        cut(&mut record.answer, BODY);
        if record.body_len > BODY {
            // Their texts would be as long as the body.
            record.explanation = None;
            record.text = String::new();
        }
        let mut kept = self.kept();
        kept.last += 1;
        record.id = kept.last;
        let record = Arc::new(record);
        kept.bytes += record.size();
        kept.records.push_back(Arc::clone(&record));
        while kept.records.len() > KEPT || kept.bytes > BYTES {
            let Some(oldest) = kept.records.pop_front() else { break };
            kept.bytes -= oldest.size();
        }
        drop(kept);
        self.newest.send_replace(record.id);
        record
    }

    /// Returns the records, oldest first.
    pub(crate) fn list(&self) -> Vec<Arc<Record>> {
        self.kept().records.iter().cloned().collect()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        self.kept().records.iter().find(|record| record.id == id).cloned()
    }

    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.records.clear();
        kept.bytes = 0;
    }

    pub(crate) fn newest(&self) -> u64 {
        self.kept().last
    }

    /// Waits for a record with a higher id.
    pub(crate) async fn after(&self, id: u64) {
        let mut newest = self.newest.subscribe();
        // Cannot fail, since `self` owns the sender.
        let _ = newest.wait_for(|newest| *newest > id).await;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
