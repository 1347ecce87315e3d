//! Signs JSON that was written elsewhere, in the way of one check: a probe for what a server does.

use alloc::string::String;

use scaleengine_proto::UnixTime;

use crate::json::Json;
use crate::payload::{SignedPayload, UnsignedPayload};
use crate::signer::Signer;
use crate::verify::{Check, Received, VerifyError};

impl Signer {
    /// Signs JSON that was written elsewhere, and leaves it as it is. The signature is the one that a check of the server accepts. If
    /// the checks read the JSON in different ways, only this one does, and the response shows which check the server makes.
    ///
    /// # Errors
    ///
    /// The JSON is not an object with a member, or PHP could not write it back. Its length is not limited.
    pub fn sign_written(&self, json: impl Into<String>, check: Check) -> Result<SignedPayload, VerifyError> {
        let text = json.into();
        let received = Received::parse(text.clone()).map_err(|_| VerifyError::Missing)?;
        let timestamp = match (received.json(), received.get("timestamp")) {
            (Json::Object(members), _) if members.is_empty() => return Err(VerifyError::Missing),
            (Json::Object(_), Some(Json::Int(at))) => UnixTime(*at),
            (Json::Object(_), _) => UnixTime(0),
            _ => return Err(VerifyError::Missing),
        };
        // Blanks before and after the last brace are not part of what is checked.
        let open = text.trim_end().strip_suffix('}').unwrap_or_default().trim_end();
        let text = alloc::format!("{open}}}");
        let mac = match check {
            Check::Raw => self.mac.of(text.as_bytes()),
            other => self.mac.of(received.canonical(other)?.as_bytes()),
        };
        Ok(UnsignedPayload { text, timestamp }.seal(mac))
    }
}
