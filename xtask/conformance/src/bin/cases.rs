//! Writes the cases for the comparison with PHP, one per line, fields separated by tabs; `cargo
//! xtask conformance` pipes them into PHP. Argument: the number of random cases. The seed is fixed.
//!
//! - `sign`, our canonical JSON, our signature, the same parameters written by serde_json;
//! - `read`, received JSON, our canonical JSON of it as arrays, and as objects (`!` if PHP cannot
//!   read it).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "../../../../crates/scaleengine-sign/tests/suite/common.rs"]
mod common;

use std::io::{self, BufWriter, Write as _};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use scaleengine_proto::{Command, CommandVisitor, Declared, RawCommand, Spec, UnixTime, Value, visit_all};
use scaleengine_sign::{Check, Received, Refusal};

fn main() -> io::Result<()> {
    let count: usize =
        std::env::args().nth(1).and_then(|count| count.parse().ok()).expect("argument: the number of cases");
    let mut out = BufWriter::new(io::stdout().lock());
    let mut runner = TestRunner::deterministic();

    visit_all(&mut Declarations(&mut out));
    let commands = common::command();
    let mut signed = 0;
    while signed < count {
        signed += usize::from(sign_case(&mut out, &commands.new_tree(&mut runner).expect("a command").current())?);
    }
    let texts = json();
    for _ in 0..count {
        read_case(&mut out, &texts.new_tree(&mut runner).expect("a string").current())?;
    }
    out.flush()
}

/// A visitor that writes cases for the type of every declared command.
struct Declarations<'a, W>(&'a mut W);

impl<W: io::Write> CommandVisitor for Declarations<'_, W> {
    fn visit<C: Declared + Clone + Into<RawCommand>>(&mut self) {
        for sample in C::samples() {
            for command in [&sample.minimal, &sample.full] {
                assert!(sign_case(self.0, command).expect("the case can be written"), "{}", C::SPEC.name);
            }
            let odd = with_odd_texts(C::SPEC, &sample.full.into());
            assert!(sign_case(self.0, &odd).expect("the case can be written"), "{}", C::SPEC.name);
        }
    }
}

/// An emoji, a slash, quotes, a backslash, control characters, and characters that JSON may leave
/// unescaped.
const ODD: &str = "\u{1F600}/\"\\'\u{1}\u{1f}\u{7f}\u{2028}<&>";

/// Returns the command with every string replaced by [`ODD`], parsed by parameter type as on the
/// command line.
fn with_odd_texts(spec: &Spec, full: &RawCommand) -> RawCommand {
    full.fields().fold(RawCommand::new(spec.name), |command, (name, value)| {
        let field = spec.field(name).expect("a sample has declared parameters only");
        let json = |value: &Value| serde_json::to_string(value).expect("serde_json writes it");
        let texts = match value {
            Value::Null => return command.field(name, Value::Null),
            Value::List(values) if values.iter().all(|value| matches!(value, Value::Map(_))) => {
                values.iter().map(|value| json(&odd(value))).collect()
            }
            Value::Map(fields) => fields.iter().map(|(name, _)| format!("{name}={ODD}")).collect(),
            _ => vec![ODD.to_owned()],
        };
        let read = (field.parse)(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let any = ["text", "secret", "pattern", "app", "key=value", "item", "app/inst"].contains(&field.kind.word);
        assert!(read.is_ok() || !any, "{}: {name} accepts any string", spec.name);
        command.field(name, read.unwrap_or_else(|_| value.clone()))
    })
}

fn odd(value: &Value) -> Value {
    match value {
        Value::Text(_) => ODD.into(),
        Value::Map(fields) => Value::Map(fields.iter().map(|(name, value)| (name, odd(value))).collect()),
        other => other.clone(),
    }
}

/// Writes a `sign` case. Returns whether the command could be signed.
fn sign_case(out: &mut impl io::Write, command: &impl Command) -> io::Result<bool> {
    match common::signer().sign(command, UnixTime(1_700_000_000)) {
        Ok(payload) => {
            let other = serde_json::to_string(&(command.wire_name(), command)).expect("serde_json writes it");
            writeln!(out, "sign\t{}\t{}\t{other}", payload.canonical(), payload.signature())?;
            Ok(true)
        }
        // The only refusals that the generator provokes.
        Err(error) => match error.refusal() {
            Refusal::ListLikeMap | Refusal::ReservedName | Refusal::EmptyName => Ok(false),
            _ => Err(io::Error::other(error.to_string())),
        },
    }
}

fn read_case(out: &mut impl io::Write, text: &str) -> io::Result<()> {
    let reading = |check| match Received::parse(text) {
        Ok(received) => received.canonical(check).unwrap_or_else(|_| "!".to_owned()),
        Err(_) => "!".to_owned(),
    };
    writeln!(out, "read\t{text}\t{}\t{}", reading(Check::Array), reading(Check::Object))
}

/// Returns a strategy for JSON objects as other clients may write them, and for strings that are
/// almost JSON.
fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,20})",
        "-?(0|[1-9][0-9]{0,18})\\.[0-9]{1,18}",
        "-?[1-9](\\.[0-9]{1,16})?[eE][+-]?[0-9]{1,3}",
        any::<f64>().prop_map(|float| if float.is_finite() { format!("{float:e}") } else { "0.5".to_owned() }),
        any::<f32>().prop_map(|float| if float.is_finite() { format!("{float}") } else { "0.25".to_owned() }),
    ];
    let text = prop_oneof![
        "\"[ -!#-\\[\\]-~é/]{0,8}\"",
        "\"(\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}|\\\\ud83d\\\\ude00|[a-z])*\"",
    ];
    let scalar = prop_oneof![4 => number, 3 => text, 1 => "null|true|false|\\{\\}|\\[\\]|TRUE|01|\\.5|nul"];
    let key = prop_oneof!["\"[a-c]\"", "\"[0-3]\"", "\"-?[0-9]{1,2}\"", Just("\"\"".to_owned()), "\"\\\\u000[0-9]x?\""];
    let blank = prop_oneof![6 => Just(String::new()), 1 => "[ ]{1,2}"];
    let value = scalar.prop_recursive(3, 12, 4, move |inner| {
        let member =
            (key.clone(), blank.clone(), inner.clone()).prop_map(|(key, blank, value)| key + ":" + &blank + &value);
        prop_oneof![
            prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|values| format!("[{}]", values.join(", "))),
        ]
    });
    value.prop_map(|value| format!("{{\"v\":{value}}}"))
}
