//! Random parameters for the property tests and for the comparison with a live PHP.

use proptest::prelude::*;
use scaleengine_proto::{Fields, RawCommand, Value};
use scaleengine_sign::{Account, Credentials, SecretKey, Signer};

/// The sandbox's credentials, which the vectors use.
pub(crate) const API_KEY: &str = "SANDBOXKEY0000000000000000000000";
pub(crate) const SECRET: &str = "5a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c55a9db0c5";
pub(crate) const CDN: u32 = 158;

pub(crate) fn signer() -> Signer {
    Signer::new(&Credentials::new(Account::new(API_KEY, CDN), SecretKey::new(SECRET)))
}

/// A command with any parameters that can be signed, and a few that cannot.
pub(crate) fn command() -> impl Strategy<Value = RawCommand> {
    (text(), fields()).prop_map(|(name, fields)| {
        fields.into_iter().fold(RawCommand::new(name), |command, (name, value)| command.field(name, value))
    })
}

fn fields() -> impl Strategy<Value = Fields> {
    prop::collection::vec((name(), value()), 0..6).prop_map(distinct)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => int().prop_map(Value::from),
        5 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name(), inner), 1..5).prop_map(|fields| Value::from(distinct(fields))),
        ]
    })
}

fn distinct(fields: Vec<(String, Value)>) -> Fields {
    let mut seen = std::collections::HashSet::new();
    fields.into_iter().filter(|(name, _)| seen.insert(name.clone())).collect()
}

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -10..10_i64, Just(i64::MIN), Just(i64::MAX), Just(1_i64 << 53), Just((1_i64 << 53) + 1)]
}

fn name() -> impl Strategy<Value = String> {
    let indexes = prop_oneof![Just("0"), Just("1"), Just("00"), Just("-0"), Just("-1"), Just("5")];
    prop_oneof![
        4 => "[a-z_]{1,8}",
        2 => text().prop_map(|name| if name.is_empty() || name.starts_with('\0') { format!("x{name}") } else { name }),
        1 => indexes.prop_map(str::to_owned),
        1 => "[0-9]{1,20}",
    ]
}

/// Any Unicode string, with a preference for characters that are escaped.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => any::<char>(),
        4 => prop::char::range(' ', '~'),
        2 => prop::char::range('\0', '\u{20}'),
        2 => prop::sample::select(vec!['"', '\\', '/', '\u{7f}', '<', '&', '\'', '\u{80}', '\u{2028}', '\u{d7ff}',
            '\u{e000}', '\u{ffff}', '\u{10000}', '\u{1f600}', '\u{10ffff}']),
    ];
    prop::collection::vec(character, 0..24).prop_map(String::from_iter)
}
