//! Fault rules: which requests they apply to, when, and with which effect.

mod written;

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use scaleengine_proto::code::KnownCode;
use scaleengine_proto::shared::{SPLITMIX64_STEP, splitmix64};
use scaleengine_sign::{Json, Received};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::pattern;
use written::Written;

/// A fault rule, written as words (`command=stream.close first=2 code=1000`), or as JSON or TOML
/// with the same names.
///
/// It applies to requests that match `command`, `api_key` and `field`, a map of names to values (in
/// words `field.NAME=…`). In all of them `*` stands for any characters. It applies to every match,
/// or by one of: `nth` (only the nth match), `first` (the first n), `probability` (from 0 to 1,
/// with a `seed`). Requests to which an earlier rule applied are not counted. The effect is one of:
///
/// | name | effect |
/// | --- | --- |
/// | `code` | a failure with this documented code |
/// | `status` | this HTTP status without an envelope; with `retry_after` in seconds |
/// | `html` | an HTML page with HTTP 200 |
/// | `garbage` | bytes that are not HTTP |
/// | `hang` | no response |
/// | `reset` | the connection is reset (a real RST) |
/// | `unanswered` | the command is executed, then the connection is reset |
/// | `cut` | executed; the response ends after this number of bytes |
/// | `drip` | executed; one byte of the response per this number of milliseconds |
/// | `date_skew` | executed; the `Date` header and the clock of the timestamp check are off by this number of seconds |
/// | `latency` | executed after this number of milliseconds, plus up to `jitter` more |
///
/// With `applied=true` the command is also executed before `code`, `status`, `html`, `garbage` or
/// `hang`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[non_exhaustive]
pub struct Fault {
    /// The id of the rule, sent in the header `X-Sandbox-Fault`. If empty, an id is generated.
    pub id: String,
    command: String,
    api_key: String,
    field: FieldPatterns,
    when: When,
    seed: u64,
    effect: Effect,
    /// In seconds.
    retry_after: Option<u64>,
    /// In milliseconds.
    latency: Option<u64>,
    /// In milliseconds.
    jitter: u64,
    /// Whether the command is executed before an effect that otherwise prevents it.
    applied: bool,
}

/// Patterns for the values of parameters, by name. `Debug` shows only the names: a value may be a
/// password.
#[derive(Clone, PartialEq)]
pub(super) struct FieldPatterns(pub(super) Map<String, Value>);

impl fmt::Debug for FieldPatterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The matching requests to which a rule applies.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Always,
    Nth(u64),
    First(u64),
    Probability(f64),
}

/// An error in a fault rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid fault rule: {0}")]
pub struct FaultError(String);

/// The effect of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Code(KnownCode),
    Status(u16),
    Html,
    Garbage,
    Hang,
    Reset,
    Unanswered,
    Cut(usize),
    Drip(u64),
    Skew(i64),
    Delay,
}

/// A rule that applies to a request.
#[derive(Debug, Clone)]
pub(crate) struct Struck {
    pub(crate) id: String,
    pub(crate) effect: Effect,
    /// In milliseconds.
    pub(crate) delay: u64,
    pub(crate) retry_after: Option<u64>,
    /// Whether the command is executed.
    pub(crate) executes: bool,
}

