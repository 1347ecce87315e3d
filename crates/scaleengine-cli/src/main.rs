//! The command line of the ScaleEngine API.
//!
//! It parses ([`args`], [`fields`], [`setting`], [`settings`]), finds out whose account it is ([`profile`]), asks where that is due ([`confirm`]), lets the facade
//! call ([`send`], [`bulk`], [`shutdown`], [`watch`], [`ticket`]) and shows what came of it ([`output`], [`exit`]). What needs no API stands beside that:
//! [`print`], [`sign`], [`sandbox`], [`catalogue`], [`help`], [`demo`]; and [`doctor`], which looks at all that a call needs.

mod args;
mod bounded;
mod bulk;
mod catalogue;
mod confirm;
mod decoded;
mod demo;
mod doctor;
mod excerpt;
mod exit;
mod fields;
mod flag;
mod help;
mod helper;
mod made;
mod nearest;
mod observed;
mod output;
mod print;
mod private;
mod profile;
mod redaction;
mod runtime;
mod sandbox;
mod script;
mod send;
mod session;
mod setting;
mod settings;
mod shutdown;
mod sign;
mod ticket;
mod tls;
mod unmarked;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Wanted;
use exit::Failure;
use settings::Settings;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let wanted = settings::wanted_format(&args);
    if output::is_closed() {
        return output::failure(
            &Failure::usage("stdout is closed: there is nowhere to write the result; nothing was done"),
            wanted,
        );
    }
    let matches = match args::parse(&args) {
        Ok(matches) => matches,
        Err(answer) => return output::clap_answer(answer, &args, wanted),
    };
    let settings = match Settings::of(&matches) {
        Ok(settings) => settings,
        Err(failure) => return output::failure(&failure, wanted),
    };
    run(&matches, &settings).unwrap_or_else(|failure| {
        output::failure_with(&failure.naming_sources(|| settings.sources()), settings.format, settings.verbose)
    })
}

fn run(matches: &clap::ArgMatches, settings: &Settings) -> Result<ExitCode, Failure> {
    let wanted = args::wanted(matches, settings.now())?;
    if let Some(form) = settings.print {
        return print::run(settings, wanted, form);
    }
    match wanted {
        Wanted::Catalogue => catalogue::run(settings.format),
        Wanted::Sandbox(name, matches) => sandbox::run(settings, name, matches),
        Wanted::Demo => runtime::block_on(demo::run()),
        Wanted::Doctor(doctor) => runtime::block_on(doctor::run(settings, doctor)),
        Wanted::Help(matches) => help::help(matches),
        Wanted::Completions(matches) => help::completions(matches),
        Wanted::Man(matches) => help::man(matches),
        Wanted::Login(matches) => profile::login(matches),
        Wanted::Logout(matches) => profile::logout(matches),
        Wanted::Profile(name, matches) => profile::run(settings.format, || settings.known(), name, matches),
        Wanted::Sign(name, matches) => sign::run(settings, name, matches),
        Wanted::Call(filled) => runtime::block_on(send::run(settings, filled)),
        Wanted::Bulk(bulk) => runtime::block_on(bulk::run(settings, bulk)),
        Wanted::Shutdown(shutdown) => runtime::block_on(shutdown::run(settings, shutdown)),
        Wanted::Watch(watch) => runtime::block_on(watch::run(settings, watch)),
        Wanted::Ticket(ticket) => runtime::block_on(ticket::run(settings, ticket)),
    }
}
