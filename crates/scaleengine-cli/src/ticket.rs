//! `ticket issue`: issues a viewing ticket.

use std::process::ExitCode;

use scaleengine::proto::{IssuedTicket, decode};
use scaleengine::{Document, Effect};

use crate::args::IssueTicket;
use crate::context::Context;
use crate::failure::Failure;
use crate::fields::Filled;
use crate::output;
use crate::session::{self, Session};

pub(crate) async fn run(context: &Context, wanted: IssueTicket) -> Result<ExitCode, Failure> {
    let IssueTicket { request: Filled { command, made, secrets }, expires, address } = wanted;
    let session = Session::open(context).await?;
    if context.verbose {
        output::sending(&command);
    }
    let redaction = session.redaction.with(&command, &secrets);
    let mut issue = session.client.issue_ticket_with(command.returning::<IssuedTicket>(), expires).prepare();
    let outcome = session::run(&session.client, &mut issue).await?;
    let (effect, attempts) = (issue.effect(), issue.attempts());
    match outcome {
        Ok(Ok(ticket)) => {
            let written = output::ticket(&ticket, address.as_deref(), issue.now(), context.format);
            output::success_of(written, &made, effect, attempts)
        }
        Ok(Err(error)) => {
            // The ticket was issued, but its shape is unexpected: write the reply, so that its key
            // is not lost.
            let answer = error.response().filter(|_| effect == Effect::Applied);
            let Some(Ok(reply)) = answer.map(|answer| decode::<Document>(&answer.body)) else {
                return Err(Failure::of(&error, &redaction).unless_told(&made));
            };
            let written = output::reply("sevu.request", "", &reply, &made, context.format);
            output::success_of(written, &made, effect, attempts)?;
            Err(Failure::of(&error, &redaction))
        }
        Err(signal) => Err(Failure::interrupted(signal, effect, attempts).unless_told(&made)),
    }
}
