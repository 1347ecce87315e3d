//! Sandboxes that come and go leave nothing behind. By itself in its process, since it counts what the process holds.

#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use scaleengine_sandbox::blocking::Sandbox;

/// Threads, open files, and memory in KiB.
fn held() -> (usize, usize, i64) {
    let count = |path: &str| std::fs::read_dir(path).unwrap().count();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    (count("/proc/self/task"), count("/proc/self/fd"), line.trim().trim_end_matches(" kB").parse().unwrap())
}

/// A sandbox that is used, and stopped with a connection open.
fn come_and_go() -> TcpStream {
    let sandbox = Sandbox::start().unwrap();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    stream
}

#[test]
fn nothing_is_left_behind() {
    let count: usize = std::env::var("SANDBOXES").ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    for _ in 0..3 {
        come_and_go();
    }
    let before = held();
    for _ in 0..count {
        let mut stream = come_and_go();
        // Its connections ended with it.
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
    let after = held();
    println!("{count} sandboxes: threads, files, KiB {before:?} before, {after:?} after");
    assert_eq!((after.0, after.1), (before.0, before.1));
    assert!(after.2 - before.2 < 4096, "{before:?} {after:?}");
}
