//! Signs existing JSON for one check, to find out which check a server uses.

use alloc::string::String;

use scaleengine_proto::UnixTime;

use crate::json::Json;
use crate::payload::{SignedPayload, UnsignedPayload};
use crate::signer::Signer;
use crate::verify::{Check, Received, VerifyError};

impl Signer {
    /// Signs existing JSON for one check and leaves it unchanged. If the checks read the JSON
    /// differently, only this check accepts the signature, and the response shows whether the
    /// server uses it. The length is not limited.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON is not an object with members, or if PHP could not encode it.
    pub fn sign_written(&self, json: impl Into<String>, check: Check) -> Result<SignedPayload, VerifyError> {
        let text = json.into();
        let received = Received::parse(text.clone()).map_err(|_| VerifyError::Missing)?;
        let timestamp = match (received.json(), received.get("timestamp")) {
            (Json::Object(members), _) if members.is_empty() => return Err(VerifyError::Missing),
            (Json::Object(_), Some(Json::Int(at))) => UnixTime(*at),
            (Json::Object(_), _) => UnixTime(0),
            _ => return Err(VerifyError::Missing),
        };
        // Whitespace before and after the last brace is not checked.
        let open = text.trim_end().strip_suffix('}').unwrap_or_default().trim_end();
        let text = alloc::format!("{open}}}");
        let mac = match check {
            Check::Raw => self.mac.of(text.as_bytes()),
            other => self.mac.of(received.canonical(other)?.as_bytes()),
        };
        Ok(UnsignedPayload { text, timestamp }.seal(mac))
    }
}
