//! The percent-encodings that clients use in forms.

use alloc::borrow::Cow;
use alloc::string::String;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// The characters that PHP's `rawurlencode` encodes.
const RAW: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The characters that PHP's `urlencode` encodes.
const PHP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
/// The characters that JavaScript's `encodeURIComponent` encodes.
const COMPONENT: &AsciiSet = &RAW.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// Encodes a string in each of the ways.
pub(super) fn encoded(text: &str) -> [String; 4] {
    let with = |set| String::from(Cow::from(utf8_percent_encode(text, set)));
    [
        form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        with(PHP).replace("%20", "+"),
        with(RAW),
        with(COMPONENT),
    ]
}

/// Decodes percent-encoding, but keeps each `+`.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(bytes).into()
}
