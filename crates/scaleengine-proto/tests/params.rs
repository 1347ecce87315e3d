//! Values that parameters accept and refuse.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use jiff::civil;
use scaleengine_proto::param::{
    AppInst, Apps, Date, DateOrTime, DateTime, Id, IpRule, Item, List, Nullable, Patterns, Repeat, Secret, Switch,
    TextId, TextInt, TextMap,
};
use scaleengine_proto::{Param, RawCommand, Value};

/// Returns the JSON of a parsed parameter, after a check that its [`Value`] serializes the same.
fn sent<P: Param>(texts: &[&str]) -> Result<String, String> {
    let param = P::parse_all(texts).map_err(|error| error.to_string())?;
    let written = serde_json::to_string(&param).unwrap();
    assert_eq!(written, serde_json::to_string(&Into::<Value>::into(param)).unwrap());
    Ok(written)
}

fn sends<P: Param>(text: &str, json: &str) {
    assert_eq!(sent::<P>(&[text]).as_deref(), Ok(json), "{text}");
}

fn refuses<P: Param>(texts: &[&str]) {
    for text in texts {
        let error = sent::<P>(&[text]).expect_err(text);
        assert!(error.starts_with("expected "), "{text}: {error}");
    }
}

#[test]
fn dates_must_exist_and_times_are_converted_to_utc() {
    sends::<DateTime>("2014-10-13 15:00:00", r#""2014-10-13 15:00:00""#);
    sends::<DateTime>("2014-10-13T15:00:00+02:00", r#""2014-10-13 13:00:00""#);
    sends::<Date>("2024-02-29", r#""2024-02-29""#);
    sends::<DateOrTime>("2024-03-01", r#""2024-03-01""#);
    sends::<DateOrTime>("1700000000", "1700000000");
    refuses::<DateTime>(&["2014-10-13", "2014-13-01 00:00:00", "13.10.2014 15:00", "tomorrow", "2014-10-13 25:00:00"]);
    refuses::<Date>(&["2023-02-29", "2024-2-1", "2024-02-01 00:00:00", "01.02.2024"]);
    let midnight: DateTime = civil::date(2025, 1, 2).at(0, 0, 0, 0).into();
    assert_eq!(midnight.to_string(), "2025-01-02 00:00:00");
}

#[test]
fn an_ip_rule_must_be_valid() {
    for rule in ["auto", "auto/24", "192.0.2.1", "192.168.0.0/24", "0.0.0.0/0", "2001:db8::/32", "auto|10.0.0.1"] {
        sends::<IpRule>(rule, &serde_json::to_string(rule).unwrap());
    }
    refuses::<IpRule>(&[
        "car",
        "auto/129",
        "1.2.3",
        "1.2.3.4/33",
        "1.2.3.4/+1",
        "1.2.3.4|",
        "localhost",
        "1.2.3.4,5.6.7.8",
    ]);
}

#[test]
fn ids_are_sent_as_numbers_or_strings_by_their_type() {
    sends::<Id>("1000", "1000");
    sends::<Id>("007", r#""007""#);
    sends::<Id>("abc", r#""abc""#);
    sends::<TextId>("1", r#""1""#);
    assert_eq!(TextId::from(Id::from(1)), TextId::from("1"));
    sends::<TextInt>("25", r#""25""#);
    refuses::<TextInt>(&["x", "1.5"]);
}

#[test]
fn a_switch_is_sent_as_a_number_and_repeat_accepts_other_numbers() {
    sends::<Switch>("yes", "1");
    sends::<Switch>("false", "0");
    sends::<bool>("true", "true");
    sends::<Repeat>("no", "0");
    sends::<Repeat>("yes", "1");
    sends::<Repeat>("2", "2");
    refuses::<bool>(&["2", "maybe"]);
    refuses::<Repeat>(&["often"]);
    refuses::<i64>(&["one", "1.0", "9223372036854775808"]);
}

#[test]
fn several_values_are_combined_by_their_type() {
    assert_eq!(sent::<List<String>>(&["a", "b"]).as_deref(), Ok(r#"["a","b"]"#));
    assert_eq!(sent::<Apps>(&["a", "7"]).as_deref(), Ok(r#"["a",7]"#));
    sends::<Apps>("demo-origin", r#""demo-origin""#);
    assert_eq!(sent::<Patterns>(&["foo*", "bar"]).as_deref(), Ok(r#""foo*|bar""#));
    assert_eq!(sent::<TextMap>(&["a=b", "c=d=e"]).as_deref(), Ok(r#"{"a":"b","c":"d=e"}"#));
    refuses::<TextMap>(&["a", "=b"]);
    assert!(sent::<String>(&["a", "b"]).is_err());
}

#[test]
fn a_playlist_item_is_parsed_from_json_with_defaults() {
    let json = r#"{"video":"sestore1/a.mp4","start":0,"length":-1,"sort_order":1}"#;
    sends::<Item>(r#"{"video":"sestore1/a.mp4","sort_order":1}"#, json);
    sends::<Item>(
        r#"{"video":"x","start":5,"length":-2,"sort_order":2}"#,
        r#"{"video":"x","start":5,"length":-2,"sort_order":2}"#,
    );
    refuses::<Item>(&[
        "x.mp4",
        r#"{"video":"x"}"#,
        r#"{"video":"x","sort_order":1,"extra":1}"#,
        r#"{"video":"x","sort_order":"1"}"#,
    ]);
}

#[test]
fn an_application_with_its_instance_is_one_string() {
    sends::<AppInst>("jb-origin/live", r#""jb-origin/live""#);
    refuses::<AppInst>(&["jb-origin", "jb-origin/", "/live", "a/b/c"]);
}

#[test]
fn parameters_convert_from_common_rust_types() {
    let name = String::from("demo-origin");
    assert_eq!(Apps::from(name.clone()), Apps::from(name.as_str()));
    assert_eq!(Apps::from(["a", "b"]), Apps::from(vec!["a", "b"]));
    assert_eq!("2024-12-03 15:00:00".parse::<DateTime>(), DateTime::parse("2024-12-03T15:00:00Z"));
    assert!("2024-13-03".parse::<Date>().is_err());
    let fields = RawCommand::new("c").field("name", &name).field("list", ["a", "b"]).field("small", 7_u16);
    assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"name":"demo-origin","list":["a","b"],"small":7}"#);
}

#[test]
fn an_empty_string_is_not_null_and_a_secret_is_redacted() {
    sends::<Nullable<String>>("", r#""""#);
    assert_eq!(serde_json::to_string(&Nullable::<String>::Null).unwrap(), "null");
    let secret = Secret::parse("hunter2").unwrap();
    assert_eq!(format!("{secret:?} {:?}", Nullable::Value(secret.clone())), "Secret(…) Value(Secret(…))");
}
