//! Unusual requests: read as PHP reads them, explained and recorded. Forwarding, stopping, and
//! requests from web pages.

use std::time::Duration;

use scaleengine_proto::stream;
use scaleengine_sandbox::http::{HeaderMap, Response};
use scaleengine_sandbox::{LiveStream, Sandbox};

use crate::common::{admin, now, request, send, sign};

/// Returns the signed JSON that closes the initial live stream.
fn close() -> String {
    sign(&format!(
        r#"{{"command":"stream.close","api_key":"SANDBOXKEY0000000000000000000000","timestamp":{},"cdn":158,"app":"demo-origin","inst":"live","stream":"my_live_stream"}}"#,
        now()
    ))
}

async fn post(sandbox: &Sandbox, headers: &str, body: &str) -> String {
    let head = format!("POST /stable/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}", sandbox.address());
    send(sandbox, &format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
}

/// Returns the diagnosis of a response, or an empty string.
fn diagnosis(response: &str) -> &str {
    response.lines().find_map(|line| line.strip_prefix("x-sandbox-diagnosis: ")).unwrap_or_default()
}

#[tokio::test]
async fn the_form_is_read_as_php_reads_it() {
    const TYPE: &str = "Content-Type: multipart/form-data; boundary=b\r\n";
    let part = |header: &str, body: &str| format!("--b\r\n{header}\r\n\r\n{body}\r\n--b--\r\n");
    let plain = "Content-Disposition: form-data; name=\"json\"";
    let upper = "Content-Type: Multipart/Form-Data; boundary=\"b\"\r\n";
    for (headers, header, accepted, code) in [
        (TYPE, plain, true, ""),
        (upper, plain, true, ""),
        (TYPE, "Content-Disposition: form-data; NAME=json", true, "form-unusual"),
        (TYPE, "Content-Disposition: form-data;\r\n name=\"json\"", true, "form-unusual"),
        (TYPE, "no colon\r\nContent-Disposition: form-data; name=\"json\"", true, "form-unusual"),
        (TYPE, "Content-Disposition: form-data; name=\"json[a]\"", false, "field-json-is-array"),
        (TYPE, "Content-Disposition: form-data; name=\"json\"; filename=\"\"", false, "field-json-is-file"),
        (TYPE, "Content-Disposition: form-data", false, "form-malformed"),
        ("Content-Type: multipart/form-data\r\n", plain, false, "form-malformed"),
        (
            "Content-Type: text/plain\r\nContent-Type: multipart/form-data; boundary=b\r\n",
            plain,
            false,
            "field-json-missing",
        ),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let response = post(&sandbox, headers, &part(header, &close())).await;
        assert_eq!((response.contains("\"success\""), diagnosis(&response)), (accepted, code), "{header}: {response}");
    }
    // More fields than PHP reads, before the field `json`.
    let sandbox = Sandbox::start().await.unwrap();
    let encoded: String = form_urlencoded::byte_serialize(close().as_bytes()).collect();
    let many = format!("{}json={encoded}", "a=1&".repeat(1001));
    let response = post(&sandbox, "Content-Type: application/x-www-form-urlencoded\r\n", &many).await;
    assert_eq!(diagnosis(&response), "form-too-many-fields", "{response}");
}

#[tokio::test]
async fn a_body_that_is_not_an_object_and_a_missing_member_have_codes_of_their_own() {
    let sandbox = Sandbox::start().await.unwrap();
    let string = serde_json::to_string(&close()).unwrap();
    let without = |name: &str| {
        let mut request: serde_json::Map<_, _> = serde_json::from_str(&close()).unwrap();
        request.remove(name);
        serde_json::to_string(&request).unwrap()
    };
    for (json, code) in [
        (string, "json-in-string"),
        ("[1,2]".to_owned(), "not-an-object"),
        ("7".to_owned(), "not-an-object"),
        ("\"x\"".to_owned(), "not-an-object"),
        (without("api_key"), "api-key-missing"),
        (without("cdn"), "cdn-missing"),
        (without("timestamp"), "timestamp-missing"),
        (without("signature"), "signature-missing"),
        (
            sign(&format!(r#"{{"api_key":"SANDBOXKEY0000000000000000000000","timestamp":{},"cdn":158}}"#, now())),
            "command-missing",
        ),
    ] {
        let form = form_urlencoded::Serializer::new(String::new()).append_pair("json", &json).finish();
        let response = post(&sandbox, "Content-Type: application/x-www-form-urlencoded\r\n", &form).await;
        assert_eq!(diagnosis(&response), code, "{json}: {response}");
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "waits for the sandbox, which runs on the real clock")]
async fn a_received_request_is_executed_and_recorded_after_its_client_disconnected() {
    let sandbox = Sandbox::builder().fault("latency=300".parse().unwrap()).start().await.unwrap();
    let stream = LiveStream::new("demo-origin", "live", "my_live_stream");
    let close = stream::Close::by_name("demo-origin", "live", "my_live_stream");
    let request = request(&sandbox, &close);
    let asked = send(&sandbox, &request);
    assert!(tokio::time::timeout(Duration::from_millis(100), asked).await.is_err(), "the client disconnects first");
    for _ in 0..100 {
        if !sandbox.is_live(&stream) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!sandbox.is_live(&stream));
    let (_, records) = admin(&sandbox, "GET", "requests", "").await;
    assert_eq!(records[0]["command"], "stream.close", "{records}");
}

#[tokio::test]
async fn a_web_page_of_another_origin_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("json", &close()).finish();
    let own = format!("http://{}", sandbox.address());
    for (headers, foreign) in [
        (String::new(), false),
        (format!("Origin: {own}\r\n"), false),
        ("Origin: https://evil.example\r\n".to_owned(), true),
        ("Origin: null\r\n".to_owned(), true),
        (format!("Origin: {own}\r\nOrigin: https://evil.example\r\n"), true),
        (format!("Origin: {own}\u{e9}\r\n"), true),
    ] {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        let response = post(&sandbox, &headers, &form).await;
        assert_eq!(diagnosis(&response) == "origin-foreign", foreign, "{headers}: {response}");
        assert_eq!(response.starts_with("HTTP/1.1 403"), foreign);
    }
    let address = sandbox.address();
    for (target, headers) in [
        ("/_sandbox/snapshot", format!("Host: {address}\r\nHost: localhost\r\n")),
        ("/_sandbox/snapshot", format!("Host: evil@{address}\r\n")),
        ("/_sandbox/snapshot", "Host: localhost:evil\r\n".to_owned()),
        ("/_sandbox/snapshot", format!("Host: {address}.evil.example\r\n")),
        ("/_sandbox/snapshot", format!("Host: localhost:{}.evil\r\n", address.port())),
        ("/_sandbox/snapshot", format!("Host: {address}\r\nOrigin: http://{address}\r\nOrigin: http://{address}\r\n")),
        ("/_sandbox/snapshot", format!("Host: {address}\r\nOrigin: http://{address}\u{e9}\r\n")),
        ("http://evil.example/_sandbox/snapshot", format!("Host: {address}\r\n")),
    ] {
        let response = send(&sandbox, &format!("GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")).await;
        assert!(response.starts_with("HTTP/1.1 40"), "{target} {headers}: {response}");
    }
}

#[tokio::test]
async fn forwarding_changes_only_the_headers_of_the_connections() {
    let forwarded = |headers: &HeaderMap, body: Vec<u8>| {
        assert_eq!(headers.get("user-agent").unwrap(), "mine/1");
        assert!(headers.get("x-hop").is_none() && headers.get("connection").is_none() && !body.is_empty());
        let response = Response::builder()
            .status(418)
            .header("Date", "Tue, 14 Nov 2023 22:13:20 GMT")
            .header("Content-Encoding", "gzip")
            .header("Content-Type", "text/x")
            .header("Set-Cookie", "a=1")
            .header("Set-Cookie", "b=2")
            .header("Connection", "x-other");
        response.body(b"\x1f\x8b\xff".to_vec()).unwrap()
    };
    let sandbox = Sandbox::builder()
        .forward(move |request| std::future::ready(Ok(forwarded(&request.headers, request.body))))
        .start()
        .await
        .unwrap();
    let mut stream = tokio::net::TcpStream::connect(sandbox.address()).await.unwrap();
    let head = "POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nUser-Agent: mine/1\r\n";
    let request = format!("{head}Content-Type: text/plain\r\nContent-Length: 1\r\n\r\n{{");
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut response).await.unwrap();
    let head = String::from_utf8_lossy(&response).to_ascii_lowercase();
    for line in [
        "http/1.1 418",
        "date: tue, 14 nov 2023 22:13:20 gmt",
        "content-encoding: gzip",
        "content-type: text/x",
        "set-cookie: a=1",
        "set-cookie: b=2",
    ] {
        assert_eq!(head.matches(line).count(), 1, "{line}: {head}");
    }
    assert!(response.ends_with(b"\r\n\r\n\x1f\x8b\xff"), "{head}");
}

#[tokio::test]
async fn stop_finishes_received_requests_and_drop_does_not() {
    for stops in [true, false] {
        let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let own = heard.clone();
        let builder = Sandbox::builder().fault("latency=300".parse().unwrap());
        let builder = builder.on_request(move |_| {
            own.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        });
        let sandbox = builder.start().await.unwrap();
        let request = request(&sandbox, &stream::Close::by_name("demo-origin", "live", "my_live_stream"));
        assert!(tokio::time::timeout(Duration::from_millis(100), send(&sandbox, &request)).await.is_err());
        if stops {
            sandbox.stop().await;
        } else {
            drop(sandbox);
            let waiting = std::future::pending::<()>();
            assert!(tokio::time::timeout(Duration::from_millis(500), waiting).await.is_err());
        }
        assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), usize::from(stops));
    }
}

