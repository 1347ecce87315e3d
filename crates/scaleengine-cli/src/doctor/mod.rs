//! `doctor`: looks at everything that a call needs, in the order in which it is needed, and says what to do about what is wrong.
//!
//! [`account`] looks at this machine's side, [`network`] and [`certificate`] at the way to the server, [`call`] at what the server
//! says to a read. [`probe`] finds out how it checks signatures, [`report`] what its answers look like.

mod account;
mod call;
mod certificate;
mod examination;
mod network;
mod probe;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use scaleengine_sandbox::Sandbox;

use crate::exit::Failure;
use crate::session;
use crate::settings::Settings;
use examination::{Ends, Examination};

/// What is wanted beside the usual.
#[derive(Debug)]
pub(crate) struct Doctor {
    /// Also how the server checks signatures.
    pub(crate) probe_verify: bool,
    /// Also what its answers look like, into a file.
    pub(crate) report: Option<PathBuf>,
}

pub(crate) async fn run(settings: &Settings, doctor: Doctor) -> Result<ExitCode, Failure> {
    let sandbox = if settings.sandbox { Some(session::sandbox().await?) } else { None };
    let mut examination = Examination::new(settings.format);
    // Where it ends early, the rest would tell nothing new.
    let _: Result<(), Ends> = examine(&mut examination, settings, &doctor, sandbox.as_ref().map(Sandbox::url)).await;
    examination.end()
}

async fn examine(
    examination: &mut Examination,
    settings: &Settings,
    doctor: &Doctor,
    sandbox: Option<&str>,
) -> Result<(), Ends> {
    examination.note("signature", account::self_test())?;
    let known = examination.note("configuration", account::configuration(settings))?;
    examination.note("account", account::account(settings, &known))?;
    let endpoint = examination.note("address", account::endpoint(&known, sandbox))?;
    let peer = examination.note("proxy", network::proxy(&known, &endpoint))?;
    let addresses = examination.note("name", network::lookup(&peer).await)?;
    let stream = examination.note("connection", network::connect(&addresses).await)?;
    examination.note("certificate", certificate::look(&known, &endpoint, peer.is_proxy, stream).await)?;
    let heard = call::read(settings, sandbox).await;
    let date = examination.note("call", heard.outcome);
    // The clock is worth a look just where the call was refused.
    examination.note("clock", Ok(((), call::clock(heard.clock))))?;
    date?;
    if doctor.probe_verify {
        examination.note("checks", probe::run(settings, sandbox).await)?;
    }
    if let Some(path) = &doctor.report {
        examination.note("report", report::run(settings, sandbox, path).await)?;
    }
    Ok(())
}
