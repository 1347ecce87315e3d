//! The command line of the ScaleEngine API.
//!
//! It parses ([`args`], [`fields`]), lets the facade call ([`send`]) and shows what came of it ([`output`], [`exit`]).

mod args;
mod catalogue;
mod exit;
mod fields;
mod output;
mod print;
mod send;
mod serve;
mod settings;

use std::ffi::OsString;
use std::process::ExitCode;

use exit::Failure;
use settings::Settings;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let format = settings::wanted_format(&args);
    let matches = match args::parse(args) {
        Ok(matches) => matches,
        Err(answer) => return output::clap_answer(&answer, format),
    };
    match run(&matches) {
        Ok(code) => code,
        Err(failure) => output::failure(&failure, format),
    }
}

fn run(matches: &clap::ArgMatches) -> Result<ExitCode, Failure> {
    let settings = Settings::of(matches)?;
    if let Some(serve) = args::serve(matches) {
        return serve::run(serve);
    }
    if matches.subcommand_matches("commands").is_some() {
        return Ok(catalogue::run(settings.format));
    }
    let command = args::command(matches)?;
    match settings.print {
        Some(form) => print::run(&settings, command, form),
        None => send::run(&settings, command),
    }
}
