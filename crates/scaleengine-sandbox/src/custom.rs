//! The commands that a request may name: custom ones, with replies from a closure, and those of the
//! catalogue.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use scaleengine_proto::code::KnownCode;
use scaleengine_proto::{Spec, find};
use scaleengine_sign::{Json, Received};
use serde_json::Value;

use crate::answer::Failure;
use crate::commands;
use crate::state::Fields;

/// Returns the reply to a request.
pub(crate) type ReplyFn = Arc<dyn Fn(&Value) -> Result<Value, Failure> + Send + Sync>;

/// A custom command.
#[derive(Clone)]
pub(crate) struct Custom {
    spec: &'static Spec,
    reply: ReplyFn,
}

/// The command of a request.
#[derive(Clone, Copy)]
pub(crate) enum Command<'a> {
    Catalogue(&'static Spec),
    Custom(&'a Custom),
}

/// The commands that a request may name.
#[derive(Clone, Default)]
pub(crate) struct Commands {
    custom: BTreeMap<&'static str, Custom>,
}

impl Commands {
    /// Adds a custom command. It replaces one of the same name.
    pub(crate) fn add(&mut self, spec: &'static Spec, reply: ReplyFn) {
        self.custom.insert(spec.name, Custom { spec, reply });
    }

    /// Returns the command of a request; a custom one replaces one of the catalogue.
    pub(crate) fn of(&self, request: &Received) -> Option<Command<'_>> {
        let Some(Json::Text(name)) = request.get("command") else { return None };
        match self.custom.get(name.as_str()) {
            Some(custom) => Some(Command::Custom(custom)),
            None => find(name).map(|entry| Command::Catalogue(entry.spec)),
        }
    }
}

impl Command<'_> {
    pub(crate) fn spec(self) -> &'static Spec {
        match self {
            Self::Catalogue(spec) => spec,
            Self::Custom(custom) => custom.spec,
        }
    }
}

impl Custom {
    /// Returns the fields of the reply.
    pub(crate) fn execute(&self, request: &Received) -> Result<Fields, Failure> {
        let mut request = commands::parameters_of(request);
        if let Value::Object(members) = &mut request {
            members.remove("signature");
        }
        let fault =
            |why| Failure::from(KnownCode::ServerFault).debug(format!("the closure for {} {why}", self.spec.name));
        // A panic is a failed assertion of a test. The request still gets a record and a reply, so
        // that the test shows both.
        let reply = panic::catch_unwind(AssertUnwindSafe(|| (self.reply)(&request)));
        match reply {
            Ok(Ok(Value::Object(fields))) => Ok(fields),
            Ok(Ok(_)) => Err(fault("did not return a JSON object")),
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(fault("panicked")),
        }
    }
}
