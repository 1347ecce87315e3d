//! The written representation of a rule, in words, JSON or TOML: each effect is one field.

use scaleengine_proto::code::KnownCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Effect, Fault, FaultError, FieldPatterns, When};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one effect of the written rule")]
pub(super) struct Written {
    pub(super) id: String,
    pub(super) command: String,
    pub(super) api_key: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) field: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nth: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    pub(super) seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retry_after: Option<u64>,
    pub(super) html: bool,
    pub(super) garbage: bool,
    pub(super) hang: bool,
    pub(super) reset: bool,
    pub(super) unanswered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cut: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) drip: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_skew: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) latency: Option<u64>,
    pub(super) jitter: u64,
    pub(super) applied: bool,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            id: String::new(),
            command: "*".into(),
            api_key: "*".into(),
            field: Map::new(),
            nth: None,
            first: None,
            probability: None,
            seed: 0,
            code: None,
            status: None,
            retry_after: None,
            html: false,
            garbage: false,
            hang: false,
            reset: false,
            unanswered: false,
            cut: None,
            drip: None,
            date_skew: None,
            latency: None,
            jitter: 0,
            applied: false,
        }
    }
}

impl Written {
    fn when(&self) -> Result<When, FaultError> {
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Err(FaultError("probability must be between 0 and 1".into()));
        }
        if self.nth == Some(0) || self.first == Some(0) {
            return Err(FaultError("nth and first count from 1; with 0 the rule would never apply".into()));
        }
        match (self.nth, self.first, self.probability) {
            (None, None, None) => Ok(When::Always),
            (Some(nth), None, None) => Ok(When::Nth(nth)),
            (None, Some(first), None) => Ok(When::First(first)),
            (None, None, Some(probability)) => Ok(When::Probability(probability)),
            _ => Err(FaultError("nth, first and probability exclude each other; use one".into())),
        }
    }

    fn effect(&self) -> Result<Effect, FaultError> {
        let code = self.code.as_ref().map(|code| {
            let known =
                KnownCode::ALL.into_iter().find(|known| !code.is_empty() && known.code() == format!("{code:0>4}"));
            known.ok_or_else(|| FaultError(format!("{code} is not a documented code")))
        });
        if self.status.is_some_and(|status| !(200..600).contains(&status)) {
            return Err(FaultError("status must be between 200 and 599".into()));
        }
        let flag = |on: bool, effect: Effect| on.then_some(effect);
        let effects = [
            code.transpose()?.map(Effect::Code),
            self.status.map(Effect::Status),
            flag(self.html, Effect::Html),
            flag(self.garbage, Effect::Garbage),
            flag(self.hang, Effect::Hang),
            flag(self.reset, Effect::Reset),
            flag(self.unanswered, Effect::Unanswered),
            self.cut.map(Effect::Cut),
            self.drip.map(Effect::Drip),
            self.date_skew.map(Effect::Skew),
        ];
        let mut effects = effects.into_iter().flatten();
        match (effects.next(), effects.next()) {
            (Some(effect), None) => Ok(effect),
            (Some(_), Some(_)) => Err(FaultError("it has more than one effect; use one".into())),
            (None, _) if self.latency.is_some() || self.jitter > 0 => Ok(Effect::Delay),
            (None, _) => Err(FaultError(
                "it has no effect; add code, status, html, garbage, hang, reset, unanswered, cut, drip, date_skew or latency"
                    .into(),
            )),
        }
    }
}

impl TryFrom<Written> for Fault {
    type Error = FaultError;

    fn try_from(written: Written) -> Result<Self, FaultError> {
        let (effect, when) = (written.effect()?, written.when()?);
        let Written { id, command, api_key, field, seed, retry_after, latency, jitter, applied, .. } = written;
        Ok(Self {
            id,
            command,
            api_key,
            field: FieldPatterns(field),
            when,
            seed,
            effect,
            retry_after,
            latency,
            jitter,
            applied,
        })
    }
}

impl From<Fault> for Written {
    fn from(fault: Fault) -> Self {
        let Fault {
            id,
            command,
            api_key,
            field: FieldPatterns(field),
            when,
            seed,
            effect,
            retry_after,
            latency,
            jitter,
            applied,
        } = fault;
        let mut written =
            Self { id, command, api_key, field, seed, retry_after, latency, jitter, applied, ..Self::default() };
        match when {
            When::Always => {}
            When::Nth(nth) => written.nth = Some(nth),
            When::First(first) => written.first = Some(first),
            When::Probability(probability) => written.probability = Some(probability),
        }
        match effect {
            Effect::Code(code) => written.code = Some(code.code().to_owned()),
            Effect::Status(status) => written.status = Some(status),
            Effect::Html => written.html = true,
            Effect::Garbage => written.garbage = true,
            Effect::Hang => written.hang = true,
            Effect::Reset => written.reset = true,
            Effect::Unanswered => written.unanswered = true,
            Effect::Cut(bytes) => written.cut = Some(bytes),
            Effect::Drip(interval) => written.drip = Some(interval),
            Effect::Skew(seconds) => written.date_skew = Some(seconds),
            Effect::Delay => {}
        }
        written
    }
}
