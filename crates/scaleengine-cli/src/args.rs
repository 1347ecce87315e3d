//! What can be said on the command line. The commands of the API come from their specifications, not from here.

use std::ffi::OsString;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use scaleengine::proto::{CATALOGUE, Entry, Field, Form, Known, Spec};
use scaleengine::{RawCommand, Safety, Value};

use crate::exit::Failure;
use crate::fields;

const ABOUT: &str = "The command line of the ScaleEngine video CDN API";

/// No parameter can have this name.
pub(crate) const EXTRA: &str = "--extra";

const GLOBAL: &str = "Options of every command";

const AFTER_HELP: &str = "\
Environment:
  SCALEENGINE_API_KEY     the account's API key
  SCALEENGINE_SECRET_KEY  the account's secret key (\"API private key\"), as it is: not decoded
  SCALEENGINE_CDN         the account's CDN id
  SCALEENGINE_API_URL     the API's address; https://api.scaleengine.net/stable/ unless set

Exit codes:
  0 done   1 own fault   2 usage   3 configuration   4 credentials refused   5 the API answered failure
  6 throttled   7 nothing happened: it could not be sent   8 clock   11 sent, outcome unknown: look before repeating
  12 done, but the answer could not be read or written   129, 130, 143 stopped by a signal

Without an account: scaleengine --sandbox stream close --app demo-origin --inst live --stream my_live_stream";

/// Reads the command line.
pub(crate) fn parse(args: Vec<OsString>) -> Result<ArgMatches, clap::Error> {
    tree().try_get_matches_from(args)
}

/// The matches of `sandbox serve`, when that is what was asked for.
pub(crate) fn serve(matches: &ArgMatches) -> Option<&ArgMatches> {
    matches.subcommand_matches("sandbox")?.subcommand_matches("serve")
}

/// The command that was asked for, with its parameters.
pub(crate) fn command(matches: &ArgMatches) -> Result<RawCommand, Failure> {
    match matches.subcommand() {
        Some(("call", call)) => {
            let name = call.get_one::<String>("NAME").map(String::as_str).unwrap_or_default();
            fields::free(name, call.get_many::<String>("FIELD").unwrap_or_default())
        }
        Some((family, inner)) => {
            let entry = inner.subcommand().and_then(|(name, inner)| {
                let entry =
                    entries().find(|entry| (entry.spec.family(), subcommand(entry.spec)) == (family, name.into()))?;
                Some((entry, inner))
            });
            let (entry, inner) =
                entry.ok_or_else(|| Failure::internal("a command without a declaration was parsed"))?;
            fields::declared(entry.spec, inner).map_err(|failure| failure.hint(format!("usage: {}", usage(entry.spec))))
        }
        None => Err(Failure::internal("no command was parsed")),
    }
}

fn tree() -> Command {
    let mut tree = Command::new("scaleengine")
        .about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(AFTER_HELP)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(global());
    for family in CATALOGUE {
        let Some(first) = family.first() else { continue };
        let name = first.spec.family();
        tree = tree.subcommand(
            Command::new(name)
                .about(format!("The commands of the family {name}"))
                .subcommand_required(true)
                .arg_required_else_help(true)
                .defer(family_commands),
        );
    }
    tree.subcommand(call()).subcommand(commands()).subcommand(sandbox())
}

/// The commands of a family, put together when the family is asked for.
fn family_commands(family: Command) -> Command {
    let name = family.get_name().to_owned();
    family.subcommands(entries().filter(|entry| entry.spec.family() == name).map(declared))
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().copied().flatten()
}

/// `usage.billing.live` is `usage billing-live`.
fn subcommand(spec: &Spec) -> String {
    spec.name.split_once('.').map_or(spec.name, |(_, rest)| rest).replace('.', "-")
}

