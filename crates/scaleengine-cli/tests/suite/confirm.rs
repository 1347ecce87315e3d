//! Confirmation of irreversible commands.

use crate::binary::{CLOSE, Serving, run};

#[test]
fn irreversible_commands_need_yes_without_a_terminal() {
    let sandbox = Serving::start(&[]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "password").unwrap();
    let pass = format!("@{}", file.path().display());
    let publisher = ["--app", "demo-origin", "--stream", "my_live_stream", "--user", "username_1"];
    for (args, reason) in [
        (["sevu", "removestreamuser"].into_iter().chain(publisher).collect::<Vec<_>>(), "the publisher loses access"),
        (vec!["call", "sevu.removestreamuser", "streamuser_id=1"], "the publisher loses access"),
        (vec!["sevu", "addstreamuser", "--app", "demo-origin", "--stream", "x", "--open"], "opened to everyone"),
        (vec!["call", "sevu.addstreamuser", "app=a", "stream=x", "user:=null", "pass:=null"], "opened to everyone"),
        (
            vec!["sevu", "addstreamuser", "--app", "demo-origin", "--stream", "*", "--user", "u", "--pass", &pass],
            "everything that matches *",
        ),
        (vec!["recording", "stop", "--app", "a/i", "--stream", "cam_*"], "everything that matches cam_*"),
        (vec!["pushpublish", "remove", "--push-service-id", "1"], "the stored destination is deleted"),
        (
            vec![
                "stream",
                "shutdown",
                "--app",
                "demo-origin",
                "--inst",
                "live",
                "--stream",
                "my_live_stream",
                "--user",
                "username_1",
            ],
            "locked out",
        ),
    ] {
        let error = sandbox.run(&[&["-o", "json"], &args[..]].concat()).error();
        assert_eq!((error["exit_code"].as_u64(), error["kind"].as_str()), (Some(10), Some("confirm")), "{error}");
        assert_eq!((error["effect"].as_str(), error["attempts"].as_u64()), (Some("none"), Some(0)), "{error}");
        assert!(
            error["message"].as_str().unwrap().contains(reason) && error["hint"].as_str().unwrap().contains("--yes"),
            "{error}"
        );
        // `--sandbox` needs no confirmation.
        let ran = run(&[&["--sandbox"], &args[..]].concat());
        assert!([0, 5].contains(&ran.code), "{args:?} {ran:?}");
    }
    let printed = sandbox.run(&["--print", "body", "sevu", "removestreamuser", "--streamuser-id", "1"]);
    assert_eq!(printed.code, 0, "{printed:?}");
    // None of these commands was sent.
    let listed = sandbox.run(&["-o", "json", "sevu", "liststreamusers"]).stdout;
    assert!(listed.contains("username_1") && !listed.contains("\"user\":null"), "{listed}");
    // Closing one stream needs no confirmation; `--yes` confirms the rest.
    assert_eq!(sandbox.run(&CLOSE).code, 0);
    assert_eq!(sandbox.run(&["--yes", "sevu", "removestreamuser", "--streamuser-id", "1"]).code, 0);
}
