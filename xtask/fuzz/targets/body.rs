//! Fuzzes bodies without a content type, whose form encoding is guessed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scaleengine_sign::SecretKey;
use scaleengine_sign::explain::explain_body;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(explanation) = explain_body(&SecretKey::new("secret"), "", bytes) {
        let _ = (explanation.verdict(), explanation.code());
        let _ = explanation.difference().map(|difference| difference.to_string());
    }
});
