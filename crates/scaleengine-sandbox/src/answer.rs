//! Replies: the envelope as the documentation's sample shows it.

use scaleengine_proto::code::KnownCode;
use serde_json::{Map, Value};

use crate::state::Fields;

/// A failure reply: a message, and a code if it has one.
///
/// ```
/// use scaleengine_proto::code::KnownCode;
/// use scaleengine_sandbox::Failure;
///
/// let documented = Failure::from(KnownCode::NotAllowed);
/// assert_eq!(documented.to_string(), "Unauthorized Access to API");
/// let other = Failure::new("No such upload").with_code("2001");
/// assert_eq!((other.message(), other.code()), ("No such upload", Some("2001")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    code: Option<String>,
    message: String,
    /// What a real server would not say, or not so clearly.
    debug: Option<String>,
}

impl Failure {
    /// Creates a failure without a code. That such failures exist, and come with HTTP 200, is
    /// assumed.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: None, message: message.into(), debug: None }
    }

    /// Sets the code, which is sent as a string.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the code, if there is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// With more text after the message.
    pub(crate) fn and(mut self, text: &str) -> Self {
        self.message = format!("{} {text}", self.message);
        self
    }

    /// With a word of the sandbox's own.
    pub(crate) fn debug(mut self, text: impl std::fmt::Display) -> Self {
        self.debug = Some(format!("sandbox: {text}"));
        self
    }
}

/// The failure of a documented code, with its documented message.
impl From<KnownCode> for Failure {
    fn from(code: KnownCode) -> Self {
        Self::new(code.message()).with_code(code.code())
    }
}

/// The code of a reply, if there is one.
pub(crate) fn code(outcome: &Result<Fields, Failure>) -> Option<&str> {
    match outcome {
        Ok(fields) => fields.get("code").and_then(Value::as_str),
        Err(failure) => failure.code(),
    }
}

/// The body of a reply. `seconds` is how long the request was worked on.
pub(crate) fn body(outcome: &Result<Fields, Failure>, seconds: f64) -> String {
    let (status, message) = match outcome {
        Ok(_) => ("success", ""),
        Err(failure) => ("failure", failure.message()),
    };
    let handle_time = format!("{seconds:.4} seconds");
    let envelope = [("message", message), ("status", status), ("handle_time", &handle_time)];
    let mut body: Map<String, Value> =
        envelope.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    match outcome {
        Ok(fields) => body.extend(fields.clone()),
        Err(failure) => {
            body.extend(failure.code.clone().map(|code| ("code".to_owned(), code.into())));
            body.extend(failure.debug.clone().map(|debug| ("debug".to_owned(), debug.into())));
        }
    }
    Value::Object(body).to_string()
}
