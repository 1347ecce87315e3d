//! The command line as one tree of subcommands and flags.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::declared::{declared, examples, subcommand, with_ending};
use super::{bulk, entries, groups, profile, sandbox, workflows};
use crate::flag::flag;
use scaleengine::config::Setting;

const ABOUT: &str = "Command line of the ScaleEngine video CDN API";

/// The help topic `environment`.
pub(crate) const ENVIRONMENT: &str = "\
Environment:
  SCALEENGINE_API_KEY     API key of the account
  SCALEENGINE_SECRET_KEY  secret key (\"API private key\"), as the control panel
                          shows it
  SCALEENGINE_CDN         CDN id of the account
  SCALEENGINE_PROFILE     profile to use if these are not set
  SCALEENGINE_CONFIG      configuration file [default: scaleengine/config.toml in ~/.config]
  SCALEENGINE_API_URL     API address
                          [default: https://api.scaleengine.net/stable/]
  SCALEENGINE_TIMEOUT, SCALEENGINE_RETRIES, SCALEENGINE_DEADLINE,
  SCALEENGINE_PROXY, SCALEENGINE_CA_FILE
                          like the flags of these names
  XDG_CONFIG_HOME         folder of scaleengine/config.toml [default: ~/.config]
  HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR, NO_COLOR
                          as usual
Precedence, highest first: flag; profile of --profile; environment; profile of
SCALEENGINE_PROFILE or the default profile; default value.
`scaleengine profile show` prints the source of each value.";

/// The help topic `exit-codes`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  internal error
  2  usage
  3  configuration
  4  credentials refused
  5  refused by the API or by a server in front of it; not executed
  6  throttled
  7  no effect: not sent, or a read-only call failed; safe to repeat
  8  clock is wrong
  9  partly executed
  10 not sent: an irreversible command was not confirmed (--yes)
  11 effect unknown: check the current state before repeating
  12 executed, but the reply cannot be read or written
  13 a watch timed out before its --until condition was met
  129, 130, 143 stopped by a signal; 141 the reader closed stdout";

const EXAMPLE: &str = "Try it without an account:\n  scaleengine --sandbox stream close --app demo-origin --inst live --stream my_live_stream";

/// Parses the command line.
///
/// To start fast, only subcommands whose names occur in it are built. If that fails, the line is
/// parsed again with the complete tree, which gives the right help or error.
pub(crate) fn parse(args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let named = |name: &str| args.iter().any(|arg| arg == name);
    match read(tree_of(Some(&named)), args) {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => read(tree(), args),
        matches => matches,
    }
}

fn read(mut tree: Command, args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let matches = tree.try_get_matches_from_mut(args);
    // Freeing it takes longer than parsing, and the process ends soon.
    std::mem::forget(tree);
    matches
}

/// Returns the complete tree.
pub(crate) fn tree() -> Command {
    tree_of(None)
}

/// A subcommand that is not a declared command: its name and its constructor.
type Own = (&'static str, fn() -> Command);

/// Returns whether to build a subcommand or family by its name; `None` builds all.
type Wanted<'a> = Option<&'a dyn Fn(&str) -> bool>;

fn tree_of(only: Wanted<'_>) -> Command {
    let wanted = |name: &str| only.is_none_or(|only| only(name));
    let root = Command::new("scaleengine")
        .about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(100)
        .after_help("See `scaleengine help environment` and `scaleengine help exit-codes`.")
        .after_long_help(format!("{ENVIRONMENT}\n\n{EXIT_CODES}\n\n{EXAMPLE}"))
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
    let root = root.subcommands(families).subcommands(others);
    if only.is_some() { root } else { groups::with_groups(root) }
}

/// Builds a family. In the complete tree its commands are built when they are needed.
fn family(name: &'static str, only: Wanted<'_>) -> Command {
    let family = Command::new(name).about(groups::about(name)).subcommand_required(true).arg_required_else_help(true);
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
    let flag = |name: &'static str| super::global(name).action(ArgAction::SetTrue);
    let option = |name: &'static str| super::global(name).value_name("VALUE");
    [
        flag("sandbox").help("Call a sandbox in this process; needs no account and no network"),
        option("output")
            .short('o')
            .value_parser(PossibleValuesParser::new(["human", "json", "jsonl"]))
            .default_value("human")
            .help("Format of the output"),
        option("field").value_name("PATH").help("Print one value of the reply, such as data[0].channel_id"),
        option("print")
            .value_parser(PossibleValuesParser::new(["body", "form", "curl", "php", "python"]))
            .help("Do not send: print the signed JSON (body), the form that carries it, or a script"),
        option("timestamp")
            .value_name("SECONDS")
            .value_parser(value_parser!(i64))
            .help("Sign with this Unix time; for --print and `sign explain`"),
        option("encoding")
            .value_parser(PossibleValuesParser::new(["multipart", "urlencoded"]))
            .default_value("multipart")
            .help("Encoding of the request body"),
        flag("yes").help("Confirm irreversible commands without asking"),
        flag("verbose").short('v').action(ArgAction::Count).help("Log each step on stderr"),
    ]
}

/// Returns the flag of a setting. Its value is checked later: clap repeats a refused value, and a
/// proxy may contain a password.
fn setting(setting: Setting) -> Arg {
    let (value, help) = match setting {
        Setting::ApiUrl => ("URL", "API address: https, or http on this machine"),
        Setting::Timeout => ("SECONDS", "Timeout of each attempt [default: 15]"),
        Setting::Retries => ("COUNT", "Maximum number of retries, if a repeat is safe [default: 2]"),
        Setting::Deadline => ("SECONDS", "Deadline of all attempts and waits together [default: 30]"),
        Setting::Proxy => ("URL", "Proxy http://HOST:PORT in place of HTTPS_PROXY; not used for localhost"),
        _ => ("FILE", "Also trust the certificates of this PEM file"),
    };
    super::global(setting.name()).long(flag(setting.name())).value_name(value).help(help)
}

fn call() -> Command {
    let command = Command::new("call")
        .about("Call any command by its API name, such as stream.close")
        .long_about(
            "Call any command of the API by its name, also one that this program does not know. Such a command is assumed to be unsafe to repeat.",
        )
        .arg(Arg::new("NAME").required(true).value_parser(NonEmptyStringValueParser::new()).help("API name, such as stream.close"))
        .arg(
            Arg::new("FIELD")
                .num_args(0..)
                .help("key=string, key:=json, or key@=FILE for a secret")
                .long_help("Parameters, sent in the order given. Each is one of:\n  key=value   a string\n  key:=json   any other value: key:=1000, key:=true, key:='[\"a\",\"b\"]'\n  key@=FILE   a secret in a file; key@=- reads stdin"),
        );
    with_ending(command, &examples(&["call stream.close stream_id:=1000", "call sevu.revoke key@=key.txt"]), "")
}

fn commands() -> Command {
    let command = Command::new("commands").about("List the known API commands; -o json adds parameters and sources");
    with_ending(command, &examples(&["commands", "-o json commands"]), "")
}

fn demo() -> Command {
    let command = Command::new("demo").about("Walk through the life of a stream on a sandbox; needs no account");
    with_ending(command, &examples(&["demo"]), "")
}

fn doctor() -> Command {
    let command = Command::new("doctor")
        .about("Check everything that a call needs and suggest remedies")
        .long_about(
            "Check signing, configuration, credentials, address, proxy, name lookup, connection and certificate, then send one read-only \
             call and compare the clocks. Stops at the first failure that makes the remaining checks useless, and exits with the code that \
             a call would have.",
        )
        .args([
            Arg::new("probe-verify").long("probe-verify").action(ArgAction::SetTrue).help(
                "Find out how the server checks signatures, by three read-only calls",
            ),
            Arg::new("report").long("report").value_name("FILE").value_parser(value_parser!(PathBuf)).help(
                "Write a file for the maintainers: fields and types of some replies, no values",
            ),
        ]);
    with_ending(command, &examples(&["doctor", "doctor --probe-verify", "doctor --report answers.json"]), "")
}

fn help() -> Command {
    let command = Command::new("help")
        .about("Show the help of a command or topic (environment, exit-codes)")
        .arg(Arg::new("TOPIC").num_args(0..).help("Command or topic, such as `stream close`"));
    with_ending(command, &examples(&["help stream close", "help exit-codes"]), "")
}

fn completions() -> Command {
    let command = Command::new("completions").about("Print the completion script of a shell").arg(
        Arg::new("SHELL").required(true).value_parser(value_parser!(clap_complete::Shell)).help("Name of the shell"),
    );
    with_ending(command, &examples(&["completions bash"]), "")
}

fn man() -> Command {
    let command = Command::new("man").about("Print the man page; with --dir write one page per command").arg(
        Arg::new("dir")
            .long("dir")
            .value_name("FOLDER")
            .value_parser(value_parser!(PathBuf))
            .help("Folder for the pages; created if missing"),
    );
    with_ending(command, &examples(&["man", "man --dir pages"]), "")
}
