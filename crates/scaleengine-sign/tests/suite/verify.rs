//! Requests of other clients, and the checks that each passes, as in the table in
//! `docs/protocol.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{KeyInit, Mac};
use scaleengine_proto::UnixTime;
use scaleengine_sign::{Account, Check, Credentials, Received, SecretKey, Signer, Verifier, VerifyError};

/// Returns the checks that JSON passes when signed unchanged, with the signature as the last
/// member.
fn passes(text: &str) -> Vec<Check> {
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(crate::common::SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let comma = if text == "{}" { "" } else { "," };
    let body = format!("{}{comma}\"signature\":\"{signature}\"}}", text.strip_suffix('}').unwrap());
    let received = Received::parse(body).unwrap();
    let verifier = Verifier::new(&SecretKey::new(crate::common::SECRET));
    Check::ALL.iter().copied().filter(|check| verifier.verify(&received, &[*check]).is_ok()).collect()
}

#[test]
fn each_spelling_passes_the_documented_checks() {
    use Check::{Array, Object, Raw};
    for text in [r#"{"a":"\/\u00e9","n":null,"l":[],"i":-1,"o":{"5":1}}"#, r#"{"f":0.1,"g":1.0e+25}"#] {
        assert_eq!(passes(text), [Raw, Array, Object], "{text}");
    }
    for text in [r#"{"a":{}}"#, r#"{"a":{"0":1}}"#, r#"{"a":[{"0":1,"1":2}]}"#] {
        assert_eq!(passes(text), [Raw, Object], "{text}");
    }
    for text in [
        r#"{"a":"/"}"#,
        r#"{"a":"é"}"#,
        r#"{"a":"\u00E9"}"#,
        r#"{"a":"\u007f"}"#,
        r#"{"a":"\u003c"}"#,
        r#"{"a": 1}"#,
        r#"{"a":1.0}"#,
        r#"{"a":1e3}"#,
        r#"{"a":-0}"#,
        r#"{"a":9223372036854775808}"#,
        r#"{"a":1,"a":2}"#,
    ] {
        assert_eq!(passes(text), [Raw], "{text}");
    }
    assert_eq!(passes("{}"), [Raw, Object]);
    assert_eq!(passes(r#"{"a":1e400}"#), [Raw]);
    assert_eq!(passes(r#"{"\u0000a":1}"#), [Raw, Array]);
}

#[test]
fn a_signature_that_is_not_last_passes_all_but_raw() {
    let signed = crate::common::signer()
        .sign(&scaleengine_proto::RawCommand::new("c").field("a", 1), scaleengine_proto::UnixTime(1))
        .unwrap();
    let moved = format!("{{\"signature\":\"{}\",{}", signed.signature(), signed.canonical().strip_prefix('{').unwrap());
    let received = Received::parse(moved).unwrap();
    let verifier = Verifier::new(&SecretKey::new(crate::common::SECRET));
    assert!(verifier.verify(&received, &[Check::Raw]).is_err());
    assert_eq!(verifier.verify(&received, &[Check::Array, Check::Object]), Ok(()));
}

#[test]
fn an_empty_list_of_checks_does_not_verify() {
    let received = Received::parse(r#"{"a":1,"signature":"nonsense"}"#).unwrap();
    assert_eq!(Verifier::new(&SecretKey::new("x")).verify(&received, &[]), Err(VerifyError::NoCheck));
}

#[test]
fn json_that_php_refuses_is_refused() {
    for text in [
        "",
        "{",
        "{} x",
        "\u{feff}{}",
        "TRUE",
        "[1,]",
        "{\"a\":01}",
        "\"\\ud800\"",
        "\"\t\"",
        "[.5]",
        "[1.]",
        "[+1]",
        "\"\\x\"",
        "\"\\u12",
    ] {
        assert!(Received::parse(text).is_err(), "{text:?}");
    }
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(Received::parse(nested(511)).is_ok());
    assert!(Received::parse(nested(512)).is_err());
    assert!(Received::parse(nested(100_000)).is_err());
}

#[test]
fn sign_written_signs_for_only_the_given_check() {
    let secret = SecretKey::new("secret");
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), secret.clone()));
    let text = r#"{"command":"app.list","api_key":"KEY","timestamp":7,"cdn":158,"probe":{"a":{},"b":"/"}}"#;
    for own in Check::ALL {
        let payload = signer.sign_written(text, *own).unwrap();
        assert!(payload.json().starts_with(text.strip_suffix('}').unwrap()) && payload.timestamp() == UnixTime(7));
        let received = Received::parse(payload.json()).unwrap();
        for check in Check::ALL {
            assert_eq!(Verifier::new(&secret).verify(&received, &[*check]).is_ok(), check == own, "{own:?} {check:?}");
        }
    }
    let spaced = signer.sign_written("{\"a\":1 }\n", Check::Raw).unwrap();
    assert!(Verifier::new(&secret).verify(&Received::parse(spaced.json()).unwrap(), &[Check::Raw]).is_ok());
    for wrong in ["", "[1]", "{", "{}"] {
        assert!(signer.sign_written(wrong, Check::Raw).is_err(), "{wrong}");
    }
}