fn global() -> [Arg; 9] {
    let flag =
        |name: &'static str| Arg::new(name).long(name).global(true).help_heading(GLOBAL).action(ArgAction::SetTrue);
    let option = |name: &'static str| Arg::new(name).long(name).global(true).help_heading(GLOBAL).value_name("VALUE");
    [
        flag("sandbox").help("Calls a sandbox inside this process, with its own credentials: no account, no network"),
        option("output")
            .short('o')
            .value_parser(PossibleValuesParser::new(["human", "json", "jsonl"]))
            .default_value("human")
            .help("How the answer is written"),
        option("print")
            .value_parser(PossibleValuesParser::new(["body", "form", "curl"]))
            .help("Shows the signed request and does not send it"),
        option("timestamp")
            .value_name("SECONDS")
            .value_parser(value_parser!(i64))
            .help("The time to sign, with --print, so that outputs can be compared"),
        option("encoding")
            .value_parser(PossibleValuesParser::new(["multipart", "urlencoded"]))
            .default_value("multipart")
            .help("How the form is encoded"),
        option("timeout")
            .value_name("SECONDS")
            .value_parser(value_parser!(u64).range(1..=3600))
            .default_value("15")
            .help("The time limit of an attempt"),
        option("ca")
            .value_name("FILE")
            .value_parser(value_parser!(std::path::PathBuf))
            .help("Trusts the certificates of a PEM file too"),
        flag("yes").help("Answers every question with yes"),
        flag("verbose").short('v').help("Tells on stderr what is done"),
    ]
}

fn declared(entry: &'static Entry) -> Command {
    let spec = entry.spec;
    let command = Command::new(subcommand(spec))
        .about(spec.summary())
        .long_about(spec.docs)
        .after_help(facts(spec))
        .args(spec.fields.iter().map(|field| parameter(entry, field)));
    let switches = spec.forms.iter().filter(|form| !form.nulls.is_empty()).map(|form| {
        let help = format!("Sends {} as null", form.nulls.join(" and "));
        Arg::new(form.name).long(flag(form.name)).action(ArgAction::SetTrue).help(help)
    });
    let extra = Arg::new(EXTRA)
        .long("extra")
        .value_name("FIELD")
        .action(ArgAction::Append)
        .help("A parameter that is not known here, key=value or key:=json, sent after the others");
    command.args(switches).arg(extra).override_usage(usage(spec))
}

/// Where a command comes from, what is assumed of it, and what it does.
fn facts(spec: &Spec) -> String {
    let confirmed = spec.fields.iter().all(|field| field.known == Known::Documented);
    let source = match (spec.known, confirmed) {
        (Known::Documented, true) => "Documented at",
        (Known::Documented, false) => "Documented in part at",
        _ => "Not documented, seen in a client; see",
    };
    let mut facts = format!("{source} {}", spec.page);
    for optional in [false, true] {
        let assumed = |field: &&Field| field.optional == optional && field.presence_known == Known::Assumed;
        let flags: Vec<_> = spec.fields.iter().filter(assumed).map(|field| format!("--{}", flag(field.name))).collect();
        if !flags.is_empty() {
            let what = if optional { "optional" } else { "required" };
            facts += &format!("\nAssumed to be {what}: {}", flags.join(", "));
        }
    }
    facts += &format!("\nAnswer: {}", spec.answer.docs);
    facts + &format!("\nRepeating it: {} ({})", repeating(spec.safety), spec.reason)
}

/// One line for each form.
fn usage(spec: &Spec) -> String {
    let line = |form: &Form| {
        let mut line = format!("scaleengine {} {}", spec.family(), subcommand(spec));
        let fields = form.fields.iter().filter(|name| !form.nulls.contains(name));
        for field in fields.filter_map(|name| spec.field(name)) {
            line += &format!(" --{} <{}>", flag(field.name), field.kind.word);
        }
        if !form.nulls.is_empty() {
            line += &format!(" --{}", flag(form.name));
        }
        line + " [OPTIONS]"
    };
    spec.forms.iter().map(line).collect::<Vec<_>>().join("\n       ")
}

/// A parameter's name as a flag.
pub(crate) fn flag(name: &str) -> String {
    name.replace('_', "-")
}

fn repeating(safety: Safety) -> &'static str {
    match safety {
        Safety::ReadOnly => "safe",
        Safety::Idempotent => "safe, twice equals once",
        Safety::Unsafe => "unsafe",
    }
}

