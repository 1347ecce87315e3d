//! `ticket issue`.

use std::process::ExitCode;

use scaleengine::proto::IssuedTicket;

use crate::args::IssueTicket;
use crate::exit::Failure;
use crate::fields::Filled;
use crate::output;
use crate::session::{self, Session};
use crate::settings::Settings;

pub(crate) async fn run(settings: &Settings, wanted: IssueTicket) -> Result<ExitCode, Failure> {
    let IssueTicket { request: Filled { command, made }, expires, address } = wanted;
    let session = Session::open(settings).await?;
    if settings.verbose {
        output::note(&format!("{command:?}"));
    }
    let mut issue = session.client.prepare_ticket(command.returning::<IssuedTicket>(), expires);
    let outcome = session::run(&mut issue).await?;
    let (effect, attempts) = (issue.call().effect(), issue.call().attempts());
    match outcome {
        Ok(Ok(ticket)) => output::ticket(&ticket, address.as_deref(), issue.now(), settings.format)
            .map_err(|error| Failure::unwritten(&error, effect, attempts)),
        Ok(Err(error)) => Err(Failure::of(&error).unless_told(&made)),
        Err(signal) => Err(Failure::interrupted(signal, effect, attempts).unless_told(&made)),
    }
}
