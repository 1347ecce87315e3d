//! The diagnosis of refused requests, in the header, in the record and in the admin API.

use scaleengine_proto::{RawCommand, UnixTime};
use scaleengine_sandbox::{API_KEY, Mistake, Sandbox, Seed};
use scaleengine_sign::{Account, Check, Credentials, SecretKey, Signer};
use serde_json::json;

use crate::common::{admin, now, post, post_json, request, send, sign, signer};

async fn diagnosis(sandbox: &Sandbox, content_type: &str, body: &str) -> String {
    let head = format!("POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}");
    let response = send(sandbox, &format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    let line = response.lines().find_map(|line| line.strip_prefix("x-sandbox-diagnosis: "));
    line.unwrap_or_default().to_owned()
}

fn form(json: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("json", json).finish()
}

#[tokio::test]
async fn mistakes_other_than_the_signature_have_reason_codes() {
    let sandbox = Sandbox::start().await.unwrap();
    let urlencoded = "application/x-www-form-urlencoded";
    let text = |at: serde_json::Value, cdn: i64| {
        json!({"command":"stream.close","api_key":API_KEY,"timestamp":at,"cdn":cdn,"stream_id":1}).to_string()
    };
    let part = |head: &str, json: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"json\"{head}\r\n\r\n{json}\r\n")
    };
    let right = sign(&text(now().into(), 158));
    for (content_type, body, expected) in [
        (urlencoded, form(&right), ""),
        (urlencoded, form(&right), "replayed"),
        (urlencoded, form(&sign(&text((now() - 400).into(), 158))), "timestamp-old"),
        (urlencoded, form(&sign(&text((now() + 400).into(), 158))), "timestamp-future"),
        (urlencoded, form(&sign(&text((now() * 1000).into(), 158))), "timestamp-milliseconds"),
        (urlencoded, form(&sign(&text(now().to_string().into(), 158))), "timestamp-string"),
        (urlencoded, form(&sign(&text(1_700_000_000.5.into(), 158))), "float-form"),
        (urlencoded, form(&sign(&text(serde_json::Value::Null, 158))), "timestamp-missing"),
        (urlencoded, form(&sign(&text((now() - 900).into(), 158))), "timestamp-old"),
        (urlencoded, form(&sign(&text((now() - 7200).into(), 158))), "timestamp-timezone"),
        (urlencoded, form(&sign(&text((now() + 19800).into(), 158))), "timestamp-timezone"),
        (urlencoded, form(&sign(&text(now().into(), 159))), "key-unknown"),
        (urlencoded, form(&text(now().into(), 158)), "signature-missing"),
        (urlencoded, format!("json={right}"), if right.contains('+') { "form-unescaped" } else { "replayed" }),
        (urlencoded, form(&form(&right)[5..]), "double-encoded"),
        (urlencoded, form(&format!("\u{feff}{right}")), "bom"),
        (urlencoded, "json=%E9".into(), "not-json"),
        (urlencoded, "json=%22%E9%22".into(), "latin1"),
        (urlencoded, "jsn=1".into(), "field-json-missing"),
        (urlencoded, format!("json=x&{}", form(&right)), "field-json-twice+replayed"),
        ("multipart/form-data; boundary=b", part("; filename=\"f\"", &right) + "--b--\r\n", "field-json-is-file"),
        ("application/json", right.clone(), "json-content-type"),
    ] {
        assert_eq!(diagnosis(&sandbox, content_type, &body).await, expected, "{body}");
    }
    let get = send(&sandbox, "GET /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(get.contains("\r\nx-sandbox-diagnosis: method-not-post\r\n"), "{get}");
    for (head, status, expected) in [
        ("POST /stable HTTP/1.1\r\nContent-Length: 0", 404, "path-wrong"),
        ("POST / HTTP/1.1\r\nContent-Length: 0", 404, "path-wrong"),
        ("POST /stable/ HTTP/1.1\r\nContent-Length: 9000000", 413, "body-too-large"),
        ("POST /stable/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nA: \r\n\r\nx", 400, "body-not-whole"),
    ] {
        let answer = send(&sandbox, &format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
        assert!(answer.contains(&format!("\r\nx-sandbox-diagnosis: {expected}\r\n")), "{head}: {answer}");
    }
    // Other requests are not recorded; the response names the two paths.
    let looked = send(&sandbox, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(looked.starts_with("HTTP/1.1 404 ") && looked.contains("/_sandbox/"), "{looked}");
    assert!(!looked.contains("x-sandbox-request"), "{looked}");
}

#[tokio::test]
async fn a_record_has_the_received_and_the_expected_json_and_their_difference() {
    let sandbox = Sandbox::builder().verify([Check::Raw]).start().await.unwrap();
    let text = format!(
        r#"{{"command":"stream.close","api_key":"{API_KEY}","timestamp":{},"cdn":158,"stream":"a/é","stream_id":7,"pass":"p"}}"#,
        now()
    );
    // Passes the raw check, but not the others.
    let sent = sign(&text);
    assert_eq!(post_json(&sandbox, &sent).await["message"], "Stream is not live");
    let records = sandbox.requests();
    let record = &records[0];
    assert_eq!((record.diagnosis().as_str(), record.refused), ("slash-unescaped+utf8-raw", false));
    assert_eq!(record.reasons, [Mistake::SlashUnescaped, Mistake::Utf8Raw]);
    assert_eq!(record.passes(), [Check::Raw]);
    let explanation = record.explanation.as_ref().unwrap();
    assert_eq!(explanation.expected().unwrap(), text.replace("a/é", "a\\/\\u00e9"));
    assert_eq!(explanation.received(), text.as_bytes());

    let (status, shown) = admin(&sandbox, "GET", "requests/1", "").await;
    assert_eq!(
        (status, &shown["explanation"]["passes"]),
        (200, &json!({"raw": true, "array": false, "object": false}))
    );
    assert_eq!(shown["explanation"]["difference"]["offset"], text.find("/é").unwrap());
    assert!(shown["body"].as_str().unwrap().starts_with("json=%7B"));
    assert_eq!(shown["parameters"]["pass"], "p");
    assert!(shown["reasons"][0]["remedy"].as_str().unwrap().contains("json_encode"));

    // Lists mask passwords and signatures.
    let (_, list) = admin(&sandbox, "GET", "requests?command=stream.close", "").await;
    assert_eq!((&list[0]["parameters"]["pass"], &list[0]["parameters"]["signature"]), (&json!("…"), &json!("…")));
    for (filter, count) in [
        ("command=x", 0),
        ("status=200", 1),
        ("status=0003", 0),
        ("diagnosis=utf8-raw", 1),
        ("diagnosis=any", 1),
        ("after=1", 0),
    ] {
        let (_, list) = admin(&sandbox, "GET", &format!("requests?{filter}"), "").await;
        assert_eq!(list.as_array().unwrap().len(), count, "{filter}");
    }

    // `verify` explains the request without executing it.
    let (_, verified) = admin(&sandbox, "POST", "verify", &sent).await;
    assert_eq!(
        (&verified["diagnosis"], &verified["verdict"]),
        (&json!("slash-unescaped+utf8-raw"), &json!("the secret is correct, but the JSON is not"))
    );
    assert_eq!(admin(&sandbox, "GET", "requests/9", "").await.0, 404);
}

#[tokio::test]
async fn a_wrong_secret_is_distinguished_from_a_wrong_text() {
    let sandbox = Sandbox::start().await.unwrap();
    for (secret, code, verdict) in [
        (
            format!("{}\n", scaleengine_sandbox::SECRET_KEY),
            "secret-newline",
            "the JSON is correct, but the secret is not",
        ),
        ("another".to_owned(), "unknown", "the JSON is written as PHP writes it, but the signature does not match it"),
    ] {
        let signer = Signer::new(&Credentials::new(sandbox.credentials().account().clone(), SecretKey::new(secret)));
        let payload = signer.sign(&RawCommand::new("stream.close").field("stream_id", 1), UnixTime(now())).unwrap();
        assert_eq!(post_json(&sandbox, payload.json()).await["code"], "0003");
        let record = sandbox.requests().pop().unwrap();
        assert_eq!((record.diagnosis().as_str(), record.refused), (code, true));
        assert_eq!(record.explanation.as_ref().unwrap().verdict(), verdict);
    }
}

#[tokio::test]
async fn each_account_has_its_own_state() {
    let seed = "[[streams]]\napp = \"a\"\ninst = \"i\"\nstream = \"s\"\n[[accounts]]\napi_key = \"K2\"\nsecret_key = \"two\"\ncdn = 2\n";
    let sandbox = Sandbox::builder().seed(Seed::parse(seed).unwrap()).start().await.unwrap();
    let close = RawCommand::new("stream.close").field("stream_id", 1000);
    let other = Signer::new(&Credentials::new(Account::new("K2", 2), SecretKey::new("two")));
    let ask = async |signer: &Signer| {
        post_json(&sandbox, signer.sign(&close, UnixTime(now())).unwrap().json()).await["message"].take()
    };
    assert_eq!(ask(&other).await, "");
    assert_eq!(ask(&other).await, "Stream is not live");
    assert_eq!(ask(&signer(&sandbox)).await, "");
    assert_eq!(admin(&sandbox, "POST", "reset?key=K2", "").await.0, 200);
    assert_eq!((ask(&other).await, ask(&signer(&sandbox)).await), (json!(""), json!("Stream is not live")));
    let new = r#"{"api_key":"K3","secret_key":"three","cdn":3}"#;
    assert_eq!(admin(&sandbox, "POST", "accounts", new).await.0, 200);
    assert_eq!(ask(&Signer::new(&Credentials::new(Account::new("K3", 3), SecretKey::new("three")))).await, "");
    assert_eq!(admin(&sandbox, "POST", "reset?key=K4", "").await.0, 404);
    for (seed, expected) in [("[[streams]]\napp = 1", "invalid type"), ("[[stream]]", "unknown field `stream`")] {
        let error = Seed::parse(seed).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("line"), "{error}");
    }
}

#[tokio::test]
async fn only_documented_disables_the_assumed_rules() {
    let sandbox = Sandbox::builder().only_documented().start().await.unwrap();
    let close = RawCommand::new("stream.close").field("stream_id", 7);
    let old = signer(&sandbox).sign(&close, UnixTime(now() - 5000)).unwrap();
    assert_eq!(post_json(&sandbox, old.json()).await["status"], "success");
    let missing = signer(&sandbox).sign(&RawCommand::new("stream.close"), UnixTime(now())).unwrap();
    assert_eq!(post_json(&sandbox, missing.json()).await["message"], "One or more required fields are missing:");
    assert_eq!(post(&sandbox, "application/x-www-form-urlencoded", "json=%7B%7D").await["code"], "0001");
    let (_, rules) = admin(&sandbox, "GET", "rules", "").await;
    let rules = rules.as_array().unwrap();
    assert!(rules.iter().all(|rule| (rule["confidence"] == "assumed") != rule["kept"].as_bool().unwrap()));
}

#[tokio::test]
async fn refuse_replays_refuses_a_repeated_signature() {
    let sandbox = Sandbox::builder().refuse_replays().start().await.unwrap();
    let request = request(&sandbox, &RawCommand::new("app.list"));
    assert!(send(&sandbox, &request).await.contains("\"status\":\"success\""));
    let again = send(&sandbox, &request).await;
    assert!(again.contains("\r\nx-sandbox-diagnosis: replayed\r\n") && again.contains("\"code\":\"0003\""), "{again}");
}

#[tokio::test]
async fn long_bodies_are_read_in_both_form_encodings_and_long_names_are_truncated() {
    let sandbox = Sandbox::start().await.unwrap();
    let text = "x".repeat(5 << 20);
    let payload =
        signer(&sandbox).sign(&RawCommand::new("app.list").field("note", text.as_str()), UnixTime(now())).unwrap();
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{}\r\n--b--\r\n", payload.json());
    assert_eq!(post(&sandbox, "Multipart/Form-Data; boundary=b", &part).await["status"], "success");
    let text = text.get(..1 << 20).unwrap();
    assert_eq!(
        post_json(&sandbox, &format!("{{\"command\":\"{text}\",\"api_key\":\"{text}\"}}")).await["code"],
        "0001"
    );
    let record = sandbox.requests().pop().unwrap();
    assert_eq!((record.command.as_ref().unwrap().len(), record.api_key.as_ref().unwrap().len()), (256, 256));
    // A declared secret is masked too.
    let add = RawCommand::new("pushpublish.add").field("service_name", "s").field("dst_stream", "canary");
    post_json(&sandbox, signer(&sandbox).sign(&add, UnixTime(now())).unwrap().json()).await;
    assert!(!admin(&sandbox, "GET", "requests", "").await.1.to_string().contains("canary"));
    let error = Seed::parse("[[accounts]]\napi_key = \"k\"\nsecret = \"canary\"\n").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary") && error.to_string().contains("line 3"), "{error}");
    let error =
        Seed::parse("[[accounts]]\napi_key = \"k\"\nsecret_key = \"s\"\ncdn = \"x, expected canary\"\n").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    assert!(Seed::parse("[[streams]]\napp = \"a\"\ninst = \"i\"\nstream = \"s\"\nreconect = true\n").is_err());
}
