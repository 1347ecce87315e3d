//! The `Debug` output of public types and the errors contain no secret, signature or parameter.

use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Check, Credentials, Json, Received, SecretKey, Signer, Verifier};

#[test]
fn debug_output_and_errors_contain_no_secret() {
    const CANARY: &str = "canary-5a9d";
    let secret = SecretKey::new(CANARY);
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 1), secret.clone()));
    let verifier = Verifier::new(&secret);
    let command = RawCommand::new("c").field("pass", CANARY);
    let unsigned = signer.unsigned(&command, UnixTime(1)).unwrap();
    let signed = signer.sign(&command, UnixTime(1)).unwrap();
    let received = Received::parse(signed.json()).unwrap();
    let wrong = Verifier::new(&SecretKey::new("x")).verify(&received, Check::ALL).unwrap_err();
    // Refused values next to and inside values that must not show.
    let refused =
        Json::parse(&format!(r#"{{"a":"{CANARY}","b":["{CANARY}",1.5]}}"#)).unwrap().into_value().unwrap_err();
    let unread = Json::parse(&format!(r#"{{"a":"{CANARY}","b":{CANARY}}}"#)).unwrap_err();

    let shown = format!(
        "{secret:?} {signer:?} {verifier:?} {command:?} {unsigned:?} {signed:?} {received:?} {wrong:?} {wrong} {refused:?} {refused} {unread:?} {unread}"
    );
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(!shown.contains(&signed.signature()), "{shown}");
}
