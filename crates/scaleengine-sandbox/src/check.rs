//! The checks of a request, in order. Each is one function; the first that fails answers.

use scaleengine_proto::code::Documented;
use scaleengine_proto::{Spec, UnixTime, find};
use scaleengine_sign::{Check, Json, Received, SecretKey, Verifier};

use crate::answer::Failure;
use crate::{API_KEY, CDN, SECRET_KEY};

/// How far a timestamp may be from the server's time, in seconds. **Assumed**: the documentation says "a short time period".
pub const WINDOW: u64 = 300;

/// What requests are checked against.
pub(crate) struct Rules {
    verifier: Verifier,
    checks: Vec<Check>,
}

impl Rules {
    pub(crate) fn new(checks: Vec<Check>) -> Self {
        Self { verifier: Verifier::new(&SecretKey::new(SECRET_KEY)), checks }
    }

    /// The command that a request asks for, once it has passed every check.
    pub(crate) fn check(&self, request: &Received, now: UnixTime) -> Result<&'static Spec, Failure> {
        account(request)?;
        time(request, now)?;
        self.signature(request)?;
        let spec = command(request)?;
        required(request, spec)?;
        Ok(spec)
    }

    fn signature(&self, request: &Received) -> Result<(), Failure> {
        self.verifier
            .verify(request, &self.checks)
            .map_err(|error| Failure::documented(Documented::SignatureRefused).debug(error))
    }
}

fn account(request: &Received) -> Result<(), Failure> {
    let key = matches!(request.get("api_key"), Some(Json::Text(key)) if key == API_KEY);
    // As a text too: two clients send it so.
    let cdn = match request.get("cdn") {
        Some(Json::Int(cdn)) => *cdn == i64::from(CDN),
        Some(Json::Text(cdn)) => *cdn == CDN.to_string(),
        _ => false,
    };
    match (key, cdn) {
        (true, true) => Ok(()),
        (false, _) => Err(Failure::documented(Documented::KeyRefused).debug("the api_key is not the sandbox's")),
        (true, false) => Err(Failure::documented(Documented::KeyRefused).debug("the cdn is not the sandbox's")),
    }
}

fn time(request: &Received, now: UnixTime) -> Result<(), Failure> {
    let outside = |why: String| Err(Failure::documented(Documented::TimestampOutside).debug(why));
    match request.get("timestamp") {
        Some(Json::Int(timestamp)) if timestamp.abs_diff(now.0) <= WINDOW => Ok(()),
        Some(Json::Int(timestamp)) => {
            outside(format!("{timestamp} is more than {WINDOW} s from {now} (assumed window)"))
        }
        Some(_) => outside("the timestamp is no whole number".into()),
        None => outside("there is no timestamp".into()),
    }
}

fn command(request: &Received) -> Result<&'static Spec, Failure> {
    let unknown = || Failure::documented(Documented::UnknownCommand);
    match request.get("command") {
        Some(Json::Text(name)) => find(name).map(|entry| entry.spec).ok_or_else(unknown),
        _ => Err(unknown()),
    }
}

fn required(request: &Received, spec: &Spec) -> Result<(), Failure> {
    let missing: Vec<_> = spec.missing(|name| request.get(name).is_some()).collect();
    match missing.as_slice() {
        [] => Ok(()),
        // That the names follow the message's colon is assumed.
        names => Err(Failure::documented(Documented::FieldsMissing).and(&names.join(", "))),
    }
}
