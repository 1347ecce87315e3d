//! Ended sandboxes release their threads, files and memory. The test counts them in its own
//! process.

#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use scaleengine_sandbox::blocking::Sandbox;

/// Returns the numbers of threads and open files.
fn held() -> (usize, usize) {
    let count = |path: &str| std::fs::read_dir(path).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}

/// Returns the resident memory in KiB.
fn memory() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Uses and ends a sandbox, and returns its open connection.
fn come_and_go(end: fn(Sandbox)) -> TcpStream {
    let sandbox = Sandbox::start().unwrap();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    end(sandbox);
    stream
}

/// Waits up to 10 s for the resources to be as before: a dropped sandbox ends a moment later.
fn settled(before: (usize, usize)) -> (usize, usize) {
    for _ in 0..1000 {
        if held() == before {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
    held()
}

#[test]
fn ended_sandboxes_release_their_resources() {
    let count: usize = std::env::var("SANDBOXES").ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    // The first runtime may open files that the process keeps.
    let _ = come_and_go(Sandbox::stop);
    let held_before = held();
    let come_and_go_each = |count| {
        for end in [Sandbox::stop, drop] {
            for _ in 0..count {
                let mut stream = come_and_go(end);
                // Wait until the connection has ended too.
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest);
            }
        }
        (settled(held_before), memory())
    };
    let before = come_and_go_each(3);
    let after = come_and_go_each(count);
    println!("{count} sandboxes: threads, files, KiB {before:?} before, {after:?} after");
    assert_eq!((before.0, after.0), (held_before, held_before));
    assert!(after.1 - before.1 < 4096, "{before:?} {after:?}");
}
