//! Properties of every signed command.

use proptest::prelude::*;
use scaleengine_proto::UnixTime;
use scaleengine_sign::{Check, Received, SecretKey, Verifier};

fn verifies(body: Vec<u8>) -> bool {
    let Ok(body) = String::from_utf8(body) else { return false };
    let Ok(received) = Received::parse(body) else { return false };
    Verifier::new(&SecretKey::new(crate::common::SECRET)).verify(&received, Check::ALL).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_signed_payload_verifies_and_no_byte_of_it_can_change(
        command in crate::common::command(),
        at in any::<i64>(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let Ok(payload) = crate::common::signer().sign(&command, UnixTime(at)) else { return Ok(()) };
        let body = payload.json().as_bytes().to_vec();
        prop_assert!(verifies(body.clone()));

        let mut changed = body.clone();
        let place = place.index(body.len());
        changed[place] = byte;
        prop_assert!(changed == body || !verifies(changed), "byte {place} of {}", payload.json());
    }

    #[test]
    fn a_mac_made_elsewhere_gives_the_same_payload(command in crate::common::command()) {
        use hmac::{KeyInit, Mac};
        let signer = crate::common::signer();
        let Ok(unsigned) = signer.unsigned(&command, UnixTime(1)) else { return Ok(()) };
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(crate::common::SECRET.as_bytes()).unwrap();
        mac.update(unsigned.canonical().as_bytes());
        let sealed = unsigned.seal(mac.finalize().into_bytes().into());
        prop_assert_eq!(sealed, signer.sign(&command, UnixTime(1)).unwrap());
    }
}

/// The random test above, exhaustively for one request: every byte value at every position.
#[test]
fn no_byte_of_a_documented_request_can_change() {
    let close = scaleengine_proto::stream::Close::by_name("demo-origin", "live", "a/é");
    let body = crate::common::signer().sign(&close, UnixTime(1_700_000_000)).unwrap().into_json().into_bytes();
    for place in 0..body.len() {
        for byte in (0..=255).filter(|byte| *byte != body[place]) {
            let mut changed = body.clone();
            changed[place] = byte;
            assert!(!verifies(changed), "byte {place} as {byte}");
        }
    }
}
