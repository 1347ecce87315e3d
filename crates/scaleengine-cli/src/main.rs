//! The command line of the ScaleEngine API.
//!
//! It parses ([`args`], [`fields`]), finds the effective account ([`context`]),
//! asks for confirmation ([`confirm`]), calls the API through the facade ([`send`], [`bulk`],
//! [`shutdown`], [`watch`], [`ticket`]) and writes the result ([`output`], [`exit`]). [`print`],
//! [`sign`], [`sandbox`], [`catalogue`], [`help`] and [`demo`] do not call the API; [`doctor`]
//! checks everything that a call needs.

mod args;
mod bulk;
mod catalogue;
mod classify;
mod confirm;
mod context;
mod decoded;
mod demo;
mod doctor;
mod excerpt;
mod exit;
mod failure;
mod fields;
mod flag;
mod generated_passwords;
mod help;
mod hints;
mod limits;
mod nearest;
mod observed;
mod output;
mod print;
mod profile;
mod redaction;
mod runtime;
mod sandbox;
mod script;
mod secret_input;
mod send;
mod session;
mod shutdown;
mod sign;
mod ticket;
mod tls;
mod unmarked;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Wanted;
use context::Context;
use failure::Failure;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let wanted = context::wanted_format(&args);
    #[cfg(unix)]
    if output::closed::stdout() {
        let closed = Failure::usage("stdout is closed, so the result cannot be written; nothing was sent");
        return output::failure(&closed.hint("redirect stdout to /dev/null to discard the result"), wanted);
    }
    let matches = match args::parse(&args) {
        Ok(matches) => matches,
        Err(answer) => return output::clap_answer(answer, &args, wanted),
    };
    let context = match Context::of(&matches) {
        Ok(context) => context,
        Err(failure) => return output::failure(&failure, wanted),
    };
    run(&matches, &context).unwrap_or_else(|failure| {
        output::failure_with(&failure.naming_sources(|| context.sources()), context.format, context.verbose)
    })
}

fn run(matches: &clap::ArgMatches, context: &Context) -> Result<ExitCode, Failure> {
    let wanted = args::wanted(matches, context.now())?;
    if let Some(form) = context.print {
        return print::run(context, wanted, form);
    }
    match wanted {
        Wanted::Catalogue => catalogue::run(context.format),
        Wanted::Sandbox(name, matches) => sandbox::run(context, name, matches),
        Wanted::Demo => runtime::block_on(demo::run()),
        Wanted::Doctor(doctor) => runtime::block_on(doctor::run(context, doctor)),
        Wanted::Help(matches) => help::help(matches),
        Wanted::Completions(matches) => help::completions(matches),
        Wanted::Man(matches) => help::man(matches),
        Wanted::Login(matches) => profile::login(matches),
        Wanted::Logout(matches) => profile::logout(matches),
        Wanted::Profile(name, matches) => profile::run(context.format, || context.known(), name, matches),
        Wanted::Sign(name, matches) => sign::run(context, name, matches),
        Wanted::Call(filled) => runtime::block_on(send::run(context, filled)),
        Wanted::Bulk(bulk) => runtime::block_on(bulk::run(context, bulk)),
        Wanted::Shutdown(shutdown) => runtime::block_on(shutdown::run(context, shutdown)),
        Wanted::Watch(watch) => runtime::block_on(watch::run(context, watch)),
        Wanted::Ticket(ticket) => runtime::block_on(ticket::run(context, ticket)),
    }
}
