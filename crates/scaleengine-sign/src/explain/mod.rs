//! Explains why a request is refused, by searching the known mistakes of clients.
//!
//! A verifier knows the secret, so it can compute the signature that each mistake would produce. A
//! match is certain, because only those bytes and that key produce the received signature. Without
//! a match, the mistake is [`Mistake::Unknown`], never a guess.

mod body;
mod difference;
pub mod form;
mod mistake;
mod percent;
mod plan;
mod search;
mod serialize;
mod spelling;
mod written;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::json::Json;
use crate::mac::Mac;
use crate::secret::SecretKey;
use crate::verify::{Check, Received};

pub use body::explain_body;
pub use difference::Difference;
pub use mistake::{Area, Mistake};

use search::Search;

/// The known parts of a refused request: the decoded form field `json` and, for a URL-encoded body,
/// the bytes from the field's value to the end of the body.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    field: &'a [u8],
    encoded: Option<&'a [u8]>,
}

impl<'a> Evidence<'a> {
    /// Creates evidence from the decoded bytes of the field.
    #[must_use]
    pub fn new(field: &'a [u8]) -> Self {
        Self { field, encoded: None }
    }

    /// Adds the encoded bytes of the field, up to the end of the body.
    #[must_use]
    pub fn url_encoded(self, bytes: &'a [u8]) -> Self {
        Self { encoded: Some(bytes), ..self }
    }
}

impl fmt::Debug for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(…)")
    }
}

/// The mistakes in a request. `Debug` shows only mistakes and checks.
#[derive(Clone, PartialEq, Eq)]
pub struct Explanation {
    reasons: Vec<Mistake>,
    passes: Vec<Check>,
    received: Vec<u8>,
    expected: Option<String>,
    signed: Option<String>,
}

impl Explanation {
    /// Returns the mistakes. Empty if the request passes every check.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.reasons
    }

    /// Returns the reason codes joined by `+`. Empty if there are no mistakes.
    #[must_use]
    pub fn code(&self) -> String {
        self.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>().join("+")
    }

    /// Returns the checks that the request passes.
    #[must_use]
    pub fn passes(&self) -> &[Check] {
        &self.passes
    }

    /// Returns the received JSON without the signature, or the complete field if it is not JSON.
    #[must_use]
    pub fn received(&self) -> &[u8] {
        &self.received
    }

    /// Returns the JSON that should have been signed: the received members as PHP writes them.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// Returns the bytes that were signed, if they are neither the received nor the expected JSON.
    #[must_use]
    pub fn signed(&self) -> Option<&str> {
        self.signed.as_deref()
    }

    /// Returns the part of the request that the mistake is in, or `None` without a mistake.
    #[must_use]
    pub fn area(&self) -> Option<Area> {
        // A mistake that PHP accepts is used only if all are of that kind.
        let refused = self.reasons.iter().find(|reason| !reason.is_accepted());
        refused.or(self.reasons.first()).map(|reason| reason.area())
    }

    /// Returns whether the JSON is canonical.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.expected.as_ref().is_some_and(|expected| expected.as_bytes() == self.received) && self.signed.is_none()
    }

    /// Returns the first difference between the expected JSON and the signed bytes, or else the
    /// received JSON.
    #[must_use]
    pub fn difference(&self) -> Option<Difference> {
        let own = self.signed.as_ref().map_or(self.received.as_slice(), String::as_bytes);
        Difference::between(self.expected.as_ref()?.as_bytes(), own)
    }

    /// Returns a sentence about the secret and the JSON, for people. It claims only what the
    /// received signature proves: if no mistake matches, nothing is known about the secret.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        let has = |fault| self.reasons.iter().any(|reason| reason.area() == fault);
        match self.area() {
            None => "the JSON and the signature are correct",
            Some(_) if has(Area::Text) && has(Area::Secret) => "neither the JSON nor the secret is correct",
            Some(_) if has(Area::Text) && has(Area::Digest) => {
                "the secret is correct, but the JSON and the hash or encoding of the signature are not"
            }
            Some(Area::Secret) => "the JSON is correct, but the secret is not",
            Some(Area::Digest) => {
                "the JSON and the secret are correct, but the hash or encoding of the signature is not"
            }
            Some(Area::Text) => "the secret is correct, but the JSON is not",
            Some(Area::Form) if !self.passes.is_empty() => {
                "the JSON and the signature are correct, but the form is unusual"
            }
            Some(Area::Form) => "the form or the request around the JSON is wrong",
            Some(Area::Account) => "the account, the command or the timestamp is wrong",
            Some(Area::Unknown) if !self.passes.is_empty() => "the secret is correct",
            Some(Area::Unknown) if self.is_canonical() => {
                "the JSON is written as PHP writes it, but the signature does not match it"
            }
            Some(Area::Unknown) => "the JSON is not written as PHP writes it, and the signature does not match it",
        }
    }

    /// Adds mistakes that were found before the signature was checked.
    #[must_use]
    pub(crate) fn with_mistakes_before(mut self, reasons: impl Iterator<Item = Mistake>) -> Self {
        self.reasons.splice(..0, reasons);
        self
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("reasons", &self.reasons)
            .field("passes", &self.passes)
            .finish_non_exhaustive()
    }
}

