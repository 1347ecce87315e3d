//! Custom commands: declared outside of `scaleengine-proto`, checked as any other command, with
//! replies from a closure.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use scaleengine_proto::code::KnownCode;
use scaleengine_proto::param::Secret;
use scaleengine_proto::{Command, Document, Fields, RawCommand, find, stream};
use scaleengine_sandbox::{API_KEY, Failure, LiveStream, Sandbox, blocking};
use serde_json::{Value, json};

use crate::common::{admin, ask, code, request, send, signed};

/// Starts an upload.
#[derive(Clone, Command)]
#[command(name = "upload.start", safety = Unsafe, reason = "each call starts an upload", reply = Document)]
#[constructor(in_folder(folder))]
#[constructor(by_id(upload_id))]
struct StartUpload {
    /// Name of the file.
    #[param(example = "today.mp4")]
    name: String,
    /// Folder of the file.
    #[param(example = "news")]
    folder: Option<String>,
    /// Upload to be continued.
    #[param(example = 7)]
    upload_id: Option<i64>,
    /// Password of the folder.
    #[param(example = "its password")]
    folder_pass: Option<Secret>,
    extra: Fields,
}

/// Ends all uploads.
#[derive(Command)]
#[command(name = "upload.end", safety = Idempotent, reason = "what has ended has ended", reply = ())]
struct EndUploads {
    extra: Fields,
}

/// Another declaration of a command of the catalogue.
#[derive(Command)]
#[command(name = "stream.close", safety = Idempotent, reason = "a closed stream is closed", reply = Document)]
struct CloseAll {
    /// Application of the streams.
    #[param(example = "demo-origin")]
    app: String,
    extra: Fields,
}

fn upload() -> StartUpload {
    StartUpload::in_folder("today.mp4", "news")
}

