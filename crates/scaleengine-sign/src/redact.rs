//! Removes a secret from a foreign string, such as an error page that repeats the request.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use zeroize::Zeroizing;

const HIDDEN: &str = "…";

/// Removes a value from a string in each likely encoding: unchanged, with JSON escapes,
/// percent-encoded, escaped for HTML, and in base64.
///
/// ```
/// let page = "<p>json={&quot;pass&quot;:&quot;a/b&quot;} or a%2Fb";
/// assert_eq!(scaleengine_sign::redact(page, "a/b"), "<p>json={&quot;pass&quot;:&quot;…&quot;} or …");
/// ```
#[must_use]
pub fn redact(text: &str, value: &str) -> String {
    let mut text = String::from(text);
    for form in forms(value).iter().filter(|form| !form.is_empty()) {
        if text.contains(form.as_str()) {
            text = text.replace(form.as_str(), HIDDEN);
        }
    }
    text
}

/// Returns whether a string contains a value or a contiguous two thirds of it, as a truncated
/// string may. Values shorter than six bytes are never found, because they are part of too many
/// words.
///
/// ```
/// assert!(scaleengine_sign::reveals("key=0123456789ab", "0123456789abcdef"));
/// assert!(!scaleengine_sign::reveals("key=01234567", "0123456789abcdef"));
/// ```
#[must_use]
pub fn reveals(text: &str, value: &str) -> bool {
    const SHORT: usize = 6;
    /// A longer value is recognized by its first bytes, up to this length.
    const LONG: usize = 1024;
    let value = value.as_bytes();
    let value = value.get(..LONG).unwrap_or(value);
    if value.len() < SHORT {
        return false;
    }
    let most = (value.len() * 2).div_ceil(3).max(SHORT);
    value.windows(most).any(|part| text.as_bytes().windows(most).any(|own| own == part))
}

fn forms(value: &str) -> Zeroizing<Vec<String>> {
    let mut php = String::new();
    crate::escape::push_escaped(&mut php, value);
    let slashes = php.replace("\\/", "/");
    let mut forms = vec![STANDARD.encode(value), STANDARD_NO_PAD.encode(value)];
    // A page may escape the request, which contains the value in JSON, percent-encoded or not.
    for sent in [String::from(value), php, slashes] {
        let encoded = [
            percent(&sent, b"-_.~", false),
            percent(&sent, b"-_.~", true),
            percent(&sent, b"*-._", false),
            percent(&sent, b"", false),
        ];
        forms.extend(encoded.iter().map(|own| own.replace("%20", "+")));
        forms.extend(encoded);
        let html = sent.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let quoted = html.replace('"', "&quot;");
        forms.extend([
            html.replace('"', "&#34;"),
            quoted.replace('\'', "&#039;"),
            quoted.replace('\'', "&#39;"),
            html,
            quoted,
            sent,
        ]);
    }
    // Longest first, because one encoding may be part of another.
    forms.sort_by_key(|form| core::cmp::Reverse(form.len()));
    Zeroizing::new(forms)
}

/// Percent-encodes all characters except letters, digits and `kept`.
fn percent(value: &str, kept: &[u8], lower: bool) -> String {
    let byte = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || kept.contains(&byte) => String::from(char::from(byte)),
        byte if lower => format!("%{byte:02x}"),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}
