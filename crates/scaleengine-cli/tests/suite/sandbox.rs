//! `sandbox serve`: a process that anyone's client can talk to.

use std::fs;

use crate::binary::{CLOSE, Serving};

#[test]
fn it_prints_what_is_needed_to_use_it() {
    let port_file = std::env::temp_dir().join(format!("scaleengine-port-{}", std::process::id()));
    let sandbox = Serving::start(&["--port-file", port_file.to_str().unwrap()]);
    let names: Vec<_> = sandbox.variables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SCALEENGINE_API_KEY", "SCALEENGINE_SECRET_KEY", "SCALEENGINE_CDN", "SCALEENGINE_API_URL"]);

    // The variables are printed before the file is written.
    let mut port = fs::read_to_string(&port_file);
    while port.is_err() {
        std::thread::yield_now();
        port = fs::read_to_string(&port_file);
    }
    fs::remove_file(&port_file).unwrap();
    assert_eq!(sandbox.url(), format!("http://127.0.0.1:{}/stable/", port.unwrap().trim()));

    let first = sandbox.run(&CLOSE);
    let again = sandbox.run(&CLOSE);
    assert_eq!((first.code, again.code), (0, 5), "{first:?} {again:?}");
}

#[test]
fn both_encodings_are_accepted() {
    for encoding in ["multipart", "urlencoded"] {
        let ran = Serving::start(&[]).run(&[&["--encoding", encoding], &CLOSE[..]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}
