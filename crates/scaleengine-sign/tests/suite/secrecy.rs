//! No secret, signature or parameter shows in the debug form of a public type or in an error.

use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Check, Credentials, Json, Received, SecretKey, Signer, Verifier};

#[test]
fn nothing_that_holds_a_secret_shows_it() {
    const CANARY: &str = "canary-5a9d";
    let secret = SecretKey::new(CANARY);
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 1), secret.clone()));
    let verifier = Verifier::new(&secret);
    let command = RawCommand::new("c").field("pass", CANARY);
    let unsigned = signer.unsigned(&command, UnixTime(1)).unwrap();
    let signed = signer.sign(&command, UnixTime(1)).unwrap();
    let received = Received::parse(signed.json()).unwrap();
    let wrong = Verifier::new(&SecretKey::new("x")).verify(&received, Check::ALL).unwrap_err();
    // Refusals beside and inside of what must not show.
    let refused =
        Json::parse(&format!(r#"{{"a":"{CANARY}","b":["{CANARY}",1.5]}}"#)).unwrap().into_value().unwrap_err();
    let unread = Json::parse(&format!(r#"{{"a":"{CANARY}","b":{CANARY}}}"#)).unwrap_err();

    let shown = format!(
        "{secret:?} {signer:?} {verifier:?} {command:?} {unsigned:?} {signed:?} {received:?} {wrong:?} {wrong} {refused:?} {refused} {unread:?} {unread}"
    );
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(!shown.contains(&signed.signature()), "{shown}");
}
