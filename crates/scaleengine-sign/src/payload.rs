//! A request's JSON, before and after it is signed.

use alloc::string::String;
use core::fmt;

use scaleengine_proto::UnixTime;

use crate::escape;
use crate::mac::{SIGNATURE_LEN, base64, unbase64};

const LABEL: &str = ",\"signature\":\"";

/// What the longest signature adds: its label, each character escaped, `"` (the `}` was there).
pub(crate) const SIGNATURE_ROOM: usize = LABEL.len() + 2 * SIGNATURE_LEN + 1;

/// The text that has to be signed, for a MAC that is made elsewhere: in a hardware module or a key service.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsignedPayload {
    pub(crate) text: String,
    pub(crate) timestamp: UnixTime,
}

impl UnsignedPayload {
    /// The bytes to run through HMAC-SHA256, keyed with the secret as text.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.text
    }

    /// The timestamp in it.
    #[must_use]
    pub fn timestamp(&self) -> UnixTime {
        self.timestamp
    }

    /// Puts the MAC in.
    #[inline]
    #[must_use]
    pub fn seal(self, mac: [u8; 32]) -> SignedPayload {
        let Self { text: mut body, timestamp } = self;
        body.pop();
        let text_len = body.len();
        body.push_str(LABEL);
        // Base64 is ASCII.
        escape::push_escaped(&mut body, core::str::from_utf8(&base64(mac)).unwrap_or_default());
        body.push_str("\"}");
        SignedPayload { body, text_len, timestamp }
    }
}

impl fmt::Debug for UnsignedPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsignedPayload").field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

/// A signed request: the JSON text that is sent. `Debug` shows neither parameters nor signature.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedPayload {
    body: String,
    /// Up to and without the `}` of the text that was signed.
    text_len: usize,
    timestamp: UnixTime,
}

impl SignedPayload {
    /// The JSON text to send, in the form field `json`.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.body
    }

    /// The JSON text to send.
    #[must_use]
    pub fn into_json(self) -> String {
        self.body
    }

    /// The text that was signed.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::from(self.body.get(..self.text_len).unwrap_or_default());
        text.push('}');
        text
    }

    /// The signature: padded base64, not escaped.
    #[must_use]
    pub fn signature(&self) -> String {
        let escaped = self.body.get(self.text_len + LABEL.len()..).unwrap_or_default();
        escaped.trim_end_matches("\"}").chars().filter(|c| *c != '\\').collect()
    }

    /// The MAC that the signature is the base64 of.
    #[must_use]
    pub fn mac(&self) -> [u8; 32] {
        unbase64(&self.signature())
    }

    /// The timestamp in it.
    #[must_use]
    pub fn timestamp(&self) -> UnixTime {
        self.timestamp
    }
}

impl fmt::Debug for SignedPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedPayload").field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}
