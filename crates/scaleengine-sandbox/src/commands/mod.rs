//! What each command does once its request has passed the checks, and what is known of its answer. One family a file.

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

/// What a command can see.
pub(crate) struct Context<'a> {
    state: &'a mut State,
    request: Parameters<'a>,
    now: UnixTime,
    rules: Enforced,
}

type Outcome = Result<Fields, Failure>;

/// The fields of the answer beside its envelope. Where the shape of the real answer was never seen, the answer is the bare
/// envelope, marked so; what the sandbox knows stands in that mark, and not where the real API might have it.
pub(crate) fn execute(
    state: &mut State,
    spec: &'static Spec,
    request: &Received,
    now: UnixTime,
    rules: Enforced,
) -> Outcome {
    let (_, command) = spec.name.split_once('.').unwrap_or_default();
    let mut context = Context { state, request: Parameters::new(request, spec), now, rules };
    // A command that is named in none of these has been checked, and does nothing.
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

/// Everything that a request asks for with, as JSON; nothing of it is left out.
pub(crate) fn parameters_of(request: &Received) -> Value {
    parameters::all(request)
}

impl Context<'_> {
    /// Nothing but success, where something was there to be changed.
    fn done(&self, done: bool, otherwise: &str) -> Outcome {
        if done { Ok(Map::new()) } else { self.missing(otherwise) }
    }

    /// What is not there is a failure without a code, in words that are **assumed** too.
    fn missing(&self, what: &str) -> Outcome {
        if self.rules.has(Rule::Missing) { Err(Failure::new(what)) } else { Ok(Map::new()) }
    }
}

/// One field of an answer.
fn one(name: &str, value: impl Into<Value>) -> Fields {
    Map::from_iter([(name.to_owned(), value.into())])
}

/// A row with its id first.
fn with_id(name: &str, id: i64, row: &Fields) -> Value {
    Value::Object(one(name, id).into_iter().chain(row.clone()).collect())
}
