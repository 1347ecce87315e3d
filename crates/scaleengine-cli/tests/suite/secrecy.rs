//! The secret shows nowhere.

use crate::binary::{CLOSE, Ran, Serving, answering, at, http};

#[test]
fn the_secret_shows_in_no_output() {
    const CANARY: &str = "canary-b1e55ed";
    let sandbox = Serving::start(&[]);
    let silent = answering(http("200 OK", "<html>"));
    for url in [sandbox.url(), &silent, "http://127.0.0.1:1/"] {
        for args in
            [&["-v"][..], &["-v", "-o", "json"], &["--print", "curl"], &["--print", "form"], &["--print", "body"]]
        {
            let ran: Ran =
                at(url).env("SCALEENGINE_SECRET_KEY", CANARY).args(args).args(CLOSE).output().unwrap().into();
            let shown = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!shown.is_empty() && !shown.contains(CANARY), "{shown}");
            if args.contains(&"-v") {
                assert!(!shown.contains("signature\":") && !shown.contains("my_live_stream"), "{shown}");
            }
        }
    }
}
