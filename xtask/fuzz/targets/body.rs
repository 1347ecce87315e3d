//! Bodies whose kind is guessed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scaleengine_sign::SecretKey;

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    if let Ok(explanation) = runtime.block_on(scaleengine_sandbox::explain_body(&SecretKey::new("secret"), "", bytes)) {
        let _ = scaleengine_sandbox::explanation_json(&explanation);
    }
});