/// Explains why a request does not pass all checks with this secret.
#[must_use]
pub fn explain(secret: &SecretKey, evidence: Evidence<'_>) -> Explanation {
    let received = match readable(evidence) {
        Ok(received) => received,
        Err(reason) => return unreadable(reason, evidence.field),
    };
    let mut explanation = passed(&Mac::new(secret), &received);
    if explanation.passes.len() == Check::ALL.len() {
        return explanation;
    }
    // Without a signature, nothing is known about the secret.
    let unsigned = match received.get("signature") {
        Some(Json::Text(signature)) if signature.is_empty() => Some(Mistake::SignatureEmpty),
        Some(Json::Text(_)) => None,
        _ => Some(Mistake::SignatureMissing),
    };
    if let Some(reason) = unsigned {
        explanation.reasons.push(reason);
        return explanation;
    }
    if explanation.passes.is_empty()
        && let Some(encoded) = evidence.encoded
        && let Some(reason) = decoded_wrongly(secret, encoded)
    {
        explanation.reasons.push(reason);
        return explanation;
    }
    let (reasons, signed) = Search::new(secret, &received).run();
    explanation.reasons = reasons;
    explanation.signed = signed.filter(|text| {
        Some(text) != explanation.expected.as_ref() && text.as_bytes() != explanation.received.as_slice()
    });
    explanation
}

/// Returns the checks that pass and the JSON, without mistakes.
fn passed(mac: &Mac, received: &Received) -> Explanation {
    let passes = match received.get("signature") {
        Some(Json::Text(signature)) => {
            let passes =
                |check: &Check| received.canonical(*check).is_ok_and(|text| mac.matches(text.as_bytes(), signature));
            Check::ALL.iter().copied().filter(passes).collect()
        }
        _ => Vec::new(),
    };
    let text = [Check::Array, Check::Object].into_iter().find_map(|check| received.canonical(check).ok());
    Explanation {
        reasons: Vec::new(),
        passes,
        received: received.without_signature().into_bytes(),
        expected: text,
        signed: None,
    }
}

fn unreadable(reason: Mistake, field: &[u8]) -> Explanation {
    let reasons = Vec::from([reason]);
    Explanation { reasons, passes: Vec::new(), received: field.to_vec(), expected: None, signed: None }
}

/// Parses the request. Returns a mistake if PHP would not read the field as a JSON object.
fn readable(evidence: Evidence<'_>) -> Result<Received, Mistake> {
    let Ok(text) = core::str::from_utf8(evidence.field) else {
        // A field with valid non-ASCII UTF-8 in it is hardly Latin-1.
        let utf8 = evidence.field.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
        let latin1: String = evidence.field.iter().map(|byte| char::from(*byte)).collect();
        return Err(if !utf8 && Json::parse(&latin1).is_ok() { Mistake::Latin1 } else { Mistake::NotJson });
    };
    if text.starts_with('\u{feff}') {
        return Err(Mistake::Bom);
    }
    let error = match Received::parse(text) {
        Ok(received) => return of_kind(received),
        Err(error) => error,
    };
    let reads = |bytes: &[u8]| core::str::from_utf8(bytes).is_ok_and(|text| Json::parse(text).is_ok());
    Err(if error.is_depth() {
        Mistake::Depth
    } else if evidence.encoded.is_some_and(reads) {
        Mistake::FormUnescaped
    } else if reads(&percent::decoded(evidence.field)) {
        Mistake::DoubleEncoded
    } else {
        Mistake::NotJson
    })
}

/// Returns the request if it is an object, else the mistake.
fn of_kind(received: Received) -> Result<Received, Mistake> {
    match received.json() {
        Json::Object(_) => Ok(received),
        Json::Text(text) if matches!(Json::parse(text), Ok(Json::Object(_))) => Err(Mistake::JsonInString),
        _ => Err(Mistake::NotObject),
    }
}

/// Returns the mistake in the form if the request verifies when decoded as the client intended.
fn decoded_wrongly(secret: &SecretKey, encoded: &[u8]) -> Option<Mistake> {
    let mac = Mac::new(secret);
    let right = |bytes: Cow<'_, [u8]>| {
        let text = core::str::from_utf8(&bytes).ok()?;
        let received = Received::parse(text).ok()?;
        (!passed(&mac, &received).passes.is_empty()).then_some(())
    };
    if right(encoded.into()).is_some() {
        return Some(Mistake::FormUnescaped);
    }
    let value = encoded.split(|byte| *byte == b'&').next().filter(|value| value.contains(&b'+'))?;
    right(percent::decoded(value)).map(|()| Mistake::PlusLost)
}
