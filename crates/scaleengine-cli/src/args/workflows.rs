//! The subcommands of the workflows. Their flags are those of the commands that they are made of.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use scaleengine::param::{DateTime, Pattern};
use scaleengine::proto::{Entry, Param as _, UnixTime, find};
use scaleengine::workflow::StreamName;
use scaleengine::{Lockout, RawCommand};

use super::declared::{declared, examples, parameter};
use crate::bounded;
use crate::failure::Failure;
use crate::fields::{self, Filled};
use crate::flag::flag;
use crate::generated_passwords::GeneratedPasswords;
use crate::watch::{Until, Watch};

/// A stream's shutdown as it was asked for.
pub(crate) struct Shutdown {
    pub(crate) stream: StreamName,
    pub(crate) lockout: Lockout,
    pub(crate) made: GeneratedPasswords,
}

/// A ticket as it was asked for.
pub(crate) struct IssueTicket {
    pub(crate) request: Filled,
    pub(crate) expires: Option<DateTime>,
    pub(crate) address: Option<String>,
}

const CLOSE: &str = "stream.close";
const REMOVE: &str = "sevu.removestreamuser";
const REQUEST: &str = "sevu.request";
const REVOKE: &str = "sevu.revoke";

const ISSUE_USAGE: &str =
    "scaleengine ticket issue --app <pattern> --video <pattern> --ip <ip rule> --uses <integer> [OPTIONS]";

const REGISTERED_FOR: &str = "registered-for";
const LASTING: &str = "for";
const EVERY: &str = "every";
const UNTIL: &str = "until";
const ADDRESS: &str = "playback";
const TICKET: &str = "ticket";

pub(super) fn shutdown() -> Command {
    Command::new("shutdown")
        .about("Locks a publisher out and throws its encoder off, so that it cannot come back")
        .long_about(
            "Locks a stream's publisher out (by removing it, or with --pass by giving it another password), then closes the \
             stream, so that the encoder cannot come back. A publisher that is known not to be locked out leaves the stream \
             alone; when that is unknown, the stream is closed all the same.",
        )
        .override_usage(
            "scaleengine stream shutdown --app <text> --inst <text> --stream <text> --user <text> [OPTIONS]\n       \
             scaleengine stream shutdown --app <text> --inst <text> --stream <text> --streamuser-id <id> [OPTIONS]",
        )
        .after_help(format!(
            "{}\n\nMade of {REMOVE} or sevu.addstreamuser, and {CLOSE}; described at {}\n\
             Exit codes of its own: 9 the publisher was locked out and the stream was not closed; 11 one of both is unknown",
            examples(&["stream shutdown --app demo-origin --inst live --stream my_live_stream --user username_1"]),
            page(CLOSE)
        ))
        .args(parameters(CLOSE, &["app", "inst", "stream"]).map(|arg| arg.required(true)))
        .args(parameters(REMOVE, &["user", "streamuser_id"]))
        .args(parameters("sevu.addstreamuser", &["pass"]).map(|arg| {
            arg.help("Another password for the publisher, in place of removing it (- reads it from stdin, @FILE from a file, random makes one)")
                .long_help(None)
        }))
        .arg(
            Arg::new(REGISTERED_FOR)
                .long(REGISTERED_FOR)
                .value_name("text")
                .value_parser(NonEmptyStringValueParser::new())
                .help("The stream that the publisher is registered for, where it is another name: '*' is every stream"),
        )
        .args(parameters(CLOSE, &["origin_url"]))
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
            return Err(Failure::usage("--registered-for cannot be used with --streamuser-id, which says enough"));
        }
        (Some(user), None, None) => Lockout::remove(user),
        (Some(user), None, Some(pass)) => Lockout::new_password(user, pass),
        (None, Some(id), None) => Lockout::remove_id(id),
        (Some(_), Some(_), _) => return Err(Failure::usage("--user cannot be used with --streamuser-id")),
        (None, Some(_), Some(_)) => {
            return Err(Failure::usage("--pass goes with --user: a password is changed by the publisher's name"));
        }
        (None, None, _) => {
            let hint = "scaleengine sevu liststreamusers shows the publishers";
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
    Command::new("watch")
        .about("Repeats a look at the streams of an application, or at one of them, and writes what changed")
        .long_about(
            "Repeats stream.active, or with --stream stream.details, and writes what it sees first and from then on what changed: a line a \
             value, with -o json or jsonl a line of JSON a look. A server that cannot be reached for a while is waited for. It ends when what \
             --until names has come, when --for is over, or by Ctrl-C.",
        )
        .override_usage("scaleengine stream watch --app <text> --inst <text> [OPTIONS]")
        .after_help(format!(
            "{}\n\nExit code of its own: 13 --for was over before what --until names had come",
            examples(&[
                "stream watch --app demo-origin --inst live --stream my_live_stream --until status=success --for 10m",
                "-o jsonl stream watch --app demo-origin --inst live --every 1s --for 2s",
            ])
        ))
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
                .help("How long it waits between two looks, as in 10s or 1m"),
            Arg::new(UNTIL)
                .long(UNTIL)
                .value_name("WHAT")
                .value_parser(Until::parse)
                .help("What ends it: `failure` (the API answers failure, as of a stream that is not live), `changed`, or PATH=VALUE, such as status=success"),
            Arg::new(LASTING)
                .long(LASTING)
                .value_name("duration")
                .value_parser(duration)
                .help("How long it lasts at most, as in 90m or 2h 30m"),
        ])
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
        .about("Viewing tickets: issued with a password of their own, revoked")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .defer(|ticket| ticket.subcommands([issue(), revoke()]))
}

