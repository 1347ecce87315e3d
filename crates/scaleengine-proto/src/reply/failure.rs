//! Failures that the API reported, and known failure messages.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::code::Code;
use crate::printable::Printable;
use crate::spec::Confidence;

/// A failure that the API reported.
///
/// `Debug` omits the raw reply.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the API reported failure{}{}", Prefixed(" ", self.code.as_ref().map(Code::as_str)), Prefixed(": ", Some(self.message.trim_end_matches('.'))))]
pub struct ApiFailure {
    pub(super) message: String,
    pub(super) code: Option<Code>,
    pub(super) debug: Vec<String>,
    pub(super) raw: Vec<u8>,
}

impl ApiFailure {
    /// Substrings of messages that mean that a stream is not live, in lower case, with the
    /// confidence of each. The documentation does not show these messages.
    pub const NOT_LIVE: [(&str, Confidence); 3] = [
        ("not live", Confidence::Assumed),
        ("stream not found", Confidence::Assumed),
        ("no such stream", Confidence::Assumed),
    ];

    /// Returns whether the failure means that the stream is not live; see [`ApiFailure::NOT_LIVE`].
    #[must_use]
    pub fn is_not_live(&self) -> bool {
        let message = self.message.to_lowercase();
        Self::NOT_LIVE.iter().any(|(known, _)| message.contains(known))
    }

    /// Returns the content of `message`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the code, if the reply has one.
    #[must_use]
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// Returns the contents of `debug` and `debug2`, which a client of the vendor reads.
    #[must_use]
    pub fn debug(&self) -> &[String] {
        &self.debug
    }

    /// Returns the bytes of the reply as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl fmt::Debug for ApiFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiFailure")
            .field("message", &self.message)
            .field("code", &self.code)
            .field("debug", &self.debug)
            .finish_non_exhaustive()
    }
}

/// A separator and a part of a message. Displays nothing if the part is empty.
struct Prefixed<'a>(&'static str, Option<&'a str>);

impl fmt::Display for Prefixed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(text) if !text.is_empty() => write!(f, "{}{}", self.0, Printable(text)),
            _ => Ok(()),
        }
    }
}
