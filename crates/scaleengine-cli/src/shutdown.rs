//! `stream shutdown`: locks the publisher out and disconnects the stream.

use std::process::ExitCode;

use scaleengine::proto::Printable;

use crate::args::Shutdown;
use crate::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::session::{self, Session};

pub(crate) async fn run(context: &Context, wanted: Shutdown) -> Result<ExitCode, Failure> {
    let Shutdown { stream, lockout, made } = wanted;
    let name = format!("{}/{}/{}", Printable(stream.app()), Printable(stream.inst()), Printable(stream.stream()));
    let reason = format!("the publisher of {name} is locked out and the stream is disconnected");
    confirm::ask(context, "stream shutdown", &reason)?;
    let session = Session::open(context).await?;
    if context.verbose {
        output::note(&format!("locking the publisher out, then disconnecting {name}"));
    }
    let mut shutdown = session.client.stream_by_name(stream).shut_down(lockout).prepare();
    let redaction = shutdown.machine().calls();
    let redaction = redaction.iter().fold(session.redaction.clone(), |own, call| own.with(call.command(), &[]));
    let outcome = session::run(&session.client, &mut shutdown).await?;
    let (progress, attempts) = (shutdown.machine().progress(), shutdown.attempts());
    match outcome {
        Ok(Ok(done)) => {
            let written = output::shut_down(&done, &made, context.format);
            output::success_of(written, &made, progress.effect(), attempts)
        }
        Ok(Err(error)) => Err(Failure::of_shutdown(&error, attempts, &redaction).unless_told(&made)),
        Err(signal) => {
            let mut failure = Failure::interrupted(signal, progress.effect(), attempts);
            failure.message = format!("interrupted; {progress}");
            Err(failure.unless_told(&made))
        }
    }
}
