//! `sandbox`: the local API as a process of its own, around another one, and its rules.

mod exec;
mod options;
mod rules;
mod serve;

use std::process::ExitCode;

use clap::ArgMatches;

use crate::exit::Failure;
use crate::runtime;
use crate::settings::Settings;

pub(crate) use options::variables;

pub(crate) fn run(settings: &Settings, name: &str, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match name {
        "exec" => runtime::block_on(exec::run(settings, matches)),
        "rules" => rules::run(settings.format),
        _ => runtime::block_on(serve::run(settings, matches)),
    }
}
