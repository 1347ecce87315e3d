//! The output of a successful command.

use crate::binary::{CLOSE, answering, http, run, run_at};

#[test]
fn json_has_the_promised_shape_in_one_line() {
    let body = "{ \"b\": 1.50, \"message\": \"m\\u001b\u{9b}\", \"status\": \"success\",\n \"handle_time\":\"0.3795 seconds\", \"a\": [] }";
    let url = answering(http("200 OK", body));
    let ran = run_at(&url, &[&["-o", "jsonl"], &CLOSE[..]].concat());
    let reply = r#"{"b":1.50,"message":"m\u001b\u009b","status":"success","handle_time":"0.3795 seconds","a":[]}"#;
    let expected = format!(
        r#"{{"schema":"scaleengine/1","command":"stream.close","status":"success","message":"m\u001b\u009b","code":null,"handle_time":0.3795,"reply":{reply}}}"#
    );
    assert_eq!((ran.code, ran.stdout, ran.stderr), (0, expected + "\n", String::new()));
}

#[test]
fn human_output_escapes_control_and_bidirectional_characters() {
    let body = r#"{"status":"success","message":"\u001b[2J","handle_time":0.25,"ticket":{"key":"\u202e"}}"#;
    let ran = run_at(&answering(http("200 OK", body)), &CLOSE);
    let expected = "stream.close: success (0.25 s)\nmessage: \\u{1b}[2J\nticket:\n  key: \\u{202e}\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected));
}

#[test]
fn a_list_of_objects_is_a_table() {
    let body = r#"{"status":"success","message":"","data":[{"id":9,"name":"x"},{"id":1000,"on":true,"name":"l\u001bong"}],"a":[],"b":[1,2]}"#;
    let ran = run_at(&answering(http("200 OK", body)), &CLOSE);
    let expected = "stream.close: success\ndata:\n    id  name        on\n     9  x\n  1000  l\\u{1b}ong  true\na: none for app=demo-origin inst=live stream=my_live_stream\nb: 1, 2\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected));
}

#[test]
fn a_raw_call_reaches_the_same_command() {
    let ran = run(&["--sandbox", "-o", "json", "call", "stream.close", "stream_id:=1000"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains(r#""command":"stream.close""#), "{ran:?}");
}

#[test]
fn field_writes_one_value_of_a_reply() {
    let list = |args: &[&str]| crate::binary::run(&[&["--sandbox"], args, &["channel", "getallchannels"]].concat());
    assert_eq!(list(&["--field", "data[0].channel_name"]).stdout, "My first playlist\n");
    assert_eq!(list(&["--field", "data[0].channel_name", "-o", "json"]).stdout, "\"My first playlist\"\n");
    assert_eq!(list(&["--field", "data[0].channel_id"]).stdout, "1000\n");
    let ran = list(&["--field", "data[7].channel_id", "-o", "json"]);
    assert_eq!((ran.code, ran.error()["kind"].as_str()), (12, Some("decode")), "{ran:?}");
}

#[test]
fn the_api_url_flag_overrides_the_environment() {
    let sandbox = crate::binary::Serving::start(&[]);
    let args = ["--api-url", sandbox.url(), "app", "list"];
    assert_eq!(crate::binary::run_at("http://127.0.0.1:1/", &args).code, 0);
    let ran = crate::binary::run_at(sandbox.url(), &["--api-url", "http://example.com/", "app", "list"]);
    assert!(ran.code == 3 && ran.stderr.contains("--api-url"), "{ran:?}");
}
