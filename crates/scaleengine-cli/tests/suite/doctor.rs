//! `doctor`: its findings and exit codes.

use std::collections::BTreeMap;

use scaleengine::test_util::{Behavior, CannedResponse, Identity, TestServer};
use serde_json::Value;

use crate::binary::{Ran, Serving, at, bare};

/// Returns the status of each check, with its detail and remedy.
fn found(ran: &Ran) -> BTreeMap<String, (String, String)> {
    let rows = ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.map(|row| (text(&row, "check"), (text(&row, "status"), format!("{} {}", row["detail"], row["remedy"]))))
        .collect()
}

fn examined(url: &str, variables: &[(&str, &str)], args: &[&str]) -> (i32, BTreeMap<String, (String, String)>) {
    let mut command = at(url);
    let ran: Ran =
        command.envs(variables.iter().copied()).args(["-o", "jsonl", "doctor"]).args(args).output().unwrap().into();
    let rows = found(&ran);
    if ran.code != 0 {
        let error: Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
        assert_eq!(error["error"]["exit_code"], ran.code);
        assert!(rows.values().any(|(status, _)| status == "failed"), "{ran:?}");
    }
    (ran.code, rows)
}

#[test]
fn doctor_checks_everything_and_stops_at_the_first_failure() {
    let sandbox = Serving::start(&[]);
    let (code, rows) = examined(sandbox.url(), &[], &[]);
    assert_eq!(code, 0, "{rows:?}");
    for check in ["signature", "account", "address", "name", "connection", "call", "clock"] {
        assert_eq!(rows[check].0, "ok", "{check}: {rows:?}");
    }
    let human: Ran = at(sandbox.url()).arg("doctor").output().unwrap().into();
    assert!(
        human.stdout.contains("ok       call           app.list: success") && !human.stdout.contains('\u{1b}'),
        "{human:?}"
    );

    let ran: Ran = bare().args(["-o", "jsonl", "doctor"]).output().unwrap().into();
    let rows = found(&ran);
    assert_eq!((ran.code, rows["account"].0.as_str(), rows.get("address")), (3, "failed", None), "{rows:?}");
    assert!(rows["account"].1.contains("scaleengine login"), "{rows:?}");

    for (url, variables, code, check, told) in [
        (sandbox.url(), &[("SCALEENGINE_SECRET_KEY", "wrong")][..], 4, "call", "check the secret key"),
        ("http://example.com/", &[], 3, "address", "https://"),
        ("http://127.0.0.1:1/", &[], 7, "connection", "Connection refused"),
        ("https://nowhere.invalid/", &[], 7, "name", "nowhere.invalid"),
        (
            "https://api.example/",
            &[("SCALEENGINE_PROXY", "http://u:canary@127.0.0.1:1")],
            7,
            "connection",
            "127.0.0.1:1",
        ),
    ] {
        let (exit, rows) = examined(url, variables, &[]);
        assert_eq!((exit, rows[check].0.as_str()), (code, "failed"), "{rows:?}");
        assert!(rows[check].1.contains(told) && !format!("{rows:?}").contains("canary"), "{rows:?}");
        assert_eq!(rows.contains_key("clock"), check == "call", "{rows:?}");
    }
}

#[test]
fn a_wrong_clock_is_distinguished_from_wrong_credentials() {
    // The clock skew is corrected: the call succeeds, and the clock is a warning.
    let (code, rows) = examined(Serving::start(&["--fault", "date_skew=7200"]).url(), &[], &[]);
    assert_eq!((code, rows["call"].0.as_str(), rows["clock"].0.as_str()), (0, "ok", "warning"), "{rows:?}");
    assert!(rows["clock"].1.contains("7200 s behind the server's"), "{rows:?}");
    let (code, rows) = examined(Serving::start(&["--clock", "+7200"]).url(), &[], &[]);
    assert_eq!((code, rows["call"].0.as_str()), (8, "failed"), "{rows:?}");
}

