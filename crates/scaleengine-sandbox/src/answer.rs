//! Answers: the envelope as the documentation's sample shows it.

use scaleengine_proto::code::KnownCode;
use serde_json::{Map, Value};

/// Why a request is answered with failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    code: Option<KnownCode>,
    message: String,
    /// What a real server would not say, or not so clearly.
    debug: Option<String>,
}

impl Failure {
    /// A documented failure.
    pub(crate) fn documented(code: KnownCode) -> Self {
        Self { code: Some(code), message: code.message().to_owned(), debug: None }
    }

    /// A failure without a code; that such failures exist, and come with HTTP 200, is assumed.
    pub(crate) fn without_code(message: impl Into<String>) -> Self {
        Self { code: None, message: message.into(), debug: None }
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

impl Failure {
    /// The code, where it has one.
    pub(crate) fn code(&self) -> Option<&'static str> {
        self.code.map(KnownCode::code)
    }
}

/// The body of an answer. `seconds` is how long the request was worked on.
pub(crate) fn body(outcome: &Result<Map<String, Value>, Failure>, seconds: f64) -> String {
    let (status, message) = match outcome {
        Ok(_) => ("success", ""),
        Err(failure) => ("failure", failure.message.as_str()),
    };
    let handle_time = format!("{seconds:.4} seconds");
    let envelope = [("message", message), ("status", status), ("handle_time", &handle_time)];
    let mut body: Map<String, Value> =
        envelope.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    match outcome {
        Ok(fields) => body.extend(fields.clone()),
        Err(failure) => {
            body.extend(failure.code.map(|code| ("code".to_owned(), code.code().into())));
            body.extend(failure.debug.clone().map(|debug| ("debug".to_owned(), debug.into())));
        }
    }
    Value::Object(body).to_string()
}
