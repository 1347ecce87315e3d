//! Faults, as observed by a client on the wire.

use std::io::ErrorKind;
use std::time::Duration;

use scaleengine_proto::RawCommand;
use scaleengine_sandbox::{Fault, LiveStream, Sandbox};
use serde_json::json;

use crate::common::{admin, exchange, request};

fn close(sandbox: &Sandbox) -> Vec<u8> {
    request(sandbox, &RawCommand::new("stream.close").field("stream_id", 1000)).into_bytes()
}

#[tokio::test]
async fn each_fault_has_its_documented_effect() {
    let live = LiveStream::new("demo-origin", "live", "my_live_stream");
    // The rule, parts of the response, and whether the command was executed.
    for (words, seen, executed) in [
        ("code=1000", "\"code\":\"1000\"", false),
        ("code=4", "\"code\":\"0004\"", false),
        ("code=1000 applied=true", "\"code\":\"1000\"", true),
        ("status=503 retry_after=7", "HTTP/1.1 503 Service Unavailable\r\n|retry-after: 7", false),
        ("html", "HTTP/1.1 200 OK\r\n|<!doctype html>", false),
        ("garbage", "garbage, and no HTTP", false),
        ("reset", "reset", false),
        ("unanswered", "reset", true),
        ("cut=20", "HTTP/1.1 200 OK\r\ncon|", true),
        ("cut=0", "", true),
        ("drip=1", "\"status\":\"success\"", true),
        ("date_skew=-86400", "\"code\":\"0002\"", false),
        ("date_skew=200", "\"status\":\"success\"", true),
        ("latency=1 jitter=2", "\"status\":\"success\"", true),
    ] {
        let sandbox = Sandbox::builder().fault(format!("{words} id=f").parse().unwrap()).start().await.unwrap();
        let answer = match exchange(&sandbox, &close(&sandbox)).await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => "reset".to_owned(),
            Err(error) => panic!("{words}: {error}"),
        };
        assert!(seen.split('|').all(|part| answer.contains(part)), "{words}: {answer}");
        assert!(!words.starts_with("cut") || answer.len() == words[4..].parse::<usize>().unwrap(), "{words}: {answer}");
        assert_eq!(!sandbox.is_live(&live), executed, "{words}");
        assert_eq!(sandbox.requests()[0].fault.as_deref(), Some("f"), "{words}");
        let bears = answer.contains("\r\nx-sandbox-fault: f\r\n");
        assert_eq!(bears, answer.starts_with("HTTP/") && !words.starts_with("cut"), "{words}: {answer}");
    }
}

#[tokio::test]
async fn a_hanging_request_is_neither_answered_nor_executed() {
    let sandbox = Sandbox::builder().fault("hang".parse().unwrap()).start().await.unwrap();
    let request = close(&sandbox);
    let hanging = tokio::time::timeout(Duration::from_millis(200), exchange(&sandbox, &request));
    assert!(hanging.await.is_err());
    assert!(sandbox.is_live(&LiveStream::new("demo-origin", "live", "my_live_stream")));
    let waiting = tokio::spawn({
        let address = sandbox.address();
        async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(&request).await.unwrap();
            stream.read(&mut [0; 8]).await
        }
    });
    while sandbox.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    // A dropped sandbox ends its connections.
    drop(sandbox);
    assert!(!matches!(waiting.await.unwrap(), Ok(read) if read > 0));
}

#[tokio::test]
async fn fault_rules_select_requests_and_can_be_managed_by_the_admin_api() {
    let sandbox = Sandbox::start().await.unwrap();
    let ask = async |stream: i64| {
        let command = RawCommand::new("stream.close").field("stream_id", stream);
        let answer = exchange(&sandbox, request(&sandbox, &command).as_bytes()).await.unwrap();
        String::from_utf8(answer).unwrap().contains("HTTP/1.1 503")
    };
    assert_eq!(
        admin(&sandbox, "POST", "faults", "command=stream.* field.stream_id=7* nth=2 status=503 id=a").await,
        (200, json!({"id": "a"}))
    );
    assert_eq!([ask(7).await, ask(8).await, ask(71).await, ask(7).await], [false, false, true, false]);
    let (_, list) = admin(&sandbox, "GET", "faults", "").await;
    assert_eq!((&list[0]["status"], &list[0]["matched"]), (&json!(503), &json!(3)));
    assert_eq!(admin(&sandbox, "DELETE", "faults/a", "").await.0, 200);
    assert_eq!(admin(&sandbox, "DELETE", "faults/a", "").await.0, 404);
    let (status, error) = admin(&sandbox, "POST", "faults", "status=503 hang").await;
    assert_eq!(
        (status, error["error"].as_str().unwrap()),
        (400, "invalid fault rule: it has more than one effect; use one")
    );
    assert_eq!(admin(&sandbox, "POST", "faults", r#"{"command": "x", "first": 1, "cut": 3}"#).await.0, 200);
    let id = sandbox.fault(Fault::parse("hang probability=0").unwrap());
    assert!(sandbox.remove_fault(&id) && !sandbox.remove_fault(&id));
}

#[tokio::test]
async fn stop_finishes_a_delayed_request_first() {
    let seed = "[[faults]]\nlatency = 300\nid = \"slow\"\n";
    let sandbox = Sandbox::builder().seed(scaleengine_sandbox::Seed::parse(seed).unwrap()).start().await.unwrap();
    let (address, request) = (sandbox.address(), request(&sandbox, &RawCommand::new("app.list")));
    let asking = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    });
    while sandbox.connections() == 0 {
        tokio::task::yield_now().await;
    }
    // Wait until the request has arrived too.
    tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>()).await.unwrap_err();
    sandbox.stop().await;
    assert!(asking.await.unwrap().contains("\"status\":\"success\""));
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    let error = scaleengine_sandbox::Seed::parse("[[faults]]\nhang = true\nreset = true\n").unwrap_err().to_string();
    assert!(error.contains("more than one effect"), "{error}");
}

/// On a kept-alive connection, the responses before and after the broken one are complete.
#[tokio::test]
async fn a_fault_breaks_only_one_response_of_a_connection() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    for (words, second) in
        [("nth=2 cut=20", "HTTP/1.1 200 OK\r\ncon"), ("nth=2 garbage", "\0"), ("nth=1 drip=1", "HTTP/1.1 200 OK\r\n")]
    {
        let sandbox = Sandbox::builder().fault(words.parse().unwrap()).start().await.unwrap();
        let request = request(&sandbox, &RawCommand::new("app.list")).replace("Connection: close\r\n", "");
        let mut stream = tokio::net::TcpStream::connect(sandbox.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        let mut first = vec![0; length];
        stream.read_exact(&mut first).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut rest = vec![0; 20];
        let count = stream.read(&mut rest).await.unwrap();
        let rest = String::from_utf8_lossy(&rest[..count]).into_owned();
        assert!(
            rest.starts_with(second.split_at(second.len().min(rest.len())).0) && !rest.is_empty(),
            "{words}: {rest:?}"
        );
        // The dripping response has one byte at a time; the next one is sent at once.
        assert!(!words.contains("drip") || count > 1, "{words}: {rest:?}");
        if !words.contains("drip") {
            let mut end = Vec::new();
            let _ = stream.read_to_end(&mut end).await;
        }
    }
}
