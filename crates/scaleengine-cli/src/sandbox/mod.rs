//! `sandbox`: runs the local API, by itself or for one command, and lists its rules.

mod exec;
mod options;
mod rules;
mod serve;

use std::process::ExitCode;

use clap::ArgMatches;

use crate::context::Context;
use crate::failure::Failure;
use crate::runtime;

pub(crate) use options::variables;

pub(crate) fn run(context: &Context, name: &str, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match name {
        "exec" => runtime::block_on(exec::run(context, matches)),
        "rules" => rules::run(context.format),
        _ => runtime::block_on(serve::run(context, matches)),
    }
}
