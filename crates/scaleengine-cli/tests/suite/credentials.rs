//! The sources of credentials, and the errors if they are missing or wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};

use crate::binary::{CLOSE, Ran, Serving, at, bare, run};
use crate::messages::Messages;

#[test]
fn without_credentials_the_error_names_the_variables_and_the_sandbox() {
    let mut messages = Messages::default();
    let ran = run(&[&["-o", "json"], &CLOSE[..]].concat());
    assert_eq!((ran.code, ran.error()["kind"].as_str()), (3, Some("config")));
    messages.add("without credentials", &ran);
    messages.compare("without-credentials-the-error-names-the-variables-and-the-sandbox");
}

#[test]
fn a_missing_empty_or_wrong_variable_is_named() {
    let mut messages = Messages::default();
    for (name, value) in [("SCALEENGINE_SECRET_KEY", ""), ("SCALEENGINE_CDN", "one"), ("SCALEENGINE_CDN", "-1")] {
        let ran: Ran = at("http://127.0.0.1:1/").env(name, value).args(CLOSE).output().unwrap().into();
        messages.add(&format!("{name}={value:?}"), &ran);
    }
    messages.compare("a-missing-empty-or-wrong-variable-is-named");
}

#[test]
fn a_line_end_after_the_secret_is_not_part_of_it() {
    let sandbox = Serving::start(&[]);
    let secret = format!("{}\n", scaleengine_sandbox::SECRET_KEY);
    let ran: Ran = at(sandbox.url()).env("SCALEENGINE_SECRET_KEY", secret).args(CLOSE).output().unwrap().into();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn quotes_and_blanks_are_part_of_the_secret() {
    for (secret, warned) in [("a\" b'c", false), ("\"quoted\"", true), (" pad7ed", true)] {
        let print = ["--print", "body", "--timestamp", "1700000000", "stream", "close", "--stream-id", "1"];
        let ran: Ran =
            at("http://127.0.0.1:1/").env("SCALEENGINE_SECRET_KEY", secret).args(print).output().unwrap().into();
        assert_eq!((ran.code, ran.stderr.contains("warning")), (0, warned), "{ran:?}");
        assert!(!ran.stderr.contains(secret.trim()), "{ran:?}");

        let text = r#"{"command":"stream.close","api_key":"SANDBOXKEY0000000000000000000000","timestamp":1700000000,"cdn":158,"stream_id":1}"#;
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes()).replace('/', "\\/");
        assert_eq!(ran.stdout, format!("{},\"signature\":\"{signature}\"}}\n", text.strip_suffix('}').unwrap()));
    }
}

#[test]
fn quotes_around_the_api_key_are_a_warning() {
    let mut messages = Messages::default();
    for key in ["\"K\"", "'K'", "\u{feff}\"K\"\r\n"] {
        let ran: Ran = at("http://127.0.0.1:1/")
            .env("SCALEENGINE_API_KEY", key)
            .args(["--retries", "0"])
            .args(CLOSE)
            .output()
            .unwrap()
            .into();
        messages.add(&format!("{key:?}"), &ran);
    }
    messages.compare("quotes-around-the-api-key-are-a-warning");
}

#[test]
fn the_sandbox_ignores_credentials_in_the_environment() {
    let mut command = bare();
    command.envs([
        ("SCALEENGINE_API_KEY", "other"),
        ("SCALEENGINE_SECRET_KEY", "other"),
        ("SCALEENGINE_CDN", "nonsense"),
        ("SCALEENGINE_API_URL", "ftp://nowhere"),
        ("SSL_CERT_FILE", "/nowhere"),
        ("SSL_CERT_DIR", "/nowhere"),
    ]);
    let ran: Ran = command.arg("--sandbox").args(CLOSE).output().unwrap().into();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
}
