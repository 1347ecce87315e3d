//! Tests that no secret, signature, parameter or response body appears in `Debug` of a public type
//! or in an error.

use std::error::Error as _;
use std::time::Duration;

use http::StatusCode;
use scaleengine_http::{Call, Endpoint, Now, Step, WireResponse};
use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

#[test]
fn debug_and_errors_omit_request_and_response_contents() {
    const CANARY: &str = "canary+5a9d/b1e5";
    // Plain, base64 (of its first bytes), and percent-encoded.
    const FORMS: [&str; 3] = [CANARY, "Y2FuYXJ5KzVhOWQvYjFl", "canary%2B5a9d%2Fb1e5"];
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new(CANARY)));
    let now = Now::new(UnixTime(1), Duration::ZERO);
    for status in [200, 404, 500] {
        for body in [
            format!(r#"{{"status":"success","ticket":{{"key":"{CANARY}"}}}}"#),
            format!(r#"{{"status":"failure","message":"m","ticket":{{"key":"{CANARY}"}}}}"#),
            format!("<html>{CANARY}"),
            format!(r#"{{"status":"{CANARY}"}}"#),
        ] {
            let command = RawCommand::new("c").field("pass", CANARY);
            let mut call = Call::new(&signer, Endpoint::default(), command);
            let signature = call.payload(UnixTime(1)).unwrap().signature();
            let mut shown = format!("{call:?}");
            let step = call.next(now);
            shown += &format!("{step:?}");
            let response = WireResponse::new(StatusCode::from_u16(status).unwrap(), body);
            shown += &format!("{response:?}");
            call.handle(now, Ok(response));
            let Step::Done(outcome) = call.next(now) else { panic!() };
            shown += &match &*outcome {
                Ok(reply) => format!("{reply:?} {:?}", reply.value()),
                Err(error) => {
                    let sources = std::iter::successors(error.source(), |error| (*error).source());
                    format!("{error:?} {error} {:?}", sources.map(ToString::to_string).collect::<Vec<_>>())
                }
            };
            assert!(!FORMS.iter().any(|form| shown.contains(form)) && !shown.contains(&signature), "{shown}");
        }
    }
}

/// Programs panic with the `Debug` output of an unexpected step.
#[test]
fn a_panic_with_a_step_contains_no_secret() {
    const CANARY: &str = "canary+5a9d/b1e5";
    let signer = Signer::new(&Credentials::new(Account::new("KEY", 158), SecretKey::new(CANARY)));
    let mut call = Call::new(signer, Endpoint::default(), RawCommand::new("c").field("pass", CANARY));
    let step = call.next(Now::new(UnixTime(1), Duration::ZERO));
    let panicked =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panic!("{step:?} of {call:?}"))).unwrap_err();
    let text = panicked.downcast_ref::<String>().unwrap();
    assert!(text.contains("Send") && !text.contains(CANARY) && !text.contains("canary%2B"), "{text}");
}