impl Fault {
    /// Parses a rule written as words.
    ///
    /// # Errors
    ///
    /// Returns an error for an unknown name, an invalid value, no effect, or more than one effect.
    pub fn parse(words: &str) -> Result<Self, FaultError> {
        let mut fields = Map::new();
        let mut named = Map::new();
        for word in words.split_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, "true"));
            if let Some(field) = name.strip_prefix("field.") {
                named.insert(field.to_owned(), value.into());
                continue;
            }
            let text = matches!(name, "id" | "command" | "api_key" | "code");
            let parsed = if text { None } else { serde_json::from_str(value).ok() };
            fields.insert(name.to_owned(), parsed.unwrap_or_else(|| value.into()));
        }
        if !named.is_empty() {
            fields.insert("field".to_owned(), named.into());
        }
        Self::from_json(Value::Object(fields))
    }

    pub(crate) fn from_json(json: Value) -> Result<Self, FaultError> {
        let written: Written = serde_json::from_value(json).map_err(|error| FaultError(error.to_string()))?;
        written.try_into()
    }

    fn matches(&self, request: Option<&Received>) -> bool {
        let text = |name: &str| match request.and_then(|request| request.get(name)) {
            Some(Json::Text(text)) => text.clone(),
            Some(Json::Int(int)) => int.to_string(),
            _ => String::new(),
        };
        let wanted = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        pattern::matches(&self.command, &text("command"))
            && pattern::matches(&self.api_key, &text("api_key"))
            && self.field.0.iter().all(|(name, value)| pattern::matches(&wanted(value), &text(name)))
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(words: &str) -> Result<Self, FaultError> {
        Self::parse(words)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// A rule and the number of its matches.
struct Armed {
    fault: Fault,
    matched: u64,
    draws: u64,
}

/// The rules in force, in their order.
#[derive(Default)]
pub(crate) struct Faults {
    armed: Mutex<(u64, Vec<Armed>)>,
}

impl Faults {
    /// Adds a rule and returns its id. It replaces a rule with the same id.
    pub(crate) fn add(&self, mut fault: Fault) -> String {
        let mut armed = self.armed();
        armed.0 += 1;
        if fault.id.is_empty() {
            fault.id = format!("fault-{}", armed.0);
        }
        let (id, draws) = (fault.id.clone(), fault.seed);
        armed.1.retain(|own| own.fault.id != id);
        armed.1.push(Armed { fault, matched: 0, draws });
        id
    }

    /// Removes a rule. Returns whether it existed.
    pub(crate) fn remove(&self, id: &str) -> bool {
        let mut armed = self.armed();
        let before = armed.1.len();
        armed.1.retain(|own| own.fault.id != id);
        armed.1.len() < before
    }

    pub(crate) fn clear(&self) {
        self.armed().1.clear();
    }

    /// Returns the rules, each with the number of its matches.
    pub(crate) fn list(&self) -> Vec<(Fault, u64)> {
        self.armed().1.iter().map(|own| (own.fault.clone(), own.matched)).collect()
    }

    /// Returns the first rule that applies to a request.
    pub(crate) fn strike(&self, request: Option<&Received>) -> Option<Struck> {
        let mut armed = self.armed();
        armed.1.iter_mut().filter(|own| own.fault.matches(request)).find_map(Armed::strike)
    }

    fn armed(&self) -> MutexGuard<'_, (u64, Vec<Armed>)> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn strike(&mut self) -> Option<Struck> {
        self.matched += 1;
        let fault = &self.fault;
        let now = match fault.when {
            When::Always => true,
            When::Nth(nth) => self.matched == nth,
            When::First(first) => self.matched <= first,
            When::Probability(probability) => draw(&mut self.draws) < probability,
        };
        if !now {
            return None;
        }
        let effect = fault.effect;
        let before =
            matches!(effect, Effect::Code(_) | Effect::Status(_) | Effect::Html | Effect::Garbage | Effect::Hang);
        let jitter = u64::from(bits(&mut self.draws)).saturating_mul(self.fault.jitter.saturating_add(1)) >> 32;
        Some(Struck {
            id: self.fault.id.clone(),
            effect,
            delay: self.fault.latency.unwrap_or(0).saturating_add(jitter),
            retry_after: self.fault.retry_after,
            executes: !before && effect != Effect::Reset || before && self.fault.applied,
        })
    }
}

/// Returns a number in `[0, 1)`.
fn draw(state: &mut u64) -> f64 {
    f64::from(bits(state)) / (f64::from(u32::MAX) + 1.0)
}

/// Returns the next pseudorandom bits of the seed.
fn bits(state: &mut u64) -> u32 {
    *state = state.wrapping_add(SPLITMIX64_STEP);
    splitmix64(*state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_parsed_and_invalid_rules_are_refused() {
        let fault = Fault::parse("command=stream.* field.stream=news* first=2 code=1000 id=busy").unwrap();
        assert_eq!(Fault::from_json(serde_json::to_value(&fault).unwrap()).unwrap(), fault);
        let shown = format!("{fault:?}");
        assert!(shown.contains("stream") && !shown.contains("news"), "a parameter may be a password: {shown}");
        for (words, expected) in [
            ("command=x", "it has no effect"),
            ("hang reset", "more than one effect"),
            ("code=7777", "not a documented code"),
            ("code=", "not a documented code"),
            ("status=99", "between 200 and 599"),
            ("reset probability=2", "between 0 and 1"),
            ("hang nth=0", "count from 1"),
            ("hang first=0", "count from 1"),
            ("reset nth=1 first=2", "exclude each other"),
            ("rest", "unknown field `rest`"),
            ("cut=many", "invalid type"),
        ] {
            let error = Fault::parse(words).unwrap_err().to_string();
            assert!(error.contains(expected), "{words}: {error}");
        }
    }

    #[test]
    fn a_rule_applies_only_to_its_matches() {
        let struck = |words: &str| -> Vec<bool> {
            let faults = Faults::default();
            faults.add(Fault::parse(words).unwrap());
            (0..5).map(|_| faults.strike(None).is_some()).collect()
        };
        assert_eq!(struck("hang"), [true; 5]);
        assert_eq!(struck("hang nth=2"), [false, true, false, false, false]);
        assert_eq!(struck("hang first=2"), [true, true, false, false, false]);
        assert_eq!(struck("hang probability=0"), [false; 5]);
        assert_eq!(struck("hang probability=0.5 seed=1"), struck("hang probability=0.5 seed=1"));
        assert_eq!(struck("hang command=stream.close"), [false; 5]);
    }
}
