//! Sends a command and writes the reply.

use std::process::ExitCode;

use scaleengine::Command as _;

use crate::confirm;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fields::Filled;
use crate::nearest;
use crate::output;
use crate::session::{self, Session};

pub(crate) async fn run(context: &Context, filled: Filled) -> Result<ExitCode, Failure> {
    let Filled { command, made, secrets } = filled;
    confirm::command(context, &command)?;
    let session = Session::open(context).await?;
    let (name, target) = (command.wire_name().to_owned(), confirm::target(&command));
    if context.verbose {
        output::sending(&command);
    }
    let (doubt, redaction) = (nearest::doubt(&command), session.redaction.with(&command, &secrets));
    let mut call = session.client.call(command).prepare();
    let outcome = session::run(&session.client, &mut call).await?;
    let (effect, attempts) = (call.effect(), call.attempts());
    if context.verbose {
        output::note(&format!(
            "attempts: {attempts}, effect: {effect}, time: {}",
            output::rounded(call.machine().elapsed())
        ));
    }
    match outcome {
        Ok(Ok(reply)) => {
            let written = match &context.field {
                Some(path) => match reply.value().at(path) {
                    Ok(value) => output::field(value, context.format),
                    Err(error) => {
                        return Err(Failure::no_field(&redaction.apply(&error.to_string()), effect, attempts)
                            .unless_told(&made));
                    }
                },
                None => output::reply(&name, &target, &reply, &made, context.format),
            };
            output::success_of(written, &made, effect, attempts)
        }
        Ok(Err(error)) => {
            let failure = Failure::of(&error, &redaction).unless_told(&made);
            Err(match doubt {
                Some(doubt) if failure.exit == Exit::ApiFailure => failure.hint(doubt),
                _ => failure,
            })
        }
        Err(signal) => Err(Failure::interrupted(signal, effect, attempts).unless_told(&made)),
    }
}