#[tokio::test]
async fn many_identical_requests_are_forwarded_at_once() {
    let all = std::sync::Arc::new(tokio::sync::Barrier::new(40));
    let forward = move |_| {
        let all = all.clone();
        async move {
            all.wait().await;
            Ok(Response::new(b"{}".to_vec()))
        }
    };
    let sandbox = Sandbox::builder().forward(forward).start().await.unwrap();
    let posts = (0..40).map(|_| post(&sandbox, "", "json=1"));
    for response in futures_util::future::join_all(posts).await {
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    }
}

#[tokio::test]
async fn a_sandbox_that_forwards_to_itself_reports_the_loop() {
    let own = std::sync::Arc::new(std::sync::Mutex::new(None::<std::net::SocketAddr>));
    let address = own.clone();
    let sandbox = Sandbox::builder()
        .forward(move |request| {
            let address = address.lock().unwrap().unwrap();
            async move {
                let mut stream = tokio::net::TcpStream::connect(address).await.map_err(|error| error.to_string())?;
                let head = format!(
                    "POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                    request.body.len()
                );
                let bytes = [head.as_bytes(), &request.body].concat();
                tokio::io::AsyncWriteExt::write_all(&mut stream, &bytes).await.map_err(|error| error.to_string())?;
                let mut response = Vec::new();
                tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut response)
                    .await
                    .map_err(|error| error.to_string())?;
                Ok(Response::new(response))
            }
        })
        .start()
        .await
        .unwrap();
    *own.lock().unwrap() = Some(sandbox.address());
    let response = post(&sandbox, "", "json=1").await;
    assert!(response.contains("forwards to itself"), "{response}");
    let (_, records) = admin(&sandbox, "GET", "requests", "").await;
    assert_eq!(records.as_array().unwrap().len(), 101);
}
