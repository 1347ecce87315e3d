//! Neither `Debug` of public types nor errors show content of replies or values of parameters.

use std::error::Error as _;

use scaleengine_proto::param::{List, Secret};
use scaleengine_proto::{Acknowledged, Document, RawCommand, Ticket, Value, decode, stream};

#[test]
fn debug_and_errors_show_no_values() {
    const CANARY: &str = "canary-5a9d";
    let mut shown = String::new();
    for body in [
        format!(r#"{{"status":"success","ticket":{{"key":"{CANARY}"}}}}"#),
        format!(r#"{{"status":"failure","message":"m","ticket":"{CANARY}"}}"#),
        format!(r#"{{"status":"{CANARY}"}}"#),
        format!(r#""{CANARY}""#),
        format!(r#"["{CANARY}"]"#),
        format!(r#"{{"a":"{CANARY}"}}"#),
        format!("<html>{CANARY}"),
    ] {
        let document = decode::<Document>(body.as_bytes());
        let document = document.map(|reply| format!("{reply:?} {:?}", reply.value()));
        // A type that does not fit, so that decoding fails at the canary.
        let odd = decode::<std::collections::BTreeMap<String, u64>>(body.as_bytes()).map(|_| ());
        let acknowledged = decode::<Acknowledged>(body.as_bytes()).map(|reply| format!("{reply:?}"));
        shown += &format!("{document:?} {odd:?} {acknowledged:?} ");
        let sources = odd.as_ref().err().map(|error| format!("{error} {:?}", error.source()));
        shown += &format!("{sources:?} ");
    }
    // A secret in the wrong place.
    let json = format!("\"{CANARY}\"");
    let list = serde_json::from_str::<List<Secret>>(&json).unwrap_err();
    let ticket = serde_json::from_str::<Ticket>(&json).unwrap_err();
    shown += &format!("{list} {ticket} ");
    let float = serde_json::json!({ "a": CANARY, "b": [CANARY, 4711.5] });
    let refused = Value::try_from(float).unwrap_err();
    let close = stream::Close::by_name(CANARY, CANARY, CANARY).origin_url(CANARY).extra("x", CANARY);
    let raw = RawCommand::from(close.clone());
    shown += &format!("{refused:?} {refused} {close:?} {raw:?} {:?}", Value::from(CANARY));
    assert!(shown.contains("origin_url") && shown.contains("b[1]"), "{shown}");
    assert!(!shown.contains(CANARY) && !shown.contains("4711"), "{shown}");
}
