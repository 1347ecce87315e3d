//! `doctor`: checks everything that a call needs, in the order in which it is needed, and names the
//! remedy for each problem.
//!
//! [`account`] checks this machine, [`network`] and [`certificate`] the connection, [`server`] the
//! reply to a read. [`probe`] finds out how the server checks signatures; [`report`] records the
//! shapes of its replies.

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

/// The additional checks.
#[derive(Debug)]
pub(crate) struct Doctor {
    /// Whether to find out how the server checks signatures.
    pub(crate) probe_verify: bool,
    /// The file for the shapes of the server's replies.
    pub(crate) report: Option<PathBuf>,
}

pub(crate) async fn run(context: &Context, doctor: Doctor) -> Result<ExitCode, Failure> {
    if context.field.is_some() {
        return Err(Failure::usage("--field cannot be used with doctor: select a row with -o json and jq"));
    }
    if let Some(path) = doctor.report.as_ref().filter(|path| path.exists()) {
        return Err(Failure::config(format!("--report {}: the file already exists; name another one", path.display())));
    }
    let mut signals = Signals::new()?;
    let sandbox = if context.sandbox { Some(session::sandbox().await?) } else { None };
    let url = sandbox.as_ref().map(Sandbox::url);
    let mut examination = Checks::new(context.format);
    tokio::select! {
        // `Ends` needs no handling: `examination` has recorded the failure.
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
    // Checked even if the call failed, because a wrong clock may be the cause.
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
