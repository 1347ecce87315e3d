//! Why a request is refused: a search over the mistakes that clients are known to make.
//!
//! A verifier knows the secret, so it can try what else may have been signed, and how. What matches names the mistake with
//! certainty: nothing but that text and that key gives the signature that was received. What matches nothing is
//! [`Mistake::Unknown`] and never a guess.

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

/// What is known of a refused request: the field `json` as the form gave it, and, of a URL-encoded body, the bytes from the
/// field's value to the body's end.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    field: &'a [u8],
    encoded: Option<&'a [u8]>,
}

impl<'a> Evidence<'a> {
    /// The field's bytes, decoded.
    #[must_use]
    pub fn new(field: &'a [u8]) -> Self {
        Self { field, encoded: None }
    }

    /// With the bytes from which it was decoded, up to the end of the body.
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

/// What was found. `Debug` shows the reasons and no text.
#[derive(Clone, PartialEq, Eq)]
pub struct Explanation {
    reasons: Vec<Mistake>,
    passes: Vec<Check>,
    received: Vec<u8>,
    expected: Option<String>,
    signed: Option<String>,
}

impl Explanation {
    /// The mistakes; none where the request passes every check.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.reasons
    }

    /// The codes of the mistakes joined by `+`; empty where there is none.
    #[must_use]
    pub fn code(&self) -> String {
        self.reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>().join("+")
    }

    /// The checks that the request passes.
    #[must_use]
    pub fn passes(&self) -> &[Check] {
        &self.passes
    }

    /// The text that was received, without the signature; the whole field where it is not JSON.
    #[must_use]
    pub fn received(&self) -> &[u8] {
        &self.received
    }

    /// The text that had to be signed and sent: the received members as PHP writes them.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The text that was signed, where it is neither of the two.
    #[must_use]
    pub fn signed(&self) -> Option<&str> {
        self.signed.as_deref()
    }

    /// Where the mistake lies: in the secret, the text, or elsewhere. `None` where there is no mistake.
    #[must_use]
    pub fn area(&self) -> Option<Area> {
        // What is only unusual matters least.
        let refused = self.reasons.iter().find(|reason| !reason.is_accepted());
        refused.or(self.reasons.first()).map(|reason| reason.area())
    }

    /// Whether the text is as PHP writes it.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.expected.as_ref().is_some_and(|expected| expected.as_bytes() == self.received) && self.signed.is_none()
    }

    /// Where what was signed, or else received, first differs from what was expected.
    #[must_use]
    pub fn difference(&self) -> Option<Difference> {
        let own = self.signed.as_ref().map_or(self.received.as_slice(), String::as_bytes);
        Difference::between(self.expected.as_ref()?.as_bytes(), own)
    }

    /// One sentence on secret and text, for people. It says no more than what the received signature proves: where no mistake fits,
    /// nothing is known of the secret.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        let has = |fault| self.reasons.iter().any(|reason| reason.area() == fault);
        match self.area() {
            None => "text and signature are right",
            Some(_) if has(Area::Text) && has(Area::Secret) => "neither the text nor the secret is right",
            Some(_) if has(Area::Text) && has(Area::Digest) => {
                "the secret is right, the text and how the signature is written down are not"
            }
            Some(Area::Secret) => "the text is right, the secret is not",
            Some(Area::Digest) => "text and secret are right, the signature is written down wrongly",
            Some(Area::Text) => "the secret is right, the text is not",
            Some(Area::Form) if !self.passes.is_empty() => {
                "text and signature are right, the form around them is unusual"
            }
            Some(Area::Form) => "the form or the request around the text is wrong",
            Some(Area::Account) => "key or time are wrong",
            Some(Area::Unknown) if !self.passes.is_empty() => "the secret is right",
            Some(Area::Unknown) if self.is_canonical() => {
                "unknown: the text is as PHP writes it, and no known mistake gives this signature"
            }
            Some(Area::Unknown) => "unknown: neither the text nor the secret can be shown to be right",
        }
    }

    /// With mistakes that were found before the signature was looked at.
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
    // Without a signature nothing can be said about the secret.
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

/// The checks that pass, and the texts.
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

/// The request, or why the field is not JSON to PHP.
fn readable(evidence: Evidence<'_>) -> Result<Received, Mistake> {
    let Ok(text) = core::str::from_utf8(evidence.field) else {
        // Bytes that are characters beyond ASCII as UTF-8 are hardly Latin-1.
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

/// The request if it is an object; else which mistake it is.
fn of_kind(received: Received) -> Result<Received, Mistake> {
    match received.json() {
        Json::Object(_) => Ok(received),
        Json::Text(text) if matches!(Json::parse(text), Ok(Json::Object(_))) => Err(Mistake::JsonInString),
        _ => Err(Mistake::NotObject),
    }
}

/// Whether the request is right once the form is decoded as the client must have meant it.
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
