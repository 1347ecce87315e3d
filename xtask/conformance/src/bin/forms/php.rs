//! PHP's web server, and a client for it.

use crate::case::Case;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server. It stops when dropped.
pub(crate) struct Php {
    child: Child,
    port: u16,
}

impl Php {
    pub(crate) fn start(script: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let child = Command::new("php")
            .args(["-n", "-q", "-d", "display_errors=0", "-d", "log_errors=0", "-S"])
            .args([format!("127.0.0.1:{port}").as_str(), script])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("php-cli is installed");
        let php = Self { child, port };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        php
    }

    /// Sends a request and returns PHP's output. PHP's server closes each connection.
    pub(crate) fn ask(&self, case: &Case) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("PHP listens");
        let mut request = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ".to_vec();
        request.extend(&case.content_type);
        request.extend(format!("\r\nContent-Length: {}\r\n\r\n", case.body.len()).into_bytes());
        request.extend(&case.body);
        let mut answer = Vec::new();
        stream.write_all(&request).and_then(|()| stream.read_to_end(&mut answer)).expect("PHP responds");
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or(("no response", ""));
        assert!(head.contains(" 200 "), "{head}\n{case}");
        body.to_owned()
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().chain([0, 0].iter()).take(3).fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        for (index, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            out.push(if index <= chunk.len() { char::from(DIGITS[number >> shift & 63]) } else { '=' });
        }
    }
    out
}
