//! The subcommands of the workflows. They share flags with the commands that they call.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use scaleengine::param::{DateTime, Pattern};
use scaleengine::proto::{Entry, Param as _, UnixTime, find};
use scaleengine::workflow::StreamName;
use scaleengine::{Lockout, RawCommand};

use super::declared::{declared, examples, parameter, with_ending};
use crate::failure::Failure;
use crate::fields::{self, Filled};
use crate::flag::flag;
use crate::generated_passwords::GeneratedPasswords;
use crate::limits;
use crate::watch::{Until, Watch};
use scaleengine::config::read;

/// A parsed `stream shutdown`.
pub(crate) struct Shutdown {
    pub(crate) stream: StreamName,
    pub(crate) lockout: Lockout,
    pub(crate) made: GeneratedPasswords,
}

/// A parsed `ticket issue`.
pub(crate) struct IssueTicket {
    pub(crate) request: Filled,
    pub(crate) expires: Option<DateTime>,
    pub(crate) address: Option<String>,
}

const CLOSE: &str = "stream.close";
const REMOVE: &str = "sevu.removestreamuser";
const REQUEST: &str = "sevu.request";
const REVOKE: &str = "sevu.revoke";

const ISSUE_USAGE: &str = "scaleengine ticket issue --app <pattern> --video <pattern> \\\n           --ip <ip rule> --uses <integer> [OPTIONS]";

const REGISTERED_FOR: &str = "registered-for";
const LASTING: &str = "for";
const EVERY: &str = "every";
const UNTIL: &str = "until";
const ADDRESS: &str = "playback";
const TICKET: &str = "ticket";

pub(super) fn shutdown() -> Command {
    let command = Command::new("shutdown")
        .about("Lock a publisher out and disconnect its encoder, so that it stays away")
        .long_about(
            "Lock the publisher out, then disconnect its encoder, so that it cannot reconnect. The lockout removes the publisher or, \
             with --pass, changes its password. If the lockout fails, the stream stays live. If it is unknown whether the lockout worked, \
             the stream is disconnected nevertheless, and the encoder may reconnect.",
        )
        .override_usage(
            "scaleengine stream shutdown --app <string> --inst <string> \\\n           \
             --stream <string> (--user <string> | --streamuser-id <id>) [OPTIONS]",
        )
        .args(parameters(CLOSE, &["app", "inst", "stream"]).map(|arg| arg.required(true)))
        .args(parameters(REMOVE, &["user", "streamuser_id"]))
        .args(parameters("sevu.addstreamuser", &["pass"]).map(|arg| {
            arg.help("Change the password instead (-, @FILE, random)").long_help(None)
        }))
        .arg(
            Arg::new(REGISTERED_FOR)
                .long(REGISTERED_FOR)
                .value_name("string")
                .value_parser(NonEmptyStringValueParser::new())
                .help("Stream of the publisher, if not --stream")
                .long_help(
                    "Stream name that was given when the publisher was added, if it differs from --stream here: `*` if the publisher \
                     was added for all streams of the application.",
                ),
        )
        .args(parameters(CLOSE, &["origin_url"]));
    with_ending(
        command,
        &examples(&["stream shutdown --app demo-origin --inst live --stream my_live_stream --user username_1"]),
        &format!(
            "Asks for confirmation: the publisher is locked out\nCalls {REMOVE} (with --pass, sevu.addstreamuser with the new password), then {CLOSE}; documented at {}\n\
             Exit code 9: the publisher was locked out, but the stream was not closed. 11: an effect is unknown.",
            page(CLOSE)
        ),
    )
}

