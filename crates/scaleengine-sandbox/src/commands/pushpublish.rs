//! Push services, which are destinations of streams, and push sessions.

use super::{Context, Outcome, one, with_id};
use crate::state::Fields;
use crate::streams::LiveStream;

const NO_SERVICE: &str = "No such push service";
const NO_SESSION: &str = "No such push session";
const ID: &str = "push_service_id";

pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    let id = context.request.id(ID);
    match command {
        "add" => Ok(one(ID, context.state.services.add(context.request.all()))),
        "update" => {
            let changes = context.request.without(ID);
            let done = context.state.services.get_mut(id).map(|own| own.extend(changes)).is_some();
            context.done(done, NO_SERVICE)
        }
        "remove" => {
            let done = context.state.services.remove(id).is_some();
            context.done(done, NO_SERVICE)
        }
        "services" => {
            let services = context.state.services.iter().map(|(id, own)| with_id(ID, id, own));
            Ok(one("services", services.collect::<Vec<_>>()))
        }
        "connect" => {
            if context.state.services.get(id).is_none() {
                return context.missing(NO_SERVICE);
            }
            let number = context.state.pushes.add(context.request.all());
            let entry = format!("push_{id}_{number}");
            if let Some(session) = context.state.pushes.get_mut(number) {
                session.insert("entry_name".into(), entry.as_str().into());
            }
            log(context, "push");
            Ok(one("entry_name", entry))
        }
        "disconnect" => {
            let names = [ID, "app", "inst", "stream", "entry_name"];
            let session = context.state.pushes.find(|own| context.request.agree(own, &names));
            let done = session.is_some_and(|id| context.state.pushes.remove(id).is_some());
            if done {
                log(context, "unpush");
            }
            context.done(done, NO_SESSION)
        }
        _ => Ok(Fields::new()),
    }
}

fn log(context: &mut Context<'_>, event: &str) {
    let text = |name| context.request.text(name);
    let stream = LiveStream::new(text("app"), text("inst"), text("stream"));
    context.state.events.add(event, &stream, context.now);
}
