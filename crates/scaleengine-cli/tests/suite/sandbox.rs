//! `sandbox serve`: a process that anyone's client can talk to.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::binary::{CLOSE, Serving};

#[test]
fn it_prints_what_is_needed_to_use_it() {
    let port_file = std::env::temp_dir().join(format!("scaleengine-port-{}", std::process::id()));
    let sandbox = Serving::start(&["--port-file", port_file.to_str().unwrap()]);
    let names: Vec<_> = sandbox.variables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SCALEENGINE_API_KEY", "SCALEENGINE_SECRET_KEY", "SCALEENGINE_CDN", "SCALEENGINE_API_URL"]);

    let port = fs::read_to_string(&port_file).unwrap();
    fs::remove_file(&port_file).unwrap();
    assert_eq!(sandbox.url(), format!("http://127.0.0.1:{}/stable/", port.trim()));

    let first = sandbox.run(&CLOSE);
    let again = sandbox.run(&CLOSE);
    assert_eq!((first.code, again.code), (0, 5), "{first:?} {again:?}");
}

/// A client that signs with a raw slash passes where the raw text alone is checked.
#[test]
fn the_way_of_checking_can_be_chosen() {
    use hmac::Mac as _;
    for (verify, status) in [("raw", "success"), ("all", "failure"), ("array", "failure"), ("object", "failure")] {
        let sandbox = Serving::start(&["--verify", verify, "--listen", "127.0.0.1:0"]);
        let printed = sandbox.run(&["--print", "body", "call", "app.list", "note=a/b"]).stdout;
        let (text, _) = printed.split_once(",\"signature\"").unwrap();
        let text = format!("{}}}", text.replace("\\/", "/"));
        let mut mac: hmac::Hmac<sha2::Sha256> =
            hmac::KeyInit::new_from_slice(scaleengine_sandbox::SECRET_KEY.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let body = format!("{},\"signature\":\"{signature}\"}}", text.strip_suffix('}').unwrap());
        let form = format!("json={}", body.replace('%', "%25").replace('+', "%2B").replace('&', "%26"));
        let answer = post(sandbox.url(), &form);
        assert!(answer.contains(&format!("\"status\":\"{status}\"")), "{verify}: {answer}");
    }
}

fn post(url: &str, form: &str) -> String {
    let address = url.trim_start_matches("http://").trim_end_matches("/stable/");
    let mut stream = TcpStream::connect(address).unwrap();
    let head =
        "POST /stable/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{form}", form.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn both_encodings_are_accepted() {
    for encoding in ["multipart", "urlencoded"] {
        let ran = Serving::start(&[]).run(&[&["--encoding", encoding], &CLOSE[..]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}
