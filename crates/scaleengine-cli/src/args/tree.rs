//! All words of the command line, as one tree.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::declared::{declared, examples, subcommand};
use super::{GLOBAL, bulk, entries, profile, sandbox, workflows};
use crate::flag::flag;
use crate::setting_table::Setting;

const ABOUT: &str = "The command line of the ScaleEngine video CDN API";

/// The variables that count.
pub(crate) const ENVIRONMENT: &str = "\
Environment:
  SCALEENGINE_API_KEY     the account's API key
  SCALEENGINE_SECRET_KEY  the account's secret key (\"API private key\"), as it is: not decoded
  SCALEENGINE_CDN         the account's CDN id
  SCALEENGINE_PROFILE     the profile of the configuration that counts where these are not set
  SCALEENGINE_API_URL     the API's address; https://api.scaleengine.net/stable/ unless set
  SCALEENGINE_TIMEOUT, SCALEENGINE_RETRIES, SCALEENGINE_DEADLINE, SCALEENGINE_PROXY, SCALEENGINE_CA_FILE
                          as the flags of these names
  XDG_CONFIG_HOME         where the configuration lies, scaleengine/config.toml; ~/.config unless set
  HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR, NO_COLOR are heeded too
What counts, in this order: a flag; the profile of --profile; the environment; the profile of SCALEENGINE_PROFILE, or the
one that the configuration names; what is usual. `scaleengine profile show` shows where each value comes from";

/// What the exit codes mean.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0 done   1 own fault   2 usage   3 configuration   4 credentials refused   5 the API answered failure
  6 throttled   7 nothing happened: it could not be sent   8 clock   9 done in part   10 not confirmed
  11 sent, outcome unknown: look before repeating
  12 done, but the answer could not be read or written   13 what was waited for did not come in time
  129, 130, 143 stopped by a signal   141 nobody reads stdout";

const EXAMPLE: &str =
    "Without an account: scaleengine --sandbox stream close --app demo-origin --inst live --stream my_live_stream";

/// Reads the command line.
///
/// What is not named in it has no part in reading it, and is left out, which is most; where that does not do, for help or for a
/// mistake, it is read once more with everything.
pub(crate) fn parse(args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let named = |name: &str| args.iter().any(|arg| arg == name);
    match read(tree_of(Some(&named)), args) {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => read(tree(), args),
        answer => answer,
    }
}

fn read(mut tree: Command, args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let answer = tree.try_get_matches_from_mut(args);
    // The process ends before anybody needs its room.
    std::mem::forget(tree);
    answer
}

/// Everything.
pub(crate) fn tree() -> Command {
    tree_of(None)
}