#[tokio::test]
async fn a_custom_command_gets_the_request_and_returns_the_reply() {
    let seen = Arc::new(Mutex::new(Value::Null));
    let own = Arc::clone(&seen);
    let sandbox = Sandbox::builder()
        .command::<StartUpload>(move |request| {
            own.lock().unwrap().clone_from(request);
            Ok(json!({ "upload_id": "u-7", "code": "0100" }))
        })
        .acknowledge::<EndUploads>()
        .start()
        .await
        .unwrap();

    let reply = ask(&sandbox, &upload().extra("tags", ["a", "b"])).await;
    assert_eq!((&reply["status"], &reply["message"]), (&json!("success"), &json!("")));
    assert_eq!((&reply["upload_id"], code(&reply)), (&json!("u-7"), "0100"));
    assert!(reply["handle_time"].is_string() && reply.get("sandbox").is_none(), "{reply}");
    let mut request = seen.lock().unwrap().take();
    assert!(request.as_object_mut().unwrap().remove("timestamp").unwrap().is_i64());
    let parameters = json!({ "name": "today.mp4", "folder": "news", "tags": ["a", "b"] });
    let mut expected = json!({ "command": "upload.start", "api_key": API_KEY, "cdn": 158 });
    expected.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    assert_eq!(request, expected);
    assert_eq!(sandbox.requests()[0].code.as_deref(), Some("0100"));
    assert!(sandbox.requests()[0].json().contains(r#""tags":["a","b"]"#));

    let reply = ask(&sandbox, &EndUploads::new()).await;
    let names: BTreeSet<_> = reply.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((&reply["status"], names), (&json!("success"), BTreeSet::from(["handle_time", "message", "status"])));
}

#[tokio::test]
async fn a_custom_command_is_checked_as_any_other_command() {
    let calls = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&calls);
    let sandbox = Sandbox::builder()
        .command::<StartUpload>(move |_| {
            own.fetch_add(1, Ordering::Relaxed);
            Ok(json!({}))
        })
        .start()
        .await
        .unwrap();

    let reply = ask(&sandbox, &RawCommand::new("upload.start").field("folder", "news")).await;
    assert_eq!(code(&reply), "0006");
    assert_eq!(reply["message"], "One or more required fields are missing: name");
    assert_eq!(code(&ask(&sandbox, &RawCommand::new("upload.end")).await), "0000");
    let wrong = request(&sandbox, &upload()).replace("today", "later");
    assert!(send(&sandbox, &wrong).await.contains("\"0003\""));
    sandbox.fault("command=upload.* first=1 code=1000".parse().unwrap());
    assert_eq!(code(&ask(&sandbox, &upload()).await), "1000");
    assert_eq!(calls.load(Ordering::Relaxed), 0, "refused before the closure runs");

    assert_eq!(ask(&sandbox, &upload().folder_pass("canary")).await["status"], "success");
    assert_eq!(ask(&sandbox, &StartUpload::by_id("today.mp4", 7)).await["status"], "success");
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    let (_, listed) = admin(&sandbox, "GET", "requests?command=upload.start", "").await;
    let listed = listed.to_string();
    assert!(listed.contains("folder_pass") && !listed.contains("canary"), "a declared secret is masked: {listed}");
}

#[tokio::test]
async fn a_custom_command_fails_with_any_message_and_code() {
    let sandbox = Sandbox::builder()
        .command::<StartUpload>(|request| match request["folder"].as_str() {
            Some("full") => Err(Failure::new("Storage is full").with_code("2001")),
            Some("none") => Err(Failure::new("No such folder")),
            Some("closed") => Err(KnownCode::NotAllowed.into()),
            Some("wrong") => Ok(json!(["u-7"])),
            _ => panic!("as a failed assertion does"),
        })
        .start()
        .await
        .unwrap();
    for (folder, message, expected) in [
        ("full", "Storage is full", json!("2001")),
        ("none", "No such folder", Value::Null),
        ("closed", "Unauthorized Access to API", json!("0005")),
        ("wrong", "ScaleEngine API encountered an unexpected error", json!("0004")),
        ("panic", "ScaleEngine API encountered an unexpected error", json!("0004")),
    ] {
        let reply = ask(&sandbox, &StartUpload::in_folder("today.mp4", folder)).await;
        assert_eq!((&reply["status"], &reply["message"]), (&json!("failure"), &json!(message)));
        assert_eq!(reply["code"], expected, "{reply}");
        assert_eq!(sandbox.requests().last().unwrap().code.as_deref(), expected.as_str());
        let debug = match folder {
            "wrong" => json!("sandbox: the closure for upload.start did not return a JSON object"),
            "panic" => json!("sandbox: the closure for upload.start panicked"),
            _ => Value::Null,
        };
        assert_eq!(reply["debug"], debug);
    }
}

#[tokio::test]
async fn a_custom_command_replaces_one_of_the_same_name() {
    let demo = LiveStream::new("demo-origin", "live", "my_live_stream");
    let sandbox = Sandbox::builder()
        // The declaration of the catalogue, with a custom reply.
        .command::<stream::Active>(|_| Ok(json!({ "data": ["news"] })))
        .command::<CloseAll>(|_| Ok(json!({ "closed": 1 })))
        .command::<CloseAll>(|_| Ok(json!({ "closed": 2 })))
        .start()
        .await
        .unwrap();
    assert!(!find("stream.active").unwrap().spec.reply.observed);
    assert_eq!(ask(&sandbox, &stream::Active::new("demo-origin", "live")).await["data"], json!(["news"]));
    assert_eq!(ask(&sandbox, &CloseAll::new("demo-origin")).await["closed"], 2);
    assert!(sandbox.is_live(&demo), "the state does not change");
    let by_id = ask(&sandbox, &stream::Close::by_id(1000)).await;
    assert_eq!(by_id["message"], "One or more required fields are missing: app", "the checks are replaced too");
}

#[test]
fn the_blocking_sandbox_has_custom_commands() {
    let sandbox = blocking::Sandbox::builder().command::<StartUpload>(|_| Ok(json!({ "upload_id": "u-7" })));
    let sandbox = sandbox.start().unwrap();
    let response = crate::blocking::exchange(sandbox.address(), &signed(&sandbox.credentials(), &upload()));
    assert!(response.contains("\"upload_id\":\"u-7\""), "{response}");
}
