//! The checks of a request, in order. The first that fails determines the reply.

use scaleengine_proto::code::KnownCode;
use scaleengine_proto::{Spec, UnixTime};
use scaleengine_sign::explain::Mistake;
use scaleengine_sign::{Check, Json, Received};

use crate::accounts::Tenant;
use crate::answer::Failure;
use crate::custom::{Command, Commands};
use crate::rules::{Enforced, Rule};

/// The largest accepted difference between a timestamp and the server's time, in seconds.
/// **Assumed**: the documentation only mentions "a short time period".
pub const WINDOW: u64 = 300;

/// 15 minutes, in seconds. The difference of two time zones is a multiple of it.
const QUARTER: u64 = 900;
/// The tolerance around such a multiple, in seconds, for the time between signing and sending.
const SLACK: u64 = 20;

/// The refusal of a request. `reason` is `None` if the mistake is not yet known, because the
/// signature must be explained first.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) failure: Failure,
    pub(crate) reason: Option<Mistake>,
}

fn refused(code: KnownCode, reason: Mistake, why: impl std::fmt::Display) -> Refusal {
    Refusal { failure: Failure::from(code).debug(why), reason: Some(reason) }
}

#[derive(Clone)]
pub(crate) struct Checks {
    pub(crate) signature: Vec<Check>,
    pub(crate) rules: Enforced,
    pub(crate) commands: Commands,
}

impl Checks {
    /// Checks a request and returns its command.
    pub(crate) fn check(
        &self,
        request: &Received,
        tenant: Option<&Tenant>,
        now: UnixTime,
    ) -> Result<Command<'_>, Refusal> {
        let Some(tenant) = tenant else {
            let reason = match (request.get("api_key"), request.get("cdn")) {
                (Some(Json::Text(_)), Some(_)) => Mistake::KeyUnknown,
                (Some(Json::Text(_)), None) => Mistake::CdnMissing,
                _ => Mistake::ApiKeyMissing,
            };
            let why = "no account of this sandbox has this api_key and cdn";
            return Err(refused(KnownCode::KeyRefused, reason, why));
        };
        self.time(request, now)?;
        tenant.verifier.verify(request, &self.signature).map_err(|error| Refusal {
            failure: Failure::from(KnownCode::SignatureRefused).debug(error),
            reason: None,
        })?;
        let command = self.command(request)?;
        self.required(request, command.spec())?;
        Ok(command)
    }

    fn time(&self, request: &Received, now: UnixTime) -> Result<(), Refusal> {
        let outside = |reason, why: String| Err(refused(KnownCode::TimestampOutside, reason, why));
        match request.get("timestamp") {
            Some(Json::Int(timestamp)) if timestamp.abs_diff(now.0) <= WINDOW => Ok(()),
            _ if !self.rules.has(Rule::Window) => Ok(()),
            Some(Json::Int(timestamp)) => {
                let why = format!("the timestamp {timestamp} is more than {WINDOW} s from {now} (assumed limit)");
                outside(of_time(*timestamp, now), why)
            }
            _ if !self.rules.has(Rule::WholeTimestamp) => Ok(()),
            Some(Json::Text(_)) => outside(Mistake::TimestampString, "the timestamp is a string; send a number".into()),
            Some(Json::Float(_)) => outside(Mistake::FloatForm, "the timestamp is not an integer".into()),
            _ => outside(Mistake::TimestampMissing, "the timestamp is missing or not a number".into()),
        }
    }

    fn command(&self, request: &Received) -> Result<Command<'_>, Refusal> {
        let named = matches!(request.get("command"), Some(Json::Text(_)));
        self.commands.of(request).ok_or_else(|| Refusal {
            failure: Failure::from(KnownCode::UnknownCommand),
            reason: (!named).then_some(Mistake::CommandMissing),
        })
    }

    fn required(&self, request: &Received, spec: &Spec) -> Result<(), Refusal> {
        let missing: Vec<_> = spec.missing(|name| request.get(name).is_some()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let failure = Failure::from(KnownCode::FieldsMissing);
        let named = self.rules.has(Rule::FieldNames);
        let failure = if named { failure.and(&missing.join(", ")) } else { failure };
        Err(Refusal { failure, reason: None })
    }
}

/// Returns the most likely mistake of a timestamp outside the window.
fn of_time(timestamp: i64, now: UnixTime) -> Mistake {
    let off = timestamp.abs_diff(now.0);
    let from_quarter = (off % QUARTER).min(QUARTER - off % QUARTER);
    if (timestamp / 1000).abs_diff(now.0) <= WINDOW {
        Mistake::TimestampMilliseconds
    } else if (3600 - SLACK..=15 * 3600).contains(&off) && from_quarter <= SLACK {
        Mistake::TimestampTimezone
    } else if timestamp < now.0 {
        Mistake::TimestampOld
    } else {
        Mistake::TimestampFuture
    }
}
