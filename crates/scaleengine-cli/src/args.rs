//! The command line: its tree of subcommands, and the parsed result. The API commands come from
//! their declarations.

use std::path::PathBuf;

use clap::{Arg, ArgMatches};
use scaleengine::proto::{CATALOGUE, Entry, UnixTime};

use crate::bulk::Bulk;
use crate::doctor::Doctor;
use crate::failure::Failure;
use crate::fields::{self, Filled};
use crate::watch::Watch;

mod bulk;
mod declared;
mod groups;
mod profile;
mod sandbox;
mod tree;
mod workflows;

pub(crate) use tree::{ENVIRONMENT, EXIT_CODES, parse, tree};
pub(crate) use workflows::{IssueTicket, Shutdown};

use declared::{subcommand, usage};

/// Returns a flag that every command has. Only long help spells it out.
fn global(name: &'static str) -> Arg {
    Arg::new(name).long(name).global(true).help_heading("Global options").hide_short_help(true)
}

/// The parsed command line.
pub(crate) enum Wanted<'a> {
    /// The list of commands.
    Catalogue,
    /// A subcommand of `sandbox`.
    Sandbox(&'a str, &'a ArgMatches),
    /// The demo.
    Demo,
    /// The checks of everything that a call needs.
    Doctor(Doctor),
    /// The help of a topic or a command.
    Help(&'a ArgMatches),
    /// The completion script of a shell.
    Completions(&'a ArgMatches),
    /// The man pages.
    Man(&'a ArgMatches),
    /// Stores an account.
    Login(&'a ArgMatches),
    /// Removes an account.
    Logout(&'a ArgMatches),
    /// A subcommand of `profile`.
    Profile(&'a str, &'a ArgMatches),
    /// A subcommand of `sign`.
    Sign(&'a str, &'a ArgMatches),
    /// A call of one command.
    Call(Filled),
    /// A bulk run.
    Bulk(Bulk),
    /// The shutdown of a stream.
    Shutdown(Shutdown),
    /// The watch of a stream.
    Watch(Watch),
    /// The issue of a ticket.
    Ticket(IssueTicket),
}

/// Returns the parsed command line with all parameters. Relative times count from `now`.
pub(crate) fn wanted(matches: &ArgMatches, now: UnixTime) -> Result<Wanted<'_>, Failure> {
    let nested = matches.subcommand().map(|(name, inner)| (name, inner, inner.subcommand()));
    match nested {
        Some(("bulk", inner, _)) => Ok(Wanted::Bulk(bulk::read(inner))),
        Some(("commands", ..)) => Ok(Wanted::Catalogue),
        Some(("sandbox", _, Some((name, inner)))) => Ok(Wanted::Sandbox(name, inner)),
        Some(("demo", ..)) => Ok(Wanted::Demo),
        Some(("doctor", inner, _)) => Ok(Wanted::Doctor(Doctor {
            probe_verify: inner.get_flag("probe-verify"),
            report: inner.get_one::<PathBuf>("report").cloned(),
        })),
        Some(("help", inner, _)) => Ok(Wanted::Help(inner)),
        Some(("completions", inner, _)) => Ok(Wanted::Completions(inner)),
        Some(("man", inner, _)) => Ok(Wanted::Man(inner)),
        Some(("login", inner, _)) => Ok(Wanted::Login(inner)),
        Some(("logout", inner, _)) => Ok(Wanted::Logout(inner)),
        Some(("profile", _, Some((name, inner)))) => Ok(Wanted::Profile(name, inner)),
        Some(("sign", _, Some((name, inner)))) => Ok(Wanted::Sign(name, inner)),
        Some(("call", call, _)) => {
            let name = call.get_one::<String>("NAME").map(String::as_str).unwrap_or_default();
            if name.contains([' ', '=']) {
                let failure = Failure::usage("a command name cannot contain a space or `=`");
                return Err(failure.hint("pass each parameter as a separate argument: call NAME key=value"));
            }
            fields::free(name, call.get_many::<String>("FIELD").unwrap_or_default()).map(Wanted::Call)
        }
        Some(("stream", _, Some(("shutdown", inner)))) => workflows::read_shutdown(inner).map(Wanted::Shutdown),
        Some(("stream", _, Some(("watch", inner)))) => workflows::read_watch(inner).map(Wanted::Watch),
        Some(("ticket", _, Some(("issue", inner)))) => workflows::read_issue(inner, now).map(Wanted::Ticket),
        Some(("ticket", _, Some((_, inner)))) => workflows::read_revoke(inner).map(Wanted::Call),
        Some((family, _, Some((name, inner)))) => {
            let same = |entry: &&Entry| (entry.spec.family(), subcommand(entry.spec)) == (family, name.into());
            let entry = entries().find(same);
            let entry = entry.ok_or_else(|| Failure::internal("a command without a declaration was parsed"))?;
            let filled = fields::declared(entry.spec, inner, &[]);
            filled.map(Wanted::Call).map_err(|failure| failure.hint(format!("usage: {}", usage(entry.spec))))
        }
        _ => Err(Failure::internal("no command was parsed")),
    }
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().copied().flatten()
}
