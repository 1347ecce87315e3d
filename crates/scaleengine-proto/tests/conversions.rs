//! Conversions of parameters and replies: strings, serde, times.

#![allow(clippy::unwrap_used, clippy::panic)]

use core::fmt::{Debug, Display};
use core::str::FromStr;
use core::time::Duration;

use scaleengine_proto::param::{
    Acl, AppInst, Apps, Date, DateOrTime, DateTime, Id, IpRule, Item, List, Nullable, Pattern, Patterns, Repeat,
    Secret, Switch, TextId, TextInt, TextMap,
};
use scaleengine_proto::{Acknowledged, Document, RawCommand, Reply, Safety, UnixTime, Value, decode, recording, sevu};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Checks that a string is parsed, displays unchanged, serializes as `json`, and deserializes from
/// it.
fn converts<T>(text: &str, json: &str)
where
    T: FromStr<Err: Debug> + Display + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let value: T = text.parse().unwrap();
    assert_eq!(value.to_string(), text);
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    assert_eq!(serde_json::from_str::<T>(json).unwrap(), value, "from its own JSON");
    let quoted = serde_json::to_string(text).unwrap();
    assert_eq!(serde_json::from_str::<T>(&quoted).unwrap(), value, "from a string");
}

#[test]
fn single_values_convert_from_and_to_strings_and_json() {
    converts::<IpRule>("auto/24", r#""auto/24""#);
    converts::<AppInst>("jb-origin/live", r#""jb-origin/live""#);
    converts::<Acl>("public-read", r#""public-read""#);
    converts::<Id>("1000", "1000");
    converts::<Id>("007", r#""007""#);
    converts::<TextId>("1000", r#""1000""#);
    converts::<TextInt>("25", r#""25""#);
    converts::<Switch>("true", "1");
    converts::<Repeat>("yes", "1");
    converts::<Repeat>("2", "2");
    converts::<DateTime>("2024-12-03 15:00:00", r#""2024-12-03 15:00:00""#);
    converts::<Date>("2024-12-03", r#""2024-12-03""#);
    converts::<DateOrTime>("1700000000", "1700000000");
    converts::<DateOrTime>("2024-12-03", r#""2024-12-03""#);
    converts::<UnixTime>("1700000000", "1700000000");
    converts::<Patterns>("movie.mp4", r#""movie.mp4""#);
    converts::<Safety>("read-only", r#""read-only""#);
    for refused in ["auto/129", "10.0.0.0/33", "nowhere"] {
        let error = serde_json::from_value::<IpRule>(refused.into()).unwrap_err().to_string();
        assert!(error.starts_with("expected auto, auto/24") && !error.contains(refused), "{error}");
    }
}

#[test]
fn collections_and_secrets_are_deserialized() {
    let read = |json: &str| serde_json::from_str::<(Apps, List<String>, Nullable<String>, TextMap, Secret)>(json);
    let (apps, list, nullable, map, secret) = read(r#"[["a",7],["x","y"],null,{"b":"1","a":"2"},"hunter2"]"#).unwrap();
    assert_eq!(apps, Apps::Many(vec!["a".into(), 7.into()]));
    assert_eq!((list, nullable), (["x", "y"].into(), Nullable::Null));
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"b":"1","a":"2"}"#, "in the order of the input");
    assert_eq!((secret.expose(), List::<String>::from("x")), ("hunter2", ["x"].into()));
    let number = serde_json::from_str::<Secret>("12345678").unwrap_err().to_string();
    assert!(number.contains("quotes") && !number.contains("12345678"), "{number}");
    assert!("2024-12-03T15:00:00[Europe/Berlin]".parse::<DateTime>().is_err(), "it is not in UTC");
    let last: DateTime = "9999-12-31 23:59:59".parse().unwrap();
    assert_eq!(DateTime::from_unix(last.to_unix()), Some(last));
    let item: Item = r#"{"video":"x","length":-2,"sort_order":2}"#.parse().unwrap();
    assert_eq!(item, serde_json::from_str(&serde_json::to_string(&item).unwrap()).unwrap());
}

/// A `*` in user input must not match everything.
#[test]
fn a_string_is_an_exact_name_and_a_wildcard_in_it_is_refused() {
    for name in ["*", "foo*", "a|b"] {
        assert!(Patterns::exact(name).is_err() && name.parse::<Patterns>().is_err());
        for refused in [Patterns::from(name), Patterns::from("a").or(name), Patterns::matching("b*").or(name)] {
            let typed = serde_json::to_string(&refused).unwrap_err().to_string();
            let raw = serde_json::to_string(&RawCommand::new("c").field("video", refused)).unwrap_err().to_string();
            assert!([&typed, &raw].iter().all(|error| error.contains("`matching`")), "{typed} {raw}");
        }
    }
    assert_eq!(serde_json::to_string(&Patterns::matching("foo*").or("bar")).unwrap(), r#""foo*|bar""#);
    assert_eq!(serde_json::to_string(&Patterns::any()).unwrap(), r#""*""#);
    assert!(serde_json::from_str::<Patterns>(r#""*""#).is_err() && serde_json::from_str::<Pattern>(r#""*""#).is_err());

    // The same for patterns of streams.
    let publisher = |stream: Pattern| serde_json::to_string(&sevu::AddStreamUser::publisher("a", stream, "u", "p"));
    assert!(publisher("*".into()).is_err() && publisher("a|b".into()).is_ok() && publisher(Pattern::any()).is_ok());
    assert!(serde_json::to_string(&recording::Stop::new(("a", "live"), "news*")).is_err());
    assert!(serde_json::to_string(&sevu::RemoveStreamUser::by_name("a", "*", "u")).is_err());
}

#[test]
fn times_convert_from_the_standard_library() {
    use std::time::{SystemTime, UNIX_EPOCH};
    let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_999);
    assert_eq!(UnixTime::from(at), UnixTime(1_700_000_000));
    assert_eq!(UnixTime::from(UNIX_EPOCH - Duration::from_millis(1)), UnixTime(-1), "rounded down");
    let time: DateTime = at.try_into().unwrap();
    assert_eq!(time.to_string(), "2023-11-14 22:13:20");
    assert_eq!(time.to_timestamp().unwrap().to_string(), "2023-11-14T22:13:20Z");
    let far = UNIX_EPOCH.checked_add(Duration::from_secs(400_000_000_000)).unwrap();
    assert!(DateTime::try_from(far as SystemTime).is_err());
    let now = UnixTime(1_700_000_000);
    assert_eq!(DateTime::after(Duration::from_secs(60), now).to_string(), "2023-11-14 22:14:20");
    assert_eq!(DateTime::after(Duration::MAX, now).to_string(), "9999-12-31 23:59:59");
}

#[test]
fn a_reply_is_serialized_with_the_digits_as_received() {
    let body = r#"{"status":"success","z":1.10,"a":[1e5,-0,18446744073709551616,{"b":null,"c":true,"d":"é"}]}"#;
    let reply: Reply<Document> = decode(body.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&reply).unwrap(), body);
    let marked = decode::<Acknowledged>(format!("\u{feff}{body}").as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&marked).unwrap(), body);
    assert_eq!(serde_json::to_value(&reply).unwrap()["a"][3]["d"], "é");
    let deep = format!(r#"{{"status":"success","x":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    let deep = serde_json::to_string(&decode::<Acknowledged>(deep.as_bytes()).unwrap()).unwrap_err().to_string();
    assert!(deep.contains("deeper than 128 levels"), "{deep}");
    assert!(serde_json::to_string_pretty(&reply).unwrap().contains("  \"z\": 1.10,\n"));
}

#[test]
fn a_reply_is_read_as_other_types_and_by_its_rows() {
    #[derive(serde::Deserialize, PartialEq, Debug)]
    struct Channel {
        name: String,
    }
    let body = br#"{"status":"success","data":{"channels":[{"name":"a"},{"name":"b"}]}}"#;
    let reply = decode::<Document>(body).unwrap();
    let channels: Vec<Channel> = reply.value().parse("data.channels").unwrap();
    assert_eq!(channels, [Channel { name: "a".into() }, Channel { name: "b".into() }]);
    assert_eq!(reply.value().rows().unwrap().len(), 2);
    let error = reply.value().parse::<Vec<u8>>("data.channels").unwrap_err().to_string();
    assert_eq!(error, "data.channels: expected u8, received map");
    assert!(reply.parse::<Channel>().unwrap_err().to_string().contains("`name` is missing"));

    let rows = |body: &[u8]| decode::<Document>(body).unwrap().value().rows().map(|rows| rows.len());
    assert_eq!(rows(br#"{"status":"success","data":[]}"#), Ok(0));
    // PHP writes an empty map as a list.
    assert_eq!(rows(br#"{"status":"success","debug":[],"data":{"channels":[{"name":"a"}]}}"#), Ok(1));
    let several = rows(br#"{"status":"success","a":[{}],"b":[{}]}"#).unwrap_err().to_string();
    assert!(several.contains("a and b") || several.contains("b and a"), "{several}");
    assert_eq!(
        rows(br#"{"status":"success","a":[1]}"#).unwrap_err().to_string(),
        "the reply contains no list of objects"
    );
}

#[test]
fn a_nested_parameter_keeps_its_order() {
    let nested = Value::object([("b", Value::from(1)), ("a", Value::object([("z", "x".into()), ("y", Value::Null)]))]);
    let command = RawCommand::new("c").field("o", nested);
    assert_eq!(serde_json::to_string(&command).unwrap(), r#"{"o":{"b":1,"a":{"z":"x","y":null}}}"#);
}
