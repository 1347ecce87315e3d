//! The files under `vectors/`, written by PHP: signs the JSON and verifies the result.

use std::fs;
use std::path::{Path, PathBuf};

use scaleengine_proto::{RESERVED, RawCommand, UnixTime};
use scaleengine_sign::{Account, Check, Credentials, Json, Received, SecretKey, Signer, Verifier};

/// Returns every folder that contains a `text.json`.
fn cases() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")];
    let mut cases = Vec::new();
    while let Some(folder) = folders.pop() {
        if folder.join("text.json").exists() {
            cases.push(folder);
            continue;
        }
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(entries.filter(|path| path.is_dir()));
    }
    cases
}

#[test]
fn every_vector_is_signed_to_the_byte_and_verifies() {
    let cases = cases();
    assert!(cases.len() >= 8 + 2 * 68, "{}", cases.len());
    for case in cases {
        let read = |name: &str| fs::read_to_string(case.join(name)).unwrap();
        let secret = SecretKey::new(read("secret.txt"));

        let Json::Object(members) = Json::parse(&read("text.json")).unwrap() else { panic!() };
        let text_of = |name: &str| match members.iter().find(|(own, _)| own == name).unwrap() {
            (_, Json::Text(text)) => text.clone(),
            (_, Json::Int(int)) => int.to_string(),
            other => panic!("{other:?}"),
        };
        let account = Account::new(text_of("api_key"), text_of("cdn").parse().unwrap());
        let timestamp = UnixTime(text_of("timestamp").parse().unwrap());
        let params = members.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str()));
        let command = params.fold(RawCommand::new(text_of("command")), |command, (name, value)| {
            command.field(name, value.clone().into_value().unwrap())
        });

        let payload = Signer::new(&Credentials::new(account, secret.clone())).sign(&command, timestamp).unwrap();
        assert_eq!(payload.canonical(), read("text.json"), "{case:?}");
        assert_eq!(payload.signature(), read("signature.txt"), "{case:?}");
        assert_eq!(payload.json(), read("body.json"), "{case:?}");

        let received = Received::parse(read("body.json")).unwrap();
        assert_eq!(Verifier::new(&secret).verify(&received, Check::ALL), Ok(()), "{case:?}");
    }
}
