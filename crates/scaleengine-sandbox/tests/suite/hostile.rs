//! Malformed requests: each gets a response or a closed connection, and leaves nothing behind.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scaleengine_sandbox::Sandbox;

use crate::common::{exchange, now, sign};

/// Generates malformed requests.
fn requests() -> impl Strategy<Value = Vec<u8>> {
    let right = sign(&format!(
        r#"{{"command":"stream.close","api_key":"{}","timestamp":{},"cdn":158,"stream":"a/é😀+&%"}}"#,
        scaleengine_sandbox::API_KEY,
        now()
    ));
    let bodies = prop_oneof![
        // Truncated, changed and repeated JSON.
        (0..right.len()).prop_map({
            let right = right.clone();
            move |at| right.as_bytes()[..at].to_vec()
        }),
        (0..right.len(), any::<u8>()).prop_map({
            let right = right.clone();
            move |(at, byte)| {
                let mut bytes = right.clone().into_bytes();
                bytes[at] = byte;
                bytes
            }
        }),
        (1..2000_usize, select(&["[", "{\"a\":", "\"", "\\u", "\0", "\u{feff}", "%00", "1e999,", "&json="][..]))
            .prop_map(|(count, piece)| piece.repeat(count).into_bytes()),
        proptest::collection::vec(any::<u8>(), 0..400),
        Just(right.into_bytes()),
    ];
    let part = |boundary: &'static str, name: &'static str| {
        move |body: Vec<u8>| {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name={name}\r\n\r\n");
            [head.as_bytes(), &body, b"\r\n--b--\r\n"].concat()
        }
    };
    let forms = prop_oneof![
        bodies.clone().prop_map(|body| ("application/x-www-form-urlencoded", [b"json=".as_slice(), &body].concat())),
        bodies.clone().prop_map(|body| ("application/x-www-form-urlencoded; charset=latin1", body)),
        bodies.clone().prop_map(part("b", "\"json\"")).prop_map(|body| ("multipart/form-data; boundary=b", body)),
        bodies.clone().prop_map(part("c", "json")).prop_map(|body| ("multipart/form-data; boundary=b", body)),
        bodies
            .clone()
            .prop_map(part("b", "\"json\"; filename*=x"))
            .prop_map(|body| ("multipart/form-data; boundary=\"b\"", body)),
        bodies.clone().prop_map(|body| ("multipart/form-data", body)),
        bodies.prop_map(|body| ("\u{1}\u{2}", body)),
    ];
    let lengths = prop_oneof![
        8 => Just(None),
        1 => Just(Some("1073741824")),
        1 => Just(Some("18446744073709551616")),
        1 => Just(Some("-1")),
        1 => (0..50_usize).prop_map(|less| Some(["0", "1", "7", "12"][less % 4])),
    ];
    let headers = prop_oneof![8 => Just(0_usize), 1 => 1..300_usize];
    let methods = select(&["POST", "POST", "POST", "GET", "PUT", "\u{0}"][..]);
    let paths = select(
        &["/stable/", "/stable/", "/stable/", "/_sandbox/verify", "/_sandbox/faults", "/", "*", "/stable/%00"][..],
    );
    (forms, lengths, headers, methods, paths).prop_map(|((content_type, body), length, headers, method, path)| {
        let length = length.map_or_else(|| body.len().to_string(), str::to_owned);
        let flood: String =
            (0..headers).map(|number| format!("X-{number}: {}\r\n", "y".repeat(number % 200))).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Sandbox-Admin: 1\r\n{flood}"
        );
        let head = format!("{head}Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
        [head.into_bytes(), body].concat()
    })
}

/// Returns the resident memory of the process in KiB.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_requests_are_answered_or_closed_and_leave_nothing_behind() {
    let count: usize = std::env::var("HOSTILE").ok().and_then(|count| count.parse().ok()).unwrap_or(500);
    let sandbox = Sandbox::start().await.unwrap();
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]));
    let strategy = requests();
    let before = resident();
    let mut answered = 0;
    for number in 0..count {
        let request = strategy.new_tree(&mut runner).unwrap().current();
        let told = format!("{number}: {}", String::from_utf8_lossy(&request));
        // Closing the write half ends the request for a server that waits for more bytes.
        let outcome = tokio::time::timeout(Duration::from_secs(20), half_closed(&sandbox, &request)).await;
        let outcome = outcome.unwrap_or_else(|_| panic!("neither answered nor closed: {told}"));
        answered += usize::from(outcome.is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 ")));
    }
    assert!(answered * 2 > count, "{answered} of {count} were answered");
    // The sandbox still works, and its records are bounded.
    let right = exchange(&sandbox, b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(right.starts_with(b"HTTP/1.1 200 "));
    assert!(sandbox.requests().len() <= 1000);
    let grown = resident() - before;
    println!("{count} malformed requests, {answered} answered, {grown} KiB more");
    assert!(grown < 100 * 1024, "{grown} KiB more");
}

async fn half_closed(sandbox: &Sandbox, request: &[u8]) -> std::io::Result<Vec<u8>> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(sandbox.address()).await?;
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.map(|_| answer)
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    for head in ["Content-Length: 1073741824", "Content-Length: 8388609"] {
        let request = format!("POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n\r\n");
        let answer = exchange(&sandbox, request.as_bytes()).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 413 "), "{head}");
    }
    // A body without an announced length, in chunks.
    let mut request =
        b"POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..9 {
        request.extend_from_slice(b"100000\r\n");
        request.extend_from_slice(&vec![b'x'; 1 << 20]);
        request.extend_from_slice(b"\r\n");
    }
    match exchange(&sandbox, &request).await {
        Ok(answer) => assert!(answer.starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&answer)),
        // Unread bytes reset the connection, which may discard the response.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
}
