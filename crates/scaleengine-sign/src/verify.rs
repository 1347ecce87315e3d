//! Checks a request that was received, in each of the ways in which the server may check it.
//!
//! What the server compares with is not documented. A text that passes all three checks passes whichever it is.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::json::{self, Json, JsonError};
use crate::mac::Mac;
use crate::reencode::{self, Objects};
use crate::secret::SecretKey;

/// How a received request is turned into the text whose signature is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The received bytes, with the last member cut out, which has to be `signature`.
    Raw,
    /// Decoded to PHP arrays, `signature` taken away, encoded again.
    Array,
    /// Decoded to PHP objects, `signature` taken away, encoded again.
    Object,
}

impl Check {
    /// All checks. The strictest choice: a request that passes them verifies whichever the server does.
    pub const ALL: &'static [Check] = &[Check::Raw, Check::Array, Check::Object];
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

/// A request's JSON as it was received. `Debug` shows its shape only.
#[derive(Clone)]
pub struct Received {
    text: String,
    json: Json,
    /// The members of the object, as they stand in the text.
    members: Vec<Range<usize>>,
}

impl Received {
    /// Reads a received JSON text.
    ///
    /// # Errors
    ///
    /// It is not JSON to PHP. That it is an object is not checked: what has no members simply lacks them.
    pub fn parse(text: impl Into<String>) -> Result<Self, JsonError> {
        let text = text.into();
        let (json, members) = json::parse_with_members(&text)?;
        Ok(Self { text, json, members })
    }

    /// The member of this name; of several the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.json.get(name)
    }

    /// The text as it was received.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole request.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The text whose MAC the signature should be, for one check.
    ///
    /// # Errors
    ///
    /// There is no such text: the request is no object, the signature is not last, or PHP could not encode it.
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
                let reason = "PHP does not decode a name that begins with U+0000 to an object";
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
    /// The members of the top-level object, as they stand; none where it is no object.
    pub(crate) fn members(&self) -> &[(String, Json)] {
        if let Json::Object(members) = &self.json { members } else { &[] }
    }

    /// How many members are named `signature`, and whether one is the last member.
    pub(crate) fn signatures(&self) -> (usize, bool) {
        let mut names = self.members().iter().map(|(name, _)| name == "signature");
        let last = names.clone().next_back();
        (names.by_ref().filter(|is| *is).count(), last == Some(true))
    }

    /// The received text with the last member `signature` cut out, wherever it stands, and one comma beside it.
    pub(crate) fn without_signature(&self) -> String {
        let at = self.members().iter().rposition(|(name, _)| name == "signature");
        let (before, after) = match at.map(|at| (at, self.members.get(at))) {
            Some((0, Some(own))) => (own.start, self.members.get(1).map_or(own.end, |next| next.start)),
            Some((at, Some(own))) => (self.members.get(at - 1).map_or(own.start, |before| before.end), own.end),
            _ => return self.text.clone(),
        };
        let part = |range: Option<&str>| String::from(range.unwrap_or_default());
        if after == self.members.last().map_or(0, |last| last.end) {
            // As the check of the raw text has it: without what blanks followed.
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

/// Checks signatures that were made with one secret. It keeps the keyed state and not the secret.
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

    /// Checks a request in the given ways, one after the other. Signatures are compared as text, in constant time.
    ///
    /// # Errors
    ///
    /// The first check that does not pass.
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

/// Why a request does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// There is no member `signature` that is a text.
    #[error("the request has no signature")]
    Missing,
    /// No check was asked for, which must not pass for a check that passed.
    #[error("the signature was not checked")]
    NoCheck,
    /// The raw check needs `signature` as the last member.
    #[error("the signature is not the last member of the request")]
    NotLast,
    /// The server could not encode what it decoded.
    #[error("check {check}: {reason}")]
    #[non_exhaustive]
    Unencodable {
        /// The check that failed.
        check: Check,
        /// What PHP does not encode.
        reason: &'static str,
    },
    /// The signature is of another text, or made with another secret.
    #[error("check {check}: the signature does not match")]
    #[non_exhaustive]
    Mismatch {
        /// The check that failed.
        check: Check,
    },
}
