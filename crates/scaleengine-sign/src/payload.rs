//! The JSON of a request, before and after signing.

use alloc::string::String;
use core::fmt;

use scaleengine_proto::UnixTime;

use crate::escape;
use crate::mac::{SIGNATURE_LEN, base64, unbase64};

const LABEL: &str = ",\"signature\":\"";

/// The number of bytes that the longest signature adds: its label, each character escaped, and `"`.
/// The `}` is already counted.
pub(crate) const SIGNATURE_ROOM: usize = LABEL.len() + 2 * SIGNATURE_LEN + 1;

/// Canonical JSON whose MAC is computed elsewhere, such as in a hardware module or a key service.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsignedPayload {
    pub(crate) text: String,
    pub(crate) timestamp: UnixTime,
}

impl UnsignedPayload {
    /// Returns the input of HMAC-SHA256. The HMAC key is the secret as a string, not decoded.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.text
    }

    /// Returns the timestamp in the JSON.
    #[must_use]
    pub fn timestamp(&self) -> UnixTime {
        self.timestamp
    }

    /// Adds the MAC as the signature.
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

/// The signed JSON of a request. `Debug` shows neither parameters nor the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedPayload {
    body: String,
    /// The length of the canonical JSON without its final `}`.
    text_len: usize,
    timestamp: UnixTime,
}

impl SignedPayload {
    /// Returns the signed JSON to send in the form field `json`.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.body
    }

    /// Returns the signed JSON to send.
    #[must_use]
    pub fn into_json(self) -> String {
        self.body
    }

    /// Returns the canonical JSON.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = String::from(self.body.get(..self.text_len).unwrap_or_default());
        text.push('}');
        text
    }

    /// Returns the signature: padded base64, not escaped.
    #[must_use]
    pub fn signature(&self) -> String {
        let escaped = self.body.get(self.text_len + LABEL.len()..).unwrap_or_default();
        escaped.trim_end_matches("\"}").chars().filter(|c| *c != '\\').collect()
    }

    /// Returns the MAC that the signature encodes.
    #[must_use]
    pub fn mac(&self) -> [u8; 32] {
        unbase64(&self.signature())
    }

    /// Returns the timestamp in the JSON.
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
