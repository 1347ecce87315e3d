//! Verifies a received request in each of the ways in which the server may check it.
//!
//! The server's own check is not documented. A request that passes all three checks passes it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::json::{self, Json, JsonError};
use crate::mac::Mac;
use crate::reencode::{self, Objects};
use crate::secret::SecretKey;

/// A way to derive the canonical JSON from a received request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// Takes the received bytes without the last member, which must be `signature`.
    Raw,
    /// Decodes to PHP arrays, removes `signature`, and encodes again.
    Array,
    /// Decodes to PHP objects, removes `signature`, and encodes again.
    Object,
}

impl Check {
    /// All checks. A request that passes them verifies whichever check the server uses.
    pub const ALL: &'static [Check] = &[Check::Raw, Check::Array, Check::Object];

    /// Returns the JSON that the check covers, in words.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Check::Raw => "the JSON as received",
            Check::Array => "the JSON as PHP decodes it to arrays and encodes it again",
            Check::Object => "the JSON as PHP decodes it to objects and encodes it again",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Check::Raw => "raw",
            Check::Array => "array",
            Check::Object => "object",
        })
    }
}

/// The JSON of a received request. `Debug` shows only its shape.
#[derive(Clone)]
pub struct Received {
    text: String,
    json: Json,
    /// The byte ranges of the members of the object.
    members: Vec<Range<usize>>,
}

impl Received {
    /// Parses received JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if PHP would not read it as JSON. JSON other than an object is accepted and
    /// has no members.
    pub fn parse(text: impl Into<String>) -> Result<Self, JsonError> {
        let text = text.into();
        let (json, members) = json::parse_with_members(&text)?;
        Ok(Self { text, json, members })
    }

    /// Returns the member of this name, or the last if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.json.get(name)
    }

    /// Returns the JSON as it was received.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the parsed JSON.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// Returns the canonical JSON that the signature should cover, according to one check.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is not an object, if [`Check::Raw`] finds that `signature`
    /// is not the last member, or if PHP could not encode the request.
    pub fn canonical(&self, check: Check) -> Result<String, VerifyError> {
        let Json::Object(members) = &self.json else { return Err(VerifyError::Missing) };
        let objects = match check {
            Check::Raw => {
                let end = match (members.as_slice(), self.members.as_slice()) {
                    ([.., (name, _)], [.., before, _]) if name == "signature" => before.end,
                    ([.., (name, _)], [only]) if name == "signature" => only.start,
                    _ => return Err(VerifyError::NotLast),
                };
                let mut text = String::from(self.text.get(..end).unwrap_or_default());
                text.push('}');
                return Ok(text);
            }
            Check::Array => Objects::Arrays,
            Check::Object if self.json.decodes_to_objects() => Objects::Objects,
            Check::Object => {
                let reason = "PHP cannot decode a name that begins with U+0000 to an object";
                return Err(VerifyError::Unencodable { check, reason });
            }
        };
        let mut members = reencode::distinct(members);
        members.retain(|(name, _)| *name != "signature");
        let mut text = String::with_capacity(self.text.len());
        reencode::push_object(&members, objects, &mut text)
            .map_err(|reason| VerifyError::Unencodable { check, reason })?;
        Ok(text)
    }
}

#[cfg(feature = "explain")]
impl Received {
    /// Returns the members of the outermost object, or none if the JSON is not an object.
    pub(crate) fn members(&self) -> &[(String, Json)] {
        if let Json::Object(members) = &self.json { members } else { &[] }
    }

    /// Returns the number of members named `signature`, and whether the last member is one.
    pub(crate) fn signatures(&self) -> (usize, bool) {
        let mut names = self.members().iter().map(|(name, _)| name == "signature");
        let last = names.clone().next_back();
        (names.by_ref().filter(|is| *is).count(), last == Some(true))
    }

    /// Returns the received JSON without the last `signature` member and one comma next to it.
    pub(crate) fn without_signature(&self) -> String {
        let at = self.members().iter().rposition(|(name, _)| name == "signature");
        let (before, after) = match at.map(|at| (at, self.members.get(at))) {
            Some((0, Some(own))) => (own.start, self.members.get(1).map_or(own.end, |next| next.start)),
            Some((at, Some(own))) => (self.members.get(at - 1).map_or(own.start, |before| before.end), own.end),
            _ => return self.text.clone(),
        };
        let part = |range: Option<&str>| String::from(range.unwrap_or_default());
        if after == self.members.last().map_or(0, |last| last.end) {
            // As in the raw check, drop whitespace after the last member.
            return part(self.text.get(..before)) + "}";
        }
        part(self.text.get(..before)) + self.text.get(after..).unwrap_or_default()
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

/// Verifies signatures that were made with one secret. Keeps the keyed state instead of the secret.
///
/// ```
/// use scaleengine_proto::{RawCommand, UnixTime};
/// use scaleengine_sign::{Account, Check, Credentials, Received, SecretKey, Signer, Verifier};
///
/// let credentials = Credentials::new(Account::new("KEY", 158), SecretKey::new("secret"));
/// let signed = Signer::new(&credentials).sign(&RawCommand::new("some.command"), UnixTime(1_700_000_000))?;
///
/// let received = Received::parse(signed.json())?;
/// Verifier::new(credentials.secret()).verify(&received, &Check::ALL)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier(Mac);

impl Verifier {
    /// Creates a verifier for a secret.
    #[must_use]
    pub fn new(secret: &SecretKey) -> Self {
        Self(Mac::new(secret))
    }

    /// Verifies a request with the given checks in order. Compares signatures in constant time.
    ///
    /// # Errors
    ///
    /// Returns an error if the request has no signature, if `checks` is empty, or for the first
    /// check that fails.
    pub fn verify(&self, received: &Received, checks: &[Check]) -> Result<(), VerifyError> {
        let Some(Json::Text(signature)) = received.get("signature") else { return Err(VerifyError::Missing) };
        if checks.is_empty() {
            return Err(VerifyError::NoCheck);
        }
        checks.iter().try_for_each(|check| {
            let text = received.canonical(*check)?;
            if self.0.matches(text.as_bytes(), signature) {
                Ok(())
            } else {
                Err(VerifyError::Mismatch { check: *check })
            }
        })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

/// The reason that a request does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The request has no `signature` member that is a string.
    #[error("the request has no signature")]
    Missing,
    /// The list of checks is empty, which must not count as a passed check.
    #[error("the signature was not checked: the list of checks is empty")]
    NoCheck,
    /// [`Check::Raw`] requires `signature` as the last member.
    #[error("the signature is not the last member of the request")]
    NotLast,
    /// PHP could not decode the request and encode it again.
    #[error("check {check}: {reason}")]
    #[non_exhaustive]
    Unencodable {
        /// The check that failed.
        check: Check,
        /// The reason, in words.
        reason: &'static str,
    },
    /// The signature covers other JSON, or was made with another secret.
    #[error("the signature does not match {what} (signature check `{check}`)", what = check.what())]
    #[non_exhaustive]
    Mismatch {
        /// The check that failed.
        check: Check,
    },
}
