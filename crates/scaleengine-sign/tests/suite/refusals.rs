//! Values that cannot be signed, each with its path, and similar values that can.

use std::collections::BTreeMap;

use scaleengine_proto::{Acknowledged, Command, Fields, RawCommand, Safety, UnixTime, Value, stream};
use scaleengine_sign::{MAX_JSON, Refusal, SignError, SignedPayload};
use serde::{Serialize, Serializer};

fn sign(command: &impl Command) -> Result<SignedPayload, SignError> {
    crate::common::signer().sign(command, UnixTime(1))
}

/// A command whose parameters are the serialized form of a value.
struct Any<T>(T);

impl<T: Serialize> Serialize for Any<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Serialize> Command for Any<T> {
    type Reply = Acknowledged;
    fn wire_name(&self) -> &str {
        "any"
    }
    fn safety(&self) -> Safety {
        Safety::Unsafe
    }
}

#[derive(Serialize)]
struct Video<T> {
    start: T,
}

fn nested<T: Serialize>(value: T) -> SignError {
    let fine = || Video { start: None };
    let videos = [fine(), fine(), Video { start: Some(value) }];
    sign(&Any(BTreeMap::from([("videos", videos)]))).unwrap_err()
}

#[test]
fn a_refusal_names_the_path_of_the_value() {
    let error = nested(1.5);
    assert_eq!(error.path(), "videos[2].start");
    assert!(error.to_string().starts_with("`videos[2].start`: a number with a fraction"), "{error}");

    assert_eq!(*nested(-0.0_f32).refusal(), Refusal::Float);
    assert_eq!(*nested(u64::MAX).refusal(), Refusal::Integer);
    assert_eq!(*nested(i128::MIN).refusal(), Refusal::Integer);
    assert_eq!(*nested(BTreeMap::<String, i64>::new()).refusal(), Refusal::EmptyMap);
    assert_eq!(*nested(BTreeMap::from([("0", 1)])).refusal(), Refusal::ListLikeMap);
    assert_eq!(*nested(BTreeMap::from([("0", 1), ("1", 2)])).refusal(), Refusal::ListLikeMap);
    assert_eq!(*nested(BTreeMap::from([("", 1)])).refusal(), Refusal::EmptyName);
    assert_eq!(*nested(BTreeMap::from([("\0a", 1)])).refusal(), Refusal::NulName);
    assert_eq!(*nested(BTreeMap::from([(1, 1)])).refusal(), Refusal::NameNotText);
    assert_eq!(nested(BTreeMap::from([("a/b", 1.0)])).path(), r"videos[2].start.a\/b");
}

#[test]
fn maps_that_php_keeps_as_objects_are_signed() {
    for keys in [vec!["1"], vec!["1", "0"], vec!["00"], vec!["0", "2"], vec!["-0"], vec!["0", "a"], vec!["a", "0"]] {
        let map: Fields = keys.iter().map(|key| (*key, 1)).collect();
        assert!(sign(&RawCommand::new("c").field("map", map)).is_ok(), "{keys:?}");
    }
}

#[test]
fn names_are_refused_when_reserved_or_repeated_however_many_there_are() {
    for name in ["command", "api_key", "timestamp", "cdn", "signature"] {
        let error = sign(&RawCommand::new("c").field(name, 1)).unwrap_err();
        assert_eq!((error.path(), error.refusal()), (name, &Refusal::ReservedName));
        let deeper = Fields::from_iter([(name, 1)]);
        assert!(sign(&RawCommand::new("c").field("map", deeper)).is_ok(), "{name} inside a map");
    }

    // Strings that look like names of the command, inside other values.
    let noise = Fields::from_iter([("a", Value::from("\"x\":")), ("y", Value::from(vec!["x", "]", "{"]))]);
    let mut command = RawCommand::new("c").field("x", noise);
    for count in 0..300 {
        command = command.field(format!("f{count}"), "x");
    }
    assert!(sign(&command).is_ok());
    for repeated in ["x", "f0", "f299"] {
        let error = sign(&command.clone().field(repeated, 1)).unwrap_err();
        assert_eq!((error.path(), error.refusal()), (repeated, &Refusal::RepeatedName));
    }
    for fine in ["a", "y", "f300"] {
        assert!(sign(&command.clone().field(fine, 1)).is_ok());
    }
}

#[test]
fn an_extra_parameter_cannot_take_the_place_of_a_declared_one() {
    let close = || stream::Close::by_name("a", "i", "s");
    assert!(sign(&close().extra("note", "x")).is_ok());
    for error in [
        sign(&close().extra("stream_id", 1)).unwrap_err(),
        sign(&RawCommand::from(close().extra("stream_id", 1))).unwrap_err(),
        sign(&RawCommand::from(close()).field("stream_id", 1)).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "`stream_id`: declared by stream.close, so it cannot be an extra parameter");
    }
    assert_eq!(*sign(&close().extra("cdn", 1)).unwrap_err().refusal(), Refusal::ReservedName);
    assert_eq!(*sign(&close().extra("n", 1).extra("n", 1)).unwrap_err().refusal(), Refusal::RepeatedName);
}