/// Which parameters have to be there, and which cannot stand together, is looked at once all of them are known.
fn parameter(entry: &'static Entry, field: &'static Field) -> Arg {
    let written = match (field.kind.secret, field.kind.written) {
        (true, _) => " (- reads it from stdin, @FILE from a file)".to_owned(),
        (false, "") => String::new(),
        (false, written) => format!(" ({written})"),
    };
    let values = if field.values.is_empty() { String::new() } else { format!(" [known: {}]", field.values.join(", ")) };
    let note = format!("{written}{values}{}{}", example(entry, field), confidence(field.known));
    Arg::new(field.name)
        .long(flag(field.name))
        .alias(field.name)
        .value_name(field.kind.word)
        .action(if field.kind.many { ArgAction::Append } else { ArgAction::Set })
        .value_parser(parser(field))
        .allow_negative_numbers(true)
        .help(format!("{}{note}", first_sentence(field.docs)))
        .long_help(format!("{}\n\n{}", field.docs, note.trim_start()))
}

/// Checks a value; what it becomes is decided when all of a parameter's values are known. A secret is not looked at here:
/// what clap refuses it repeats.
fn parser(field: &'static Field) -> ValueParser {
    if field.may_be_empty || field.kind.secret {
        return ValueParser::string();
    }
    ValueParser::new(move |text: &str| match text {
        "" => Err(format!("{} is empty", field.name)),
        _ => (field.parse)(&[text]).map(|_| text.to_owned()).map_err(|error| error.to_string()),
    })
}

fn example(entry: &Entry, field: &Field) -> String {
    let shown = entry.example(field.name).filter(|_| !field.kind.secret).map(|value| match value {
        Value::Text(text) => text,
        other => serde_json::to_string(&other).unwrap_or_default(),
    });
    shown.filter(|shown| !shown.is_empty()).map(|shown| format!(" [e.g. {shown}]")).unwrap_or_default()
}

fn first_sentence(docs: &str) -> &str {
    docs.split_once(". ").map_or(docs, |(first, _)| first).trim_end_matches('.')
}

fn confidence(known: Known) -> &'static str {
    match known {
        Known::Documented => "",
        Known::Seen => " [not documented: seen in a client]",
        _ => " [assumed]",
    }
}

fn call() -> Command {
    Command::new("call")
        .about("Calls any command by its wire name")
        .long_about(
            "Calls any command by its wire name, known here or not. A known command is repeated or not as it declares; any \
             other is assumed to be unsafe to repeat.",
        )
        .arg(Arg::new("NAME").required(true).value_parser(NonEmptyStringValueParser::new()).help("Such as stream.close"))
        .arg(
            Arg::new("FIELD")
                .num_args(0..)
                .help("key=value for a text, key:=json for anything else; sent in this order")
                .long_help("key=value for a text, key:=json for anything else (key:=1000, key:=true, key:='[\"a\",\"b\"]'); sent in this order"),
        )
}

fn commands() -> Command {
    Command::new("commands").about("Lists every known command, with -o json everything that is known of it")
}

fn sandbox() -> Command {
    let serve = Command::new("serve")
        .about("Serves the sandbox until it is interrupted")
        .long_about(
            "Serves a local API that checks key, time, signature and fields as the real one does. Writes the variables \
             that make this program use it to stdout, one a line.",
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("IP:PORT")
                .value_parser(value_parser!(std::net::SocketAddr))
                .default_value("127.0.0.1:0")
                .help("Where to listen; port 0 is a free one"),
        )
        .arg(
            Arg::new("port-file")
                .long("port-file")
                .value_name("FILE")
                .value_parser(value_parser!(std::path::PathBuf))
                .help("Writes the port to a file, and nothing else"),
        )
        .arg(
            Arg::new("verify")
                .long("verify")
                .value_parser(PossibleValuesParser::new(["all", "raw", "array", "object"]))
                .default_value("all")
                .help("In which way signatures are checked; what passes all passes whichever the real server uses"),
        )
        .arg(
            Arg::new("clock")
                .long("clock")
                .value_name("SECONDS")
                .value_parser(value_parser!(i64))
                .allow_hyphen_values(true)
                .default_value("0")
                .help("Moves the window for timestamps; the Date header stays true"),
        );
    Command::new("sandbox")
        .about("A local API to try things on")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve)
}