fn issue() -> Command {
    made_of(REQUEST, "issue")
        .about("Issues a viewing ticket, with a random password unless one is given")
        .long_about(None)
        .override_usage(ISSUE_USAGE)
        .after_help(examples(&[
            "ticket issue --app demo-origin --video mystream --ip auto --uses 5 --for 2h",
            "-o json ticket issue --app demo-origin --video mystream --ip auto --uses 5 --playback https://example.com/live.m3u8",
        ]))
        .arg(
            Arg::new(LASTING)
                .long(LASTING)
                .value_name("duration")
                .value_parser(duration)
                .conflicts_with("expire")
                .help("How long it is good for, as in 90m or 2h 30m"),
        )
        .arg(
            Arg::new(ADDRESS)
                .long(ADDRESS)
                .value_name("address")
                .value_parser(NonEmptyStringValueParser::new())
                .help("A playback address, written with the ticket's key and password appended"),
        )
}

fn revoke() -> Command {
    made_of(REVOKE, "revoke")
        .about("Ends a ticket, by what `-o json ticket issue` wrote or by its key")
        .long_about(None)
        .after_help(examples(&["ticket revoke --ticket ticket.json", "ticket revoke --key @key.txt"]))
        .override_usage("scaleengine ticket revoke --ticket <FILE>\n       scaleengine ticket revoke --key <secret>")
        .arg(
            Arg::new(TICKET)
                .long(TICKET)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with("key")
                .help("A file that `-o json ticket issue` was written to; - is stdin"),
        )
}

fn duration(text: &str) -> Result<jiff::SignedDuration, &'static str> {
    let duration: Option<jiff::SignedDuration> = text.parse().ok();
    duration.filter(|duration| duration.as_secs() >= 1).ok_or("a duration is expected, as in 90m or 2h 30m")
}

/// Without a password one is made; a duration counts from `now`.
pub(super) fn read_issue(matches: &ArgMatches, now: UnixTime) -> Result<IssueTicket, Failure> {
    let mut otherwise = Vec::new();
    let mut made = GeneratedPasswords::new();
    if !matches.contains_id("pass") {
        otherwise.push(("pass", fields::random("pass", &mut made)?.into()));
    }
    let mut expires = matches.get_one::<String>("expire").and_then(|text| DateTime::parse(text).ok());
    if let Some(duration) = matches.get_one::<jiff::SignedDuration>(LASTING) {
        let end = DateTime::from_unix(UnixTime(now.0.saturating_add(duration.as_secs())));
        let end = *expires.insert(end.ok_or_else(|| Failure::usage("--for: that is beyond the year 9999"))?);
        otherwise.push(("expire", end.into()));
    }
    if expires.is_some_and(|expires| expires.to_unix() <= now) {
        return Err(Failure::usage("--expire: that is in the past (times are in UTC)"));
    }
    let mut request = fields::declared(entry(REQUEST)?.spec, matches, &otherwise)
        .map_err(|failure| failure.hint(format!("usage: {ISSUE_USAGE}")))?;
    request.made.append(&mut made);
    Ok(IssueTicket { request, expires, address: matches.get_one::<String>(ADDRESS).cloned() })
}

pub(super) fn read_revoke(matches: &ArgMatches) -> Result<Filled, Failure> {
    let Some(path) = matches.get_one::<PathBuf>(TICKET) else {
        if !matches.contains_id("key") {
            return Err(Failure::usage("missing: --ticket or --key, the ticket to end"));
        }
        return fields::declared(entry(REVOKE)?.spec, matches, &[]);
    };
    // Without what was written there: it may be a key.
    let refuse =
        |why: &str| Failure::usage(format!("--ticket: {why}: a file that `-o json ticket issue` wrote is expected"));
    let read = if path.as_os_str() == "-" {
        bounded::text_stdin(bounded::BODY)
    } else {
        bounded::text_file(path, bounded::BODY)
    };
    let text = read.map_err(|error| refuse(&error.to_string()))?;
    let ticket: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let key = ticket.as_ref().and_then(|ticket| ticket.pointer("/reply/ticket/key")).map(|key| match key {
        serde_json::Value::String(key) => key.clone(),
        other => other.to_string(),
    });
    let key = key.filter(|key| !key.is_empty()).ok_or_else(|| refuse("it holds no ticket"))?;
    fields::declared(entry(REVOKE)?.spec, matches, &[("key", key.into())])
}

/// The subcommand of a command, under another name.
fn made_of(command: &str, name: &'static str) -> Command {
    find(command).map_or_else(|| Command::new(name), declared).name(name)
}

fn entry(name: &str) -> Result<&'static Entry, Failure> {
    find(name).ok_or_else(|| Failure::internal(format!("{name} is not declared")))
}

fn page(name: &str) -> &'static str {
    find(name).map_or("", |entry| entry.spec.page)
}

/// Flags of a command's parameters.
fn parameters(command: &str, names: &'static [&'static str]) -> impl Iterator<Item = Arg> {
    let entry = find(command);
    let found = move |name: &&str| entry.and_then(|entry| Some((entry, entry.spec.field(name)?)));
    names.iter().filter_map(found).map(|(entry, field)| parameter(entry, field).long(flag(field.name)))
}