#[test]
fn probe_verify_finds_the_check_of_the_server() {
    for check in ["raw", "array", "object"] {
        let (code, rows) = examined(Serving::start(&["--verify", check]).url(), &[], &["--probe-verify"]);
        assert_eq!((code, rows["checks"].0.as_str()), (0, "ok"), "{rows:?}");
        assert!(
            rows["checks"].1.contains(&format!("({check})")) && rows["checks"].1.matches('(').count() == 1,
            "{rows:?}"
        );
    }
    let (_, rows) = examined(Serving::start(&[]).url(), &[], &["--probe-verify"]);
    assert_eq!(rows["checks"].0, "warning", "all three together: {rows:?}");

    // A reply that does not depend on the signature is a warning; probes use the corrected clock
    // too.
    let busy = Serving::start(&["--verify", "raw", "--fault", "command=app.list nth=2 code=1000"]);
    let (_, rows) = examined(busy.url(), &[], &["--probe-verify"]);
    assert!(rows["checks"].0 == "warning" && rows["checks"].1.contains("code 1000"), "{rows:?}");
    let late = Serving::start(&["--verify", "raw", "--fault", "date_skew=7200"]);
    assert!(examined(late.url(), &[], &["--probe-verify"]).1["checks"].1.contains("(raw)"));
}

#[test]
fn a_certificate_is_reported_with_its_issuer_and_expiry() {
    let answers = || vec![Behavior::Answer(CannedResponse::new(200, r#"{"status":"success"}"#)); 3];
    let pem = tempfile::NamedTempFile::new().unwrap();
    let ca = |identity: &Identity| {
        std::fs::write(pem.path(), identity.authority()).unwrap();
        [("SCALEENGINE_CA_FILE", pem.path().to_str().unwrap().to_owned())]
    };
    let look = |identity: &Identity, trusted: bool| {
        let server = TestServer::tls(answers(), identity).unwrap();
        let variables = ca(identity);
        let variables: Vec<_> =
            variables.iter().filter(|_| trusted).map(|(name, value)| (*name, value.as_str())).collect();
        examined(&server.url(), &variables, &[])
    };
    let (code, rows) = look(&Identity::good().unwrap(), true);
    assert_eq!((code, rows["certificate"].0.as_str(), rows["call"].0.as_str()), (0, "ok", "ok"), "{rows:?}");
    assert!(
        rows["certificate"].1.contains("issued by CN=") && rows["certificate"].1.contains("valid until 29"),
        "{rows:?}"
    );
    for (identity, trusted, told, remedy) in [
        (Identity::good().unwrap(), false, "UnknownIssuer", "--ca-file"),
        (Identity::expired().unwrap(), true, "expired 2021-", "renew"),
        (Identity::wrong_host().unwrap(), true, "not valid for name", "--api-url"),
    ] {
        let (code, rows) = look(&identity, trusted);
        assert_eq!((code, rows["certificate"].0.as_str()), (7, "failed"), "{rows:?}");
        assert!(rows["certificate"].1.contains(told) && rows["certificate"].1.contains(remedy), "{told}: {rows:?}");
    }
}

#[test]
fn a_report_has_names_and_types_and_no_values() {
    let (sandbox, folder) = (Serving::start(&[]), tempfile::tempdir().unwrap());
    let path = folder.path().join("report.json");
    let args = ["--report", path.to_str().unwrap()];
    let (code, rows) = examined(sandbox.url(), &[], &args);
    assert_eq!((code, rows["report"].0.as_str()), (0, "ok"), "{rows:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    let playlists =
        report["commands"].as_array().unwrap().iter().find(|own| own["command"] == "channel.getallchannels").unwrap();
    assert_eq!(playlists["fields"]["data[].channel_id"][0], "integer", "{playlists}");
    assert_eq!(
        (playlists["new"].as_array().map(Vec::len), playlists["missing"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
    for value in ["My first playlist", "my_channel_stream_name", "demo-origin", "SANDBOXKEY"] {
        assert!(!text.contains(value), "{value}");
    }
    let again: Ran = at(sandbox.url()).arg("doctor").args(args).output().unwrap().into();
    assert!(
        again.code == 3 && again.stderr.contains("the file already exists"),
        "an existing file is not replaced: {again:?}"
    );
}
