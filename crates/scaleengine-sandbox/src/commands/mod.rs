//! The commands: their changes to the state and their replies. Each family is one file.

mod channel;
mod log;
mod parameters;
mod pushpublish;
mod recording;
mod sevu;
mod stream;
mod switchboard;

use scaleengine_proto::{Spec, UnixTime};
use scaleengine_sign::Received;
use serde_json::{Map, Value};

use crate::answer::Failure;
use crate::rules::{Enforced, Rule};
use crate::state::{Fields, State};

use parameters::Parameters;

/// The input of a command.
pub(crate) struct Context<'a> {
    state: &'a mut State,
    request: Parameters<'a>,
    now: UnixTime,
    rules: Enforced,
}

type Outcome = Result<Fields, Failure>;

/// Executes a command and returns the fields of the reply without its envelope. If the shape of the
/// real reply was not observed, the only field is `sandbox`, which contains the state that the
/// sandbox has. It is not put where the real API might have it.
pub(crate) fn execute(
    state: &mut State,
    spec: &'static Spec,
    request: &Received,
    now: UnixTime,
    rules: Enforced,
) -> Outcome {
    let (_, command) = spec.name.split_once('.').unwrap_or_default();
    let mut context = Context { state, request: Parameters::new(request, spec), now, rules };
    // Other commands were checked, and change nothing.
    let known = match spec.family() {
        "channel" => channel::execute(&mut context, command),
        "log" => log::execute(&mut context, command),
        "pushpublish" => pushpublish::execute(&mut context, command),
        "recording" => recording::execute(&mut context, command),
        "sevu" => sevu::execute(&mut context, command),
        "stream" => stream::execute(&mut context, command),
        "switchboard" => switchboard::execute(&mut context, command),
        _ => Ok(Map::new()),
    }?;
    if spec.reply.observed {
        return Ok(known);
    }
    let mark = Map::from_iter([("shape".to_owned(), Value::from("not seen"))]);
    Ok(one("sandbox", Value::Object(mark.into_iter().chain(known).collect())))
}

/// Returns all members of a request as JSON, including secrets.
pub(crate) fn parameters_of(request: &Received) -> Value {
    parameters::all(request)
}

impl Context<'_> {
    /// Returns success without fields, or the failure `otherwise` if no object was changed.
    fn done(&self, done: bool, otherwise: &str) -> Outcome {
        if done { Ok(Map::new()) } else { self.missing(otherwise) }
    }

    /// Returns the failure for an object that does not exist. It has no code; its message is
    /// **assumed**.
    fn missing(&self, what: &str) -> Outcome {
        if self.rules.has(Rule::Missing) { Err(Failure::new(what)) } else { Ok(Map::new()) }
    }
}

/// Returns one field of a reply.
fn one(name: &str, value: impl Into<Value>) -> Fields {
    Map::from_iter([(name.to_owned(), value.into())])
}

/// Returns a row with its id first.
fn with_id(name: &str, id: i64, row: &Fields) -> Value {
    Value::Object(one(name, id).into_iter().chain(row.clone()).collect())
}
