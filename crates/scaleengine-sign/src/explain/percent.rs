//! The percent-encodings of forms that clients write.

use alloc::borrow::Cow;
use alloc::string::String;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// What PHP's `rawurlencode` encodes, and JavaScript's `encodeURIComponent` all but.
const RAW: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What PHP's `urlencode` encodes.
const PHP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
/// What `encodeURIComponent` encodes.
const COMPONENT: &AsciiSet = &RAW.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// A text as each of them encodes it.
pub(super) fn encoded(text: &str) -> [String; 4] {
    let with = |set| String::from(Cow::from(utf8_percent_encode(text, set)));
    [
        form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        with(PHP).replace("%20", "+"),
        with(RAW),
        with(COMPONENT),
    ]
}

/// Decoded, and each `+` kept.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(bytes).into()
}
