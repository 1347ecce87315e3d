//! The search: compares the received signature with those that known mistakes would produce.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::mistake::Mistake;
use super::percent;
use super::plan::{CHANGES, Plan};
use super::spelling;
use crate::json::Json;
use crate::mac::{Mac, mistaken};
use crate::secret::SecretKey;
use crate::verify::{Check, Received};

/// The maximum number of bytes to hash, so that a request of megabytes takes no longer than a
/// correct one. **Chosen.**
const BUDGET: usize = 8 << 20;
/// The maximum difference between the signed and the sent timestamp, in seconds.
const SECONDS: i64 = 600;

/// The mistakes, and the bytes that were signed.
type Found = (Vec<Mistake>, Option<String>);

pub(super) struct Search<'a> {
    secret: &'a [u8],
    mac: Mac,
    received: &'a Received,
    signature: &'a str,
    /// The mistakes in how the received JSON is written.
    spelled: Vec<Mistake>,
    budget: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(secret: &'a SecretKey, received: &'a Received) -> Self {
        let signature = match received.get("signature") {
            Some(Json::Text(signature)) => signature.as_str(),
            _ => "",
        };
        let text = received.without_signature();
        let mut spelled: Vec<_> =
            spelling::mistakes(&text, received.json()).into_iter().map(|(reason, _)| reason).collect();
        match received.signatures() {
            (1, true) => {}
            (1, false) => spelled.push(Mistake::SignatureNotLast),
            // The array and object checks remove all signatures, the raw check only the last.
            _ => spelled.push(Mistake::SignatureIncluded),
        }
        Self { secret: secret.as_bytes(), mac: Mac::new(secret), received, signature, spelled, budget: BUDGET }
    }

    pub(super) fn run(mut self) -> Found {
        let texts = self.texts();
        let steps = [Self::spelled, Self::digests, Self::keys, Self::forms];
        let found = steps.into_iter().find_map(|step| step(&mut self, &texts));
        found.or_else(|| self.changes()).unwrap_or_else(|| (Vec::from([Mistake::Unknown]), None))
    }

    /// Returns the distinct JSON of each check, beginning with the received JSON.
    fn texts(&self) -> Vec<String> {
        let mut texts = Vec::from([self.received.without_signature()]);
        for check in Check::ALL {
            let text = self.received.canonical(*check).ok();
            texts.extend(text.filter(|text| !texts.contains(text)));
        }
        texts
    }

    /// Returns whether the budget allows another text of about this length.
    fn affords(&self, len: usize) -> bool {
        self.budget > len
    }

    /// Returns whether a text was signed with the correct secret.
    fn signed(&mut self, text: &str) -> bool {
        self.spend(text.len()) && self.mac.matches(text.as_bytes(), self.signature)
    }

    fn spend(&mut self, len: usize) -> bool {
        // HMAC hashes two blocks in addition to the text.
        let rest = self.budget.checked_sub(len + 128);
        self.budget = rest.unwrap_or(0);
        rest.is_some()
    }

    /// Adds the mistakes in how the received JSON is written, if that JSON was signed.
    fn with_spelling(&self, reason: Mistake, text: &str) -> Found {
        let own = self.received.without_signature() == text;
        let spelled = self.spelled.iter().copied().filter(|_| own);
        ([reason].into_iter().chain(spelled).collect(), Some(text.into()))
    }

    /// Tries the correct secret: if it matches, only the way the JSON is written is wrong.
    fn spelled(&mut self, texts: &[String]) -> Option<Found> {
        let text = texts.iter().find(|text| self.signed(text))?;
        // Signed with the correct secret and without a known mistake: a further search would only
        // find mistakes that are not there.
        let reasons = if self.spelled.is_empty() { Vec::from([Mistake::Unknown]) } else { self.spelled.clone() };
        Some((reasons, Some(text.clone())))
    }

    fn digests(&mut self, texts: &[String]) -> Option<Found> {
        for text in texts {
            if !self.spend(3 * text.len()) {
                return None;
            }
            let own = self.mac.of(text.as_bytes());
            let hex = mistaken::hex(&own);
            let sha1 = STANDARD.encode(mistaken::sha1(self.secret, text.as_bytes()));
            let sha512 = STANDARD.encode(mistaken::sha512(self.secret, text.as_bytes()));
            let right = STANDARD.encode(own);
            let encoded = percent::encoded(&right);
            let percent = encoded
                .iter()
                .flat_map(|own| [own.clone(), own.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d")]);
            let candidates = [
                (Mistake::DigestHex, hex.clone()),
                (Mistake::DigestHex, hex.to_uppercase()),
                (Mistake::DigestHex, format!("{hex}\n")),
                (Mistake::DigestTwice, STANDARD.encode(&right)),
                (Mistake::DigestBase64OfHex, STANDARD.encode(&hex)),
                (Mistake::DigestBase64OfHex, STANDARD.encode(hex.to_uppercase())),
                (Mistake::DigestUnpadded, STANDARD_NO_PAD.encode(own)),
                (Mistake::DigestUrlsafe, URL_SAFE.encode(own)),
                (Mistake::DigestUrlsafe, URL_SAFE_NO_PAD.encode(own)),
                (Mistake::DigestNewline, format!("{right}\n")),
                (Mistake::DigestNewline, format!("{right}\r\n")),
                (Mistake::DigestSha1, sha1),
                (Mistake::DigestSha512, sha512),
                (Mistake::PlusLost, right.replace('+', " ")),
            ];
            if is_openssl(self.signature, &hex) {
                return Some(self.with_spelling(Mistake::DigestOpenssl, text));
            }
            if self.signature != right && self.signature.trim_matches(['"', '\'', ' ', '\t']) == right {
                return Some(self.with_spelling(Mistake::DigestQuoted, text));
            }
            if let Some((reason, _)) = candidates
                .into_iter()
                .chain(percent.map(|own| (Mistake::DigestPercentEncoded, own)))
                .filter(|(_, candidate)| *candidate != right)
                .find(|(_, candidate)| *candidate == self.signature)
            {
                return Some(self.with_spelling(reason, text));
            }
        }
        None
    }

    fn keys(&mut self, texts: &[String]) -> Option<Found> {
        for (reason, key) in self.other_keys() {
            let mac = Mac::of_bytes(&key);
            for text in texts {
                if self.spend(text.len()) && mac.matches(text.as_bytes(), self.signature) {
                    return Some(self.with_spelling(reason, text));
                }
            }
        }
        None
    }

    /// Returns the keys that may have been used instead of the secret.
    fn other_keys(&self) -> Vec<(Mistake, Zeroizing<Vec<u8>>)> {
        let around =
            |before: &str, after: &str| Zeroizing::new([before.as_bytes(), self.secret, after.as_bytes()].concat());
        let mut keys = Vec::from([
            (Mistake::SecretNewline, around("", "\n")),
            (Mistake::SecretNewline, around("", "\r\n")),
            (Mistake::SecretNewline, around("", "\r")),
            (Mistake::SecretSpace, around("", " ")),
            (Mistake::SecretSpace, around(" ", "")),
            (Mistake::SecretSpace, around(" ", " ")),
            (Mistake::SecretQuoted, around("\"", "\"")),
            (Mistake::SecretQuoted, around("'", "'")),
        ]);
        if let Some(Json::Text(key)) = self.received.get("api_key") {
            keys.push((Mistake::SecretIsKey, Zeroizing::new(key.as_bytes().to_vec())));
        }
        keys.extend(mistaken::unhex(self.secret).map(|key| (Mistake::SecretHexDecoded, key)));
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            let key = engine.decode(self.secret).ok();
            keys.extend(key.map(|key| (Mistake::SecretBase64Decoded, Zeroizing::new(key))));
        }
        keys
    }

    fn forms(&mut self, texts: &[String]) -> Option<Found> {
        for text in texts {
            // Each character may become three, in eight candidates.
            if !self.affords(24 * text.len()) {
                break;
            }
            for encoded in percent::encoded(text) {
                for form in [format!("json={encoded}"), encoded] {
                    if self.signed(&form) {
                        return Some((Vec::from([Mistake::FormSigned]), Some(form)));
                    }
                }
            }
        }
        None
    }

    /// Tries other timestamps. Writes the JSON once and replaces the timestamp in it.
    fn seconds(&mut self) -> Option<Found> {
        /// A timestamp that no request has, so that its position can be found.
        const MARK: i64 = i64::MIN;
        let Some(Json::Int(sent)) = self.received.get("timestamp") else { return None };
        let text = Plan::default().at(MARK).text(self.received.members());
        let mark = format!("\"timestamp\":{MARK}");
        let (before, after) = text.split_once(&mark).filter(|(_, after)| !after.contains(&mark))?;
        let start = Mac::of_bytes(self.secret).and(before.as_bytes());
        for second in (1..=SECONDS).flat_map(|second| [-second, second]) {
            // Leave half of the budget for pairs of mistakes.
            if !self.affords(BUDGET / 2) {
                break;
            }
            let rest = format!("\"timestamp\":{}{after}", sent.saturating_add(second));
            if self.spend(rest.len()) && start.clone().and(rest.as_bytes()).matches(b"", self.signature) {
                return Some((Vec::from([Mistake::TimestampChanged]), Some(format!("{before}{rest}"))));
            }
        }
        None
    }

    /// Tries JSON written or assembled differently, by one mistake or else by two.
    fn changes(&mut self) -> Option<Found> {
        let members = self.received.members();
        let len = self.received.text().len();
        if !self.affords(2 * len) {
            return None;
        }
        let plain = Plan::default().text(members);
        let single = |change: &fn(&mut Plan)| Plan::default().with(*change).text(members);
        for (reason, change) in CHANGES {
            let text = self.affords(len).then(|| single(change))?;
            if text != plain && self.signed(&text) {
                return Some((Vec::from([*reason]), Some(text)));
            }
        }
        if let Some(found) = self.seconds() {
            return Some(found);
        }
        for (index, (first, one)) in CHANGES.iter().enumerate() {
            for (second, two) in CHANGES.iter().skip(index + 1).filter(|(second, _)| second != first) {
                let text = self.affords(len).then(|| Plan::default().with(*one).with(*two).text(members))?;
                if text != plain && self.signed(&text) {
                    return Some((Vec::from([*first, *second]), Some(text)));
                }
            }
        }
        None
    }
}

/// Returns whether a signature is a MAC as `openssl dgst` prints it: hex digits after a label such
/// as `(stdin)= `, or, with `-r`, before a name.
fn is_openssl(signature: &str, hex: &str) -> bool {
    let line = signature.trim_end();
    let labeled = line.strip_suffix(hex).is_some_and(|label| label.ends_with("= "));
    labeled || line.strip_prefix(hex).is_some_and(|name| name.starts_with(" *") || name.starts_with("  "))
}
