//! No secret, signature or parameter shows in the debug form of a public type or in an error.

use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Check, Received, SecretKey, Signer, Verifier};

#[test]
fn nothing_that_holds_a_secret_shows_it() {
    const CANARY: &str = "canary-5a9d";
    let secret = SecretKey::new(CANARY);
    let signer = Signer::new(Account::new("KEY", 1), &secret);
    let verifier = Verifier::new(&secret);
    let command = RawCommand::new("c").field("pass", CANARY);
    let unsigned = signer.text(&command, UnixTime(1)).unwrap();
    let signed = signer.sign(&command, UnixTime(1)).unwrap();
    let received = Received::parse(signed.body()).unwrap();
    let wrong = Verifier::new(&SecretKey::new("x")).verify(&received, Check::ALL).unwrap_err();
    let refused = signer.sign(&command.clone().field("pass", CANARY), UnixTime(1)).unwrap_err();

    let shown = format!(
        "{secret:?} {signer:?} {verifier:?} {command:?} {unsigned:?} {signed:?} {received:?} {wrong:?} {wrong} {refused:?} {refused}"
    );
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(!shown.contains(&signed.signature()), "{shown}");
}
