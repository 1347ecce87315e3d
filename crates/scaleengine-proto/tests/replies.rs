//! Replies as they were seen, and as they may come. Runs with serde_json's features on.

use scaleengine_proto::{Acknowledged, DecodeError, Document, Reply, decode};

fn acknowledged(body: &str) -> Result<Reply<Acknowledged>, DecodeError> {
    decode(body.as_bytes())
}

#[test]
fn the_documented_sample_of_stream_close_is_read() {
    let sample = r#"{ "message": "", "status": "success", "handle_time":"0.3795 seconds" }"#;
    let reply = acknowledged(sample).unwrap();
    assert_eq!((reply.message(), reply.code(), reply.handle_time()), ("", None, Some(0.3795)));
    assert_eq!(reply.raw(), sample.as_bytes());
}

#[test]
fn handle_time_is_read_in_every_form_and_never_costs_an_answer() {
    for (written, read) in [
        ("0.3795", Some(0.3795)),
        ("\"0.3795 seconds\"", Some(0.3795)),
        ("\"0.3795\"", Some(0.3795)),
        ("1", Some(1.0)),
        ("1e-3", Some(0.001)),
        ("null", None),
        ("\"\"", None),
        ("\"NaN seconds\"", None),
        ("[]", None),
    ] {
        let reply = acknowledged(&format!(r#"{{"status":"success","handle_time":{written}}}"#)).unwrap();
        assert_eq!(reply.handle_time(), read, "{written}");
    }
}

#[test]
fn a_failure_keeps_code_message_and_debug_texts() {
    for code in ["\"0003\"", "3", "\"3\""] {
        let body = format!(r#"{{"status":"failure","message":"no\u001b[2J","code":{code},"debug":"d","debug2":7}}"#);
        let Err(DecodeError::Failure(failure)) = acknowledged(&body) else { panic!("{code}") };
        assert_eq!(failure.code().map(scaleengine_proto::Code::as_str), Some("0003"));
        assert_eq!(failure.debug(), ["d", "7"]);
        assert_eq!(failure.to_string(), r"the API answered failure 0003: no\u{1b}[2J");
    }
    let Err(DecodeError::Failure(failure)) = acknowledged(r#"{"status":"failure"}"#) else { panic!() };
    assert_eq!((failure.code(), failure.to_string().as_str()), (None, "the API answered failure"));
}

/// What would be read as an envelope if fields went by their places.
const ARRAY: &str = r#"["success","",null,null,null,null]"#;

#[test]
fn what_is_no_envelope_is_told_apart() {
    for body in ["", "<html>", "[]", "{}", r#"{"status":"succ"#, "\u{feff}{}", ARRAY] {
        assert!(matches!(acknowledged(body), Err(DecodeError::NotAnEnvelope { .. })), "{body}");
    }
    for body in [r#"{"status":"ok"}"#, r#"{"status":true}"#, r#"{"status":null}"#, r#"{"status":"Success"}"#] {
        assert!(matches!(acknowledged(body), Err(DecodeError::UnknownStatus)), "{body}");
    }
}

#[test]
fn success_with_unreadable_data_is_told_apart_and_a_document_keeps_all_fields() {
    let body = br#"{"status":"success","ticket":{"uses":"1000"},"n":1.0}"#;
    let document = decode::<Document>(body).unwrap();
    assert_eq!(document.value().get("ticket").and_then(|ticket| ticket["uses"].as_str()), Some("1000"));
    assert_eq!(document.value().fields().len(), 3);
    assert!(matches!(decode::<Vec<u8>>(body), Err(DecodeError::Data { .. })));
}