pub(super) fn read_shutdown(matches: &ArgMatches) -> Result<Shutdown, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let mut made = GeneratedPasswords::new();
    let mut stream = StreamName::new(
        text("app").unwrap_or_default(),
        text("inst").unwrap_or_default(),
        text("stream").unwrap_or_default(),
    );
    if let Some(address) = text("origin_url") {
        stream = stream.origin_url(address);
    }
    let pass = text("pass").map(|source| fields::password(source, &mut made)).transpose()?;
    let lockout = match (text("user"), text("streamuser_id"), pass) {
        (_, Some(_), _) if text(REGISTERED_FOR).is_some() => {
            return Err(Failure::usage(
                "--registered-for cannot be used with --streamuser-id, which names the registration already",
            ));
        }
        (Some(user), None, None) => Lockout::remove(user),
        (Some(user), None, Some(pass)) => Lockout::new_password(user, pass),
        (None, Some(id), None) => Lockout::remove_id(id),
        (Some(_), Some(_), _) => return Err(Failure::usage("--user cannot be used with --streamuser-id")),
        (None, Some(_), Some(_)) => {
            return Err(Failure::usage("--pass needs --user: a password is changed by the name of the publisher"));
        }
        (None, None, _) => {
            let hint = "list the publishers with scaleengine sevu liststreamusers";
            return Err(Failure::usage("missing: --user or --streamuser-id, the publisher to lock out").hint(hint));
        }
    };
    let lockout = match text(REGISTERED_FOR) {
        Some(stream) => lockout.registered_for(Pattern::matching(stream)),
        None => lockout,
    };
    Ok(Shutdown { stream, lockout, made })
}

pub(super) fn watch() -> Command {
    let command = Command::new("watch")
        .about("Poll the streams of an application and print changes")
        .long_about(
            "Poll the list of live streams or, if --stream is given, the details of that stream. Prints the first reply, then one line for \
             each value that changes. With -o json or jsonl, prints one line of JSON for each poll. Keeps polling while the server cannot be reached. Ends when the \
             condition of --until is met, after --for, or on Ctrl-C.",
        )
        .override_usage("scaleengine stream watch --app <string> --inst <string> [OPTIONS]")
        .args(parameters("stream.details", &["app", "inst", "stream", "origin_url"]).map(|arg| {
            let required = matches!(arg.get_id().as_str(), "app" | "inst");
            arg.required(required)
        }))
        .args([
            Arg::new(EVERY)
                .long(EVERY)
                .value_name("duration")
                .value_parser(duration)
                .default_value("5s")
                .help("Time between two polls, as in 10s or 1m"),
            Arg::new(UNTIL)
                .long(UNTIL)
                .value_name("CONDITION")
                .value_parser(Until::parse)
                .help("End when met: failure, changed, or PATH=VALUE")
                .long_help("End when the condition is met: `failure` (the API reports a failure, as for a stream that is not live), `changed`, or PATH=VALUE, such as status=success"),
            Arg::new(LASTING)
                .long(LASTING)
                .value_name("duration")
                .value_parser(duration)
                .help("Maximum duration, as in 90m or 2h 30m"),
        ]);
    with_ending(
        command,
        &examples(&[
            "stream watch --app demo-origin --inst live --stream my_live_stream --until status=success --for 10m",
            "-o jsonl stream watch --app demo-origin --inst live --every 1s --for 2s",
        ]),
        "Exit code 13: --for ended before the condition of --until was met",
    )
}

pub(super) fn read_watch(matches: &ArgMatches) -> Result<Watch, Failure> {
    let command = if matches.contains_id("stream") { "stream.details" } else { "stream.active" };
    let names = entry(command)?.spec.fields.iter().map(|field| field.name);
    let named = names.filter_map(|name| Some((name, matches.try_get_one::<String>(name).ok()??)));
    let read = named.fold(RawCommand::new(command), |read, (name, value)| read.field(name, value.as_str()));
    let time = |name: &str| matches.get_one::<jiff::SignedDuration>(name).map(|time| time.unsigned_abs());
    let until = matches.get_one::<Until>(UNTIL).cloned();
    Ok(Watch { read, every: time(EVERY).unwrap_or_default(), until, lasting: time(LASTING) })
}

pub(super) fn ticket() -> Command {
    Command::new("ticket")
        .about("Issue and revoke viewing tickets")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .defer(|ticket| ticket.subcommands([issue(), revoke()]))
}

fn issue() -> Command {
    let command = made_of(REQUEST, "issue")
        .about("Issue a viewing ticket, with a random password unless one is given")
        .long_about(None)
        .override_usage(ISSUE_USAGE)
        .arg(
            Arg::new(LASTING)
                .long(LASTING)
                .value_name("duration")
                .value_parser(duration)
                .conflicts_with("expire")
                .help("Validity, as in 90m or 2h 30m; instead of --expire"),
        )
        .arg(
            Arg::new(ADDRESS)
                .long(ADDRESS)
                .value_name("address")
                .value_parser(NonEmptyStringValueParser::new())
                .help("Playback address to print with the key and password appended"),
        );
    with_ending(
        command,
        &examples(&["ticket issue --app demo-origin --video mystream --ip auto --uses 5 --for 2h"]),
        "",
    )
}

