//! The API over plain HTTP: accepted and refused requests, and the order of the checks.

use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sandbox::{API_KEY, CDN, LiveStream, Sandbox, WINDOW};
use scaleengine_sign::{Account, Check, Credentials, SecretKey, Signer};
use serde_json::json;
use tokio::net::TcpStream;

use crate::common::{code, now, post, post_json, send, sign, signer};

#[tokio::test]
async fn stream_close_is_executed_and_its_reply_has_the_documented_shape() {
    let sandbox = Sandbox::start().await.unwrap();
    let demo = LiveStream::new("demo-origin", "live", "my_live_stream");
    assert!(sandbox.is_live(&demo));
    let close = RawCommand::new("stream.close").field("stream_id", 1000);
    let close = signer(&sandbox).sign(&close, UnixTime(now())).unwrap();
    let answer = post_json(&sandbox, close.json()).await;
    assert_eq!((&answer["status"], &answer["message"]), (&json!("success"), &json!("")));
    assert!(answer["handle_time"].as_str().unwrap().ends_with(" seconds"));
    assert!(!sandbox.is_live(&demo));

    let answer = post_json(&sandbox, close.json()).await;
    assert_eq!((&answer["status"], &answer["message"]), (&json!("failure"), &json!("Stream is not live")));
    assert_eq!(code(&answer), "");
    assert_eq!(sandbox.publish(demo.clone()), 1001, "ids are never reused");
    assert!(sandbox.is_live(&demo));
}

#[tokio::test]
async fn checks_come_in_the_documented_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let (key, at) = (API_KEY, now());
    let old = at - i64::try_from(WINDOW).unwrap() - 60;
    // Each request corrects the first mistake of the one before.
    for (text, signed, expected) in [
        (json!({"command":"x","timestamp":old}), false, "0001"),
        (json!({"api_key":"x","command":"x","timestamp":old,"cdn":158}), false, "0001"),
        (json!({"api_key":key,"command":"x","timestamp":old,"cdn":159}), false, "0001"),
        (json!({"api_key":key,"command":"x","timestamp":old,"cdn":158}), false, "0002"),
        (json!({"api_key":key,"command":"x","timestamp":at.to_string(),"cdn":158}), false, "0002"),
        (json!({"api_key":key,"command":"x","timestamp":at,"cdn":158}), false, "0003"),
        (json!({"api_key":key,"command":"x","timestamp":at,"cdn":158}), true, "0000"),
        (json!({"api_key":key,"command":"stream.close","timestamp":at,"cdn":158,"app":"a"}), true, "0006"),
        (json!({"api_key":key,"command":"stream.close","timestamp":at,"cdn":"158","stream_id":7}), true, ""),
    ] {
        let text = text.to_string();
        let answer = post_json(&sandbox, &if signed { sign(&text) } else { text.clone() }).await;
        assert_eq!((code(&answer), answer["status"].as_str()), (expected, Some("failure")), "{text} {answer}");
        if expected == "0006" {
            assert_eq!(answer["message"], "One or more required fields are missing: inst, stream");
        }
    }
}

#[tokio::test]
async fn timestamps_are_accepted_within_300_seconds_of_the_sandbox_clock() {
    for (offset, distance, expected) in
        [(0, 290, ""), (0, -290, ""), (0, 330, "0002"), (0, -330, "0002"), (3600, 0, "0002"), (3600, 3600, "")]
    {
        let sandbox = Sandbox::builder().clock_offset(offset).start().await.unwrap();
        let close = RawCommand::new("stream.close").field("stream_id", 1000);
        let payload = signer(&sandbox).sign(&close, UnixTime(now() + distance)).unwrap();
        assert_eq!(code(&post_json(&sandbox, payload.json()).await), expected, "{offset} {distance}");
    }
}

#[tokio::test]
async fn an_unescaped_slash_is_accepted_in_the_signature_and_in_values_only_by_the_raw_check() {
    for checks in [&[Check::Raw][..], &[Check::Array], &[Check::Object], Check::ALL] {
        let sandbox = Sandbox::builder().verify(checks.iter().copied()).start().await.unwrap();
        // Half of all signatures contain a slash.
        let close = RawCommand::new("stream.close").field("stream_id", 1000);
        let mut payloads = (0..64).map(|ago| signer(&sandbox).sign(&close, UnixTime(now() - ago)).unwrap());
        let payload = payloads.find(|payload| payload.signature().contains('/')).unwrap();
        let raw = payload.json().replace("\\/", "/");
        assert_eq!(post_json(&sandbox, &raw).await["status"], "success", "{checks:?}");

        let text = format!(
            r#"{{"command":"stream.close","api_key":"{API_KEY}","timestamp":{},"cdn":158,"stream":"a/b","stream_id":7}}"#,
            now()
        );
        let expected = if checks == [Check::Raw] { "" } else { "0003" };
        assert_eq!(code(&post_json(&sandbox, &sign(&text)).await), expected, "{checks:?}");
    }
}

#[tokio::test]
async fn forms_are_read_as_php_reads_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let part = |head: &str, json: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"json\"{head}\r\n\r\n{json}\r\n")
    };
    let (multipart, urlencoded) = ("multipart/form-data; boundary=b", "application/x-www-form-urlencoded");
    // A request without a key is refused with 0001 once its JSON is read.
    for (content_type, body) in [
        (multipart, part("", "{}") + "--b--\r\n"),
        (multipart, part("", "{}")),
        (multipart, part("", "nonsense") + &part("", "{}") + "--b--\r\n"),
        (urlencoded, "json=nonsense&json=%7B%7D".to_owned()),
    ] {
        assert_eq!(code(&post(&sandbox, content_type, &body).await), "0001", "{body}");
    }
    for (content_type, body) in [
        (multipart, part("; filename=\"f\"", "{}") + "--b--\r\n"),
        (multipart, "--b--\r\n".to_owned()),
        (multipart, part("", "{") + "--b--\r\n"),
        (urlencoded, "other=%7B%7D".to_owned()),
        ("application/json", "{}".to_owned()),
    ] {
        let answer = post(&sandbox, content_type, &body).await;
        assert_eq!((answer["status"].as_str(), code(&answer)), (Some("failure"), ""), "{content_type} {body}");
    }
    let get = send(&sandbox, "GET /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(get.starts_with("HTTP/1.1 405 "), "{get}");
}

#[tokio::test]
async fn a_wrong_secret_gets_the_documented_message() {
    let sandbox = Sandbox::start().await.unwrap();
    let signer = Signer::new(&Credentials::new(Account::new(API_KEY, CDN), SecretKey::new("wrong")));
    let payload = signer.sign(&RawCommand::new("stream.close"), UnixTime(now())).unwrap();
    let answer = post_json(&sandbox, payload.json()).await;
    assert_eq!(code(&answer), "0003");
    assert_eq!(answer["message"], "Failed HMAC-SHA256 Signature. Check your Private Key");
}

#[tokio::test]
async fn a_dropped_sandbox_closes_its_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address();
    drop(sandbox);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
