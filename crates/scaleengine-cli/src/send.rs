//! Sends a command and writes the answer.

use std::process::ExitCode;

use scaleengine::{Command as _, RawCommand};
use scaleengine_sandbox::Sandbox;

use crate::exit::Failure;
use crate::output;
use crate::runtime;
use crate::settings::Settings;

pub(crate) fn run(settings: &Settings, command: RawCommand) -> Result<ExitCode, Failure> {
    runtime::block_on(send(settings, command))
}

async fn send(settings: &Settings, command: RawCommand) -> Result<ExitCode, Failure> {
    let sandbox = if settings.sandbox {
        let started = Sandbox::start().await;
        Some(started.map_err(|error| Failure::internal(format!("the sandbox cannot be started: {error}")))?)
    } else {
        None
    };
    let client = settings.client(sandbox.as_ref().map(Sandbox::url))?;
    let name = command.wire_name().to_owned();
    if settings.verbose {
        let account = client.account();
        output::note(&format!("POST {} as {} of CDN {}", client.endpoint(), account.api_key(), account.cdn()));
        output::note(&format!("{command:?}"));
    }

    let mut call = client.prepare(command);
    let outcome = tokio::select! {
        outcome = call.run() => Ok(outcome),
        signal = runtime::stopped() => Err(signal),
    };
    let (effect, attempts) = (call.effect(), call.attempts());
    if settings.verbose {
        output::note(&format!("attempts: {attempts}, the last took {:?}, effect: {effect}", call.elapsed()));
    }
    match outcome {
        Ok(Ok(reply)) => {
            output::reply(&name, &reply, settings.format).map_err(|error| Failure::unwritten(&error, effect, attempts))
        }
        Ok(Err(error)) => Err(Failure::of(&error)),
        Err(signal) => Err(Failure::interrupted(signal?, effect, attempts)),
    }
}
