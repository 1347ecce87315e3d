//! Replies, with the envelope of the documentation's sample.

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
    /// An explanation that the real server does not send; the sandbox sends it as `debug`.
    debug: Option<String>,
}

impl Failure {
    /// Creates a failure without a code. That such failures exist and have HTTP status 200 is
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

    /// Appends to the message, after a space.
    pub(crate) fn and(mut self, text: &str) -> Self {
        self.message = format!("{} {text}", self.message);
        self
    }

    /// Sets the member `debug` of the reply.
    pub(crate) fn debug(mut self, text: impl std::fmt::Display) -> Self {
        self.debug = Some(format!("sandbox: {text}"));
        self
    }
}

/// Creates the failure of a documented code, with its documented message.
impl From<KnownCode> for Failure {
    fn from(code: KnownCode) -> Self {
        Self::new(code.message()).with_code(code.code())
    }
}

/// Returns the code of a reply, if it has one.
pub(crate) fn code(outcome: &Result<Fields, Failure>) -> Option<&str> {
    match outcome {
        Ok(fields) => fields.get("code").and_then(Value::as_str),
        Err(failure) => failure.code(),
    }
}

/// Returns the body of a reply. `seconds` is the processing time of the request.
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