/// A command of this program's own: its name, and what makes it.
type Own = (&'static str, fn() -> Command);

/// Whether a command or family of a name is wanted; none where all are.
type Wanted<'a> = Option<&'a dyn Fn(&str) -> bool>;

fn tree_of(only: Wanted<'_>) -> Command {
    let wanted = |name: &str| only.is_none_or(|only| only(name));
    let root = Command::new("scaleengine")
        .about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(format!("{ENVIRONMENT}\n\n{EXIT_CODES}\n\n{EXAMPLE}"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(global())
        .args(Setting::ALL.map(setting))
        .args(profile::global());
    let mut families: Vec<&str> = entries().map(|entry| entry.spec.family()).collect();
    families.dedup();
    let families = families.into_iter().filter(|name| wanted(name)).map(|name| family(name, only));
    let others: [Own; 14] = [
        ("ticket", workflows::ticket),
        ("call", call),
        ("bulk", bulk::bulk),
        ("commands", commands),
        ("sandbox", sandbox::sandbox),
        ("sign", sandbox::sign),
        ("demo", demo),
        ("doctor", doctor),
        ("help", help),
        ("completions", completions),
        ("man", man),
        ("login", profile::login),
        ("logout", profile::logout),
        ("profile", profile::profile),
    ];
    let others = others.into_iter().filter(|(name, _)| wanted(name)).map(|(_, command)| command());
    root.subcommands(families).subcommands(others)
}

/// Of all families each is put together when it is asked for.
fn family(name: &'static str, only: Wanted<'_>) -> Command {
    let family = Command::new(name)
        .about(format!("The commands of the family {name}"))
        .subcommand_required(true)
        .arg_required_else_help(true);
    match only {
        None => family.defer(|family| of_family(family, &|_| true)),
        Some(wanted) => of_family(family, wanted),
    }
}

fn of_family(family: Command, wanted: &dyn Fn(&str) -> bool) -> Command {
    let name = family.get_name().to_owned();
    let declared_ones = entries().filter(|entry| entry.spec.family() == name && wanted(&subcommand(entry.spec)));
    let family = family.subcommands(declared_ones.map(declared));
    if name == "stream" { family.subcommands([workflows::shutdown(), workflows::watch()]) } else { family }
}

fn global() -> [Arg; 8] {
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
        option("field")
            .value_name("PATH")
            .help("Writes one value of the answer and nothing else, such as data[0].channel_id; a text as it is, with -o json as JSON"),
        option("print")
            .value_parser(PossibleValuesParser::new(["body", "form", "curl", "php", "python"]))
            .help("Shows the signed request and does not send it; as php or python a script of it, without credentials"),
        option("timestamp")
            .value_name("SECONDS")
            .value_parser(value_parser!(i64))
            .help("The time to sign, with --print and `sign explain`, so that outputs can be compared"),
        option("encoding")
            .value_parser(PossibleValuesParser::new(["multipart", "urlencoded"]))
            .default_value("multipart")
            .help("How the form is encoded"),
        flag("yes").help("Answers every question with yes"),
        flag("verbose").short('v').action(ArgAction::Count).help("Tells on stderr what is done"),
    ]
}

/// The flag of a setting. Its value is looked at later: what clap refuses it repeats, and a proxy may have a password.
fn setting(setting: &'static Setting) -> Arg {
    Arg::new(setting.name)
        .long(flag(setting.name))
        .global(true)
        .help_heading(GLOBAL)
        .value_name(setting.value)
        .help(setting.help)
}

fn call() -> Command {
    Command::new("call")
        .after_help(examples(&["call stream.close stream_id:=1000", "call sevu.revoke key@=key.txt"]))
        .about("Calls any command by its wire name")
        .long_about(
            "Calls any command by its wire name, known here or not. A known command is repeated or not as it declares; any \
             other is assumed to be unsafe to repeat.",
        )
        .arg(Arg::new("NAME").required(true).value_parser(NonEmptyStringValueParser::new()).help("Such as stream.close"))
        .arg(
            Arg::new("FIELD")
                .num_args(0..)
                .help("key=value for a text, key:=json for anything else, key@=FILE for a secret; sent in this order")
                .long_help("key=value for a text, key:=json for anything else (key:=1000, key:=true, key:='[\"a\",\"b\"]'), key@=FILE for a secret in a file, key@=- for one on stdin; sent in this order"),
        )
}

fn commands() -> Command {
    Command::new("commands")
        .after_help(examples(&["commands", "-o json commands"]))
        .about("Lists every known command, with -o json everything that is known of it")
}

fn demo() -> Command {
    Command::new("demo")
        .after_help(examples(&["demo"]))
        .about("Tells the story of a stream with this program's own commands, on a sandbox: no account, no network")
}

fn doctor() -> Command {
    Command::new("doctor")
        .after_help(examples(&["doctor", "doctor --probe-verify", "doctor --report answers.json"]))
        .about("Looks at everything that a call needs, from the configuration to the server's clock, and says what to do")
        .long_about(
            "Looks at the signature of a known command, configuration, credentials, address, proxy, name, connection and certificate, then sends \
             one harmless read and compares the clocks. It stops where the rest would tell nothing new, and exits as a call would.",
        )
        .args([
            Arg::new("probe-verify").long("probe-verify").action(ArgAction::SetTrue).help(
                "Also finds out how the server checks signatures: three harmless reads, each signed so that only one check accepts it",
            ),
            Arg::new("report").long("report").value_name("FILE").value_parser(value_parser!(PathBuf)).help(
                "Also writes what the answers of harmless reads look like, for the maintainers: names and types of fields, no values",
            ),
        ])
}

fn help() -> Command {
    Command::new("help")
        .after_help(examples(&["help stream close", "help exit-codes"]))
        .about("Shows help of a command, or of a topic: environment, exit-codes")
        .arg(Arg::new("TOPIC").num_args(0..).help("Such as `stream close`, or exit-codes"))
}

fn completions() -> Command {
    Command::new("completions")
        .after_help(examples(&["completions bash"]))
        .about("Writes what makes a shell complete commands and flags")
        .arg(Arg::new("SHELL").required(true).value_parser(value_parser!(clap_complete::Shell)).help("The shell"))
}

fn man() -> Command {
    Command::new("man")
        .after_help(examples(&["man", "man --dir pages"]))
        .about("Writes the page for man, or with --dir one for each command")
        .arg(
            Arg::new("dir")
                .long("dir")
                .value_name("FOLDER")
                .value_parser(value_parser!(PathBuf))
                .help("The folder to write to, made if it is not there"),
        )
}