fn revoke() -> Command {
    let command = made_of(REVOKE, "revoke")
        .about("Revoke a ticket by its key or by the file of `-o json ticket issue`")
        .long_about(None)
        .override_usage("scaleengine ticket revoke --ticket <FILE>\n       scaleengine ticket revoke --key <secret>")
        .arg(
            Arg::new(TICKET)
                .long(TICKET)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("key")
                .help("File with the output of `-o json ticket issue`; - for stdin"),
        );
    with_ending(command, &examples(&["ticket revoke --ticket ticket.json", "ticket revoke --key @key.txt"]), "")
}

fn duration(text: &str) -> Result<jiff::SignedDuration, &'static str> {
    let duration: Option<jiff::SignedDuration> = text.parse().ok();
    duration.filter(|duration| duration.as_secs() >= 1).ok_or("expected a duration, as in 90m or 2h 30m")
}

/// Reads `ticket issue`. Generates a password if none is given; a duration counts from `now`.
pub(super) fn read_issue(matches: &ArgMatches, now: UnixTime) -> Result<IssueTicket, Failure> {
    let mut otherwise = Vec::new();
    let mut made = GeneratedPasswords::new();
    if !matches.contains_id("pass") {
        otherwise.push(("pass", fields::random("pass", &mut made)?.into()));
    }
    let mut expires = matches.get_one::<String>("expire").and_then(|text| DateTime::parse(text).ok());
    if let Some(duration) = matches.get_one::<jiff::SignedDuration>(LASTING) {
        let end = DateTime::from_unix(UnixTime(now.0.saturating_add(duration.as_secs())));
        let end =
            *expires.insert(end.ok_or_else(|| Failure::usage("--for: the ticket would expire after the year 9999"))?);
        otherwise.push(("expire", end.into()));
    }
    if expires.is_some_and(|expires| expires.to_unix() <= now) {
        return Err(Failure::usage("--expire: the time is in the past; times are in UTC"));
    }
    let mut request = fields::declared(entry(REQUEST)?.spec, matches, &otherwise)
        .map_err(|failure| failure.hint(format!("usage: {ISSUE_USAGE}")))?;
    request.made.append(&mut made);
    Ok(IssueTicket { request, expires, address: matches.get_one::<String>(ADDRESS).cloned() })
}

pub(super) fn read_revoke(matches: &ArgMatches) -> Result<Filled, Failure> {
    let Some(path) = matches.get_one::<PathBuf>(TICKET) else {
        if !matches.contains_id("key") {
            return Err(Failure::usage("missing: --ticket or --key, the ticket to revoke"));
        }
        return fields::declared(entry(REVOKE)?.spec, matches, &[]);
    };
    // The error does not repeat the value, which may be a key.
    let refuse = |why: &str| {
        Failure::usage(format!("--ticket: {why}; expected a file with the output of `-o json ticket issue`"))
    };
    let read =
        if path.as_os_str() == "-" { read::text_stdin(limits::BODY) } else { read::text_file(path, limits::BODY) };
    let text = read.map_err(|error| refuse(&error.to_string()))?;
    let ticket: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let key = ticket.as_ref().and_then(|ticket| ticket.pointer("/reply/ticket/key")).map(|key| match key {
        serde_json::Value::String(key) => key.clone(),
        other => other.to_string(),
    });
    let key = key.filter(|key| !key.is_empty()).ok_or_else(|| refuse("it does not contain a ticket"))?;
    fields::declared(entry(REVOKE)?.spec, matches, &[("key", key.into())])
}

/// Returns the subcommand of a command under another name.
fn made_of(command: &str, name: &'static str) -> Command {
    find(command).map_or_else(|| Command::new(name), declared).name(name)
}

fn entry(name: &str) -> Result<&'static Entry, Failure> {
    find(name).ok_or_else(|| Failure::internal(format!("{name} is not declared")))
}

fn page(name: &str) -> &'static str {
    find(name).map_or("", |entry| entry.spec.page)
}

/// Returns the flags of some parameters of a command.
fn parameters(command: &str, names: &'static [&'static str]) -> impl Iterator<Item = Arg> {
    let entry = find(command);
    let found = move |name: &&str| entry.and_then(|entry| Some((entry, entry.spec.field(name)?)));
    names.iter().filter_map(found).map(|(entry, field)| parameter(entry, field).long(flag(field.name)))
}
