//! Fuzzes forms. The input is a content type up to the first line end, then a body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scaleengine_sign::SecretKey;
use scaleengine_sign::explain::explain_body;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(at);
    let kind = String::from_utf8_lossy(head);
    let content_type = match kind.strip_prefix('m') {
        Some(rest) => format!("multipart/form-data; boundary={rest}"),
        None => "application/x-www-form-urlencoded".to_owned(),
    };
    let _ = explain_body(&SecretKey::new("secret"), &content_type, body);
});
