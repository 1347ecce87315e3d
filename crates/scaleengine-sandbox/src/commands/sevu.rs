//! Publishers and viewing tickets.

use serde_json::Value;

use super::{Context, Outcome, one};
use crate::publishers::Publisher;
use crate::rules::Rule;
use crate::state::Fields;
use crate::tickets::Ticket;

const NO_PUBLISHER: &str = "No such publisher";
const NO_TICKET: &str = "No such ticket";
const ID: &str = "streamuser_id";

pub(super) fn execute(context: &mut Context<'_>, command: &str) -> Outcome {
    let now = context.now;
    let key = context.request.text("key");
    match command {
        "addstreamuser" => Ok(one(ID, add(context))),
        "liststreamusers" => Ok(one("streamusers", list(context))),
        "removestreamuser" => {
            let done = remove(context);
            context.done(done, NO_PUBLISHER)
        }
        "retrievestreamuser" => match list(context).into_iter().next() {
            None => context.missing(NO_PUBLISHER),
            Some(publisher) => Ok(one("streamuser", publisher)),
        },
        "request" => {
            let ticket = wanted(context);
            let id = context.state.tickets.issue(ticket, now);
            Ok(one("ticket", context.state.tickets.get(id).map(|ticket| ticket.shown(now)).unwrap_or_default()))
        }
        "revoke" => {
            let done = context.state.tickets.by_key(&key).map(|ticket| ticket.revoked = true).is_some();
            context.done(done, NO_TICKET)
        }
        "status" => match context.state.tickets.by_key(&key) {
            Some(ticket) => Ok(ticket.shown(now)),
            None => context.missing(NO_TICKET),
        },
        "errorlog" => Ok(one("attempts", attempts(context))),
        "errorcount" => Ok(one("count", attempts(context).len())),
        _ => Ok(Fields::new()),
    }
}

fn add(context: &mut Context<'_>) -> i64 {
    let request = &context.request;
    let text = |name| request.text(name);
    let (app, stream, user, pass) = (text("app"), text("stream"), text("user"), text("pass"));
    let open = request.is_null("user") && request.is_null("pass");
    let new = Publisher::new(&app, &stream, (!open).then_some((user.as_str(), pass.as_str())));
    let again = context.state.publishers.find(|own| own.is(&app, &stream, new.user.as_deref()));
    match again
        .filter(|_| context.rules.has(Rule::SamePublisher))
        .and_then(|id| Some((id, context.state.publishers.get_mut(id)?)))
    {
        Some((id, own)) => {
            *own = new;
            id
        }
        None => context.state.publishers.add(new),
    }
}

fn remove(context: &mut Context<'_>) -> bool {
    let request = &context.request;
    let (app, stream, user) = (request.text("app"), request.text("stream"), request.text("user"));
    // A null user addresses the publisher without a user name.
    let named = (!request.is_null("user")).then_some(user.as_str());
    let publishers = &mut context.state.publishers;
    let id = if request.has(ID) { Some(request.id(ID)) } else { publishers.find(|own| own.is(&app, &stream, named)) };
    id.is_some_and(|id| publishers.remove(id).is_some())
}

fn list(context: &Context<'_>) -> Vec<Value> {
    let publishers = context.state.publishers.iter().map(|(id, own)| own.shown(id));
    let wanted =
        |own: &Value| own.as_object().is_some_and(|own| context.request.agree(own, &[ID, "app", "stream", "user"]));
    publishers.filter(wanted).collect()
}

fn wanted(context: &Context<'_>) -> Ticket {
    let text = |name| context.request.text(name);
    Ticket {
        app: text("app"),
        video: text("video"),
        pass: text("pass"),
        ip: text("ip"),
        uses: text("uses"),
        expire: text("expire"),
        ..Ticket::default()
    }
}

fn attempts(context: &Context<'_>) -> Vec<Value> {
    let request = &context.request;
    let wanted = |key: &str| !request.has("key") || request.text("key") == key;
    let attempts = context.state.attempts.iter().filter(|(_, own)| wanted(&own.key));
    let success = request.has("success").then(|| matches!(request.text("success").as_str(), "1" | "true"));
    attempts
        .filter(|(_, own)| success.is_none_or(|success| own.success == success))
        .map(|(_, own)| own.shown())
        .collect()
}
