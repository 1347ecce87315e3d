//! `doctor`: looks at everything that a call needs, in the order in which it is needed, and says what to do about what is wrong.
//!
//! [`account`] looks at this machine's side, [`network`] and [`certificate`] at the way to the server, [`server`] at what that says
//! to a read. [`probe`] finds out how it checks signatures, [`report`] what its answers look like.

mod account;
mod certificate;
mod checks;
mod network;
mod probe;
mod report;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;

use scaleengine::Effect;
use scaleengine_sandbox::Sandbox;

use crate::context::Context;
use crate::failure::Failure;
use crate::runtime::Signals;
use crate::session;
use checks::{Checks, Ends};
use server::Server;

/// What is wanted beside the usual.
#[derive(Debug)]
pub(crate) struct Doctor {
    /// Also how the server checks signatures.
    pub(crate) probe_verify: bool,
    /// Also what its answers look like, into a file.
    pub(crate) report: Option<PathBuf>,
}

pub(crate) async fn run(context: &Context, doctor: Doctor) -> Result<ExitCode, Failure> {
    if context.field.is_some() {
        return Err(Failure::usage("--field is for one answer of the API; -o json and jq take a row of this"));
    }
    if let Some(path) = doctor.report.as_ref().filter(|path| path.exists()) {
        return Err(Failure::config(format!("--report {}: it is there already", path.display())));
    }
    let mut signals = Signals::new()?;
    let sandbox = if context.sandbox { Some(session::sandbox().await?) } else { None };
    let url = sandbox.as_ref().map(Sandbox::url);
    let mut examination = Checks::new(context.format);
    tokio::select! {
        // Where it ends early, the rest would tell nothing new.
        Ok(()) | Err(Ends) = examine(&mut examination, context, &doctor, url) => {}
        signal = signals.next() => examination.stopped(Failure::interrupted(signal?, Effect::None, 0)),
    }
    examination.end()
}

async fn examine(
    examination: &mut Checks,
    context: &Context,
    doctor: &Doctor,
    sandbox: Option<&str>,
) -> Result<(), Ends> {
    examination.note("signature", account::self_test())?;
    let (known, transport) = examination.note("configuration", account::configuration(context))?;
    let credentials = examination.note("account", account::account(context, &known))?;
    let endpoint = examination.note("address", account::endpoint(&known, sandbox))?;
    let peer = examination.note("proxy", network::proxy(&known, &endpoint))?;
    let addresses = examination.note("name", network::lookup(&peer).await)?;
    let stream = examination.note("connection", network::connect(&addresses, &peer).await)?;
    examination.note("certificate", certificate::look(&known, &endpoint, &peer, stream).await)?;
    let server = match Server::new(context, &known, credentials, &endpoint, transport) {
        Ok(server) => server,
        Err(failure) => return examination.note("call", Err(failure)),
    };
    let called = examination.note("call", server.read().await);
    // The clock is worth a look just where the call was refused.
    examination.note("clock", Ok(((), server.clock())))?;
    called?;
    if doctor.probe_verify {
        examination.note("checks", probe::run(&server).await)?;
    }
    if let Some(path) = &doctor.report {
        examination.note("report", report::run(&server, path).await)?;
    }
    Ok(())
}