#[test]
fn depth_and_size_are_limited() {
    let deep = |levels| (1..levels).fold(Value::from(1), |value, _| Value::List(vec![value]));
    assert!(sign(&RawCommand::new("c").field("v", deep(64))).is_ok());
    assert_eq!(*sign(&RawCommand::new("c").field("v", deep(65))).unwrap_err().refusal(), Refusal::TooDeep);

    let wide = |len| RawCommand::new("c").field("v", "x".repeat(len));
    assert!(sign(&wide(MAX_JSON - 1024)).is_ok());
    let error = sign(&wide(MAX_JSON).field("small", 1)).unwrap_err();
    assert_eq!((error.refusal(), error.path()), (&Refusal::TooLarge, "v"));

    // An endless value is refused.
    struct Endless;
    impl Serialize for Endless {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(std::iter::repeat(1))
        }
    }
    assert_eq!(*sign(&Any(Video { start: Endless })).unwrap_err().refusal(), Refusal::TooLarge);
}

/// An enum variant is a map of one member, whose name is checked like any other.
#[test]
fn enum_variants_are_checked_as_maps() {
    #[derive(Serialize)]
    enum Odd {
        #[serde(rename = "0")]
        New(i64),
        #[serde(rename = "0")]
        Tuple(i64, i64),
        #[serde(rename = "0")]
        Struct {
            a: i64,
        },
        #[serde(rename = "")]
        Empty(i64),
        #[serde(rename = "\0a")]
        Nul(i64),
        #[serde(rename = "a/b")]
        Fine {
            x: f64,
        },
        Pair(f64),
    }
    for odd in [Odd::New(1), Odd::Tuple(1, 2), Odd::Struct { a: 1 }] {
        assert_eq!(*nested(odd).refusal(), Refusal::ListLikeMap);
    }
    assert_eq!(*nested(Odd::Empty(1)).refusal(), Refusal::EmptyName);
    assert_eq!(*nested(Odd::Nul(1)).refusal(), Refusal::NulName);
    assert_eq!(nested(Odd::Fine { x: 1.0 }).path(), r"videos[2].start.a\/b.x");
    assert_eq!(nested(Odd::Pair(1.0)).path(), "videos[2].start.Pair");

    #[derive(Serialize)]
    enum Shape {
        Pair(i64, i64),
        Named { a: i64 },
        One(i64),
        None,
    }
    let shapes = vec![Shape::Pair(1, 2), Shape::Named { a: 1 }, Shape::One(1), Shape::None];
    let payload = sign(&Any(BTreeMap::from([("v", shapes)]))).unwrap();
    assert!(
        payload.canonical().ends_with(r#""v":[{"Pair":[1,2]},{"Named":{"a":1}},{"One":1},"None"]}"#),
        "{}",
        payload.canonical()
    );
}

#[test]
fn a_command_needs_a_name() {
    let error = sign(&RawCommand::new("")).unwrap_err();
    assert_eq!((error.path(), error.refusal()), ("command", &Refusal::EmptyName));
}

#[test]
fn parameters_have_to_be_a_map() {
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    enum Enum {
        Struct { a: i64 },
    }
    assert!(sign(&Any(Unit)).is_ok());
    for error in [sign(&Any(1)), sign(&Any("x")), sign(&Any([1])), sign(&Any(Enum::Struct { a: 1 }))] {
        assert_eq!(*error.unwrap_err().refusal(), Refusal::NotAMap);
    }
}

/// With its features enabled, as here, serde_json represents numbers and raw JSON by private names.
#[test]
fn private_serde_json_names_are_refused_and_converted_values_are_signed() {
    let json: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":[true,"/"]}"#).unwrap();
    assert_eq!(*sign(&Any(&json)).unwrap_err().refusal(), Refusal::PrivateName);
    let raw = serde_json::value::RawValue::from_string("1.0".into()).unwrap();
    assert_eq!(*nested(raw).refusal(), Refusal::PrivateName);
    let token = Fields::from_iter([("$serde_json::private::Number", "1")]);
    assert_eq!(*sign(&RawCommand::new("c").field("v", token)).unwrap_err().refusal(), Refusal::PrivateName);

    let value = Value::try_from(json).unwrap();
    let payload = sign(&RawCommand::new("c").field("v", value)).unwrap();
    assert!(payload.canonical().ends_with(r#""v":{"a":[true,"\/"],"b":1}}"#), "{}", payload.canonical());
}
