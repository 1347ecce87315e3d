//! Sends a command and writes the answer.

use std::process::ExitCode;

use scaleengine::{Command as _, RawCommand};
use scaleengine_sandbox::Sandbox;

use crate::exit::Failure;
use crate::output;
use crate::settings::Settings;

pub(crate) fn run(settings: &Settings, command: RawCommand) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(format!("no runtime can be started: {error}")))?;
    runtime.block_on(send(settings, command))
}

async fn send(settings: &Settings, command: RawCommand) -> Result<ExitCode, Failure> {
    let sandbox = if settings.sandbox {
        let started = Sandbox::start().await;
        Some(started.map_err(|error| Failure::internal(format!("the sandbox cannot be started: {error}")))?)
    } else {
        None
    };
    let client = settings.client(sandbox.as_ref())?;
    let name = command.wire_name().to_owned();
    if settings.verbose {
        let account = client.account();
        output::note(&format!("POST {} as {} of CDN {}", client.endpoint(), account.api_key(), account.cdn()));
        output::note(&format!("{command:?}"));
    }

    let mut call = client.prepare(command);
    let outcome = tokio::select! {
        outcome = call.run() => Some(outcome),
        _ = tokio::signal::ctrl_c() => None,
    };
    if settings.verbose {
        output::note(&format!(
            "attempts: {}, the last took {:?}, effect: {}",
            call.attempts(),
            call.elapsed(),
            call.effect()
        ));
    }
    match outcome {
        Some(Ok(reply)) => Ok(output::reply(&name, &reply, settings.format)),
        Some(Err(error)) => Err(Failure::of(&error)),
        None => Err(Failure::interrupted(call.effect(), call.attempts())),
    }
}
