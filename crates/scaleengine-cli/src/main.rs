//! The command line of the ScaleEngine API.
//!
//! It parses ([`args`], [`fields`], [`settings`]), lets the facade call ([`send`]) and shows what came of it ([`output`],
//! [`exit`]).

mod args;
mod catalogue;
mod exit;
mod fields;
mod output;
mod print;
mod runtime;
mod send;
mod serve;
mod settings;

use std::ffi::OsString;
use std::process::ExitCode;

use exit::Failure;
use settings::Settings;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let wanted = settings::wanted_format(&args);
    let matches = match args::parse(args) {
        Ok(matches) => matches,
        Err(answer) => return output::clap_answer(&answer, wanted),
    };
    let settings = match Settings::of(&matches) {
        Ok(settings) => settings,
        Err(failure) => return output::failure(&failure, wanted),
    };
    run(&matches, &settings).unwrap_or_else(|failure| output::failure(&failure, settings.format))
}

fn run(matches: &clap::ArgMatches, settings: &Settings) -> Result<ExitCode, Failure> {
    if let Some(serve) = args::serve(matches) {
        return serve::run(serve);
    }
    if matches.subcommand_matches("commands").is_some() {
        return Ok(catalogue::run(settings.format));
    }
    let command = args::command(matches)?;
    match settings.print {
        Some(form) => print::run(settings, command, form),
        None => send::run(settings, command),
    }
}
