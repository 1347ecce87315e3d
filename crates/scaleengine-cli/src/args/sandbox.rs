//! The words of `sandbox` and `sign`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};

use super::declared::examples;

pub(super) fn sandbox() -> Command {
    Command::new("sandbox")
        .about("A local API to try things on")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .defer(|own| own.subcommands(of_sandbox()))
}

/// Put together when they are asked for.
fn of_sandbox() -> [Command; 3] {
    let serve = Command::new("serve")
        .after_help(examples(&["sandbox serve", "sandbox serve --port-file port.txt --fault 'command=stream.close first=2 code=1000'"]))
        .about("Serves the sandbox until it is interrupted")
        .long_about(
            "Serves a local API that checks key, time, signature and fields as the real one does, and says of a refused request \
             what is wrong with it: on stderr, in the header X-Sandbox-Diagnosis, and on its page, /_sandbox/. Writes the \
             variables that make this program use it to stdout, one a line.",
        )
        .arg(
            Arg::new("port-file")
                .long("port-file")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Writes the port to a file, and nothing else"),
        )
        .args(options());
    let exec = Command::new("exec")
        .after_help(examples(&["sandbox exec -- scaleengine app list"]))
        .about("Runs a command with a sandbox around it, and ends as the command does")
        .long_about(
            "Starts a sandbox, runs the command with SCALEENGINE_API_KEY, SCALEENGINE_SECRET_KEY, SCALEENGINE_CDN and \
             SCALEENGINE_API_URL set to it, stops the sandbox and exits as the command did.",
        )
        .args(options())
        .arg(
            Arg::new("COMMAND")
                .num_args(1..)
                .required(true)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .value_parser(value_parser!(OsString))
                .help("The command and its arguments, after --"),
        );
    let rules = Command::new("rules")
        .after_help(examples(&["sandbox rules"]))
        .about("Lists the rules that the sandbox keeps to: documented, observed or assumed, and where each comes from");
    [serve, exec, rules]
}

fn options() -> [Arg; 9] {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    [
        option("listen", "IP:PORT")
            .value_parser(value_parser!(std::net::SocketAddr))
            .default_value("127.0.0.1:0")
            .help("Where to listen; port 0 is a free one"),
        option("verify", "CHECK")
            .value_parser(PossibleValuesParser::new(["all", "raw", "array", "object"]))
            .default_value("all")
            .help("In which way signatures are checked; what passes all passes whichever the real server uses"),
        option("clock", "SECONDS")
            .value_parser(value_parser!(i64))
            .allow_hyphen_values(true)
            .default_value("0")
            .help("Moves its clock; the Date header stays true"),
        option("seed", "FILE")
            .value_parser(value_parser!(PathBuf))
            .help("What it begins with, as TOML: accounts, streams, publishers, tickets, playlists, …"),
        option("fault", "WORDS")
            .action(ArgAction::Append)
            .help("A fault on purpose, such as 'command=stream.close first=2 code=1000'; may be given several times")
            .long_help(
                "A fault on purpose. Which requests: command=, api_key=, field.NAME=, with * for any text. When: nth=, first=, or \
                 probability= with seed=. What, one of: code=1000, status=503 (with retry_after=), html, garbage, hang, reset, \
                 unanswered (executed, then reset), cut=BYTES, drip=MILLISECONDS, date_skew=SECONDS, latency=MILLISECONDS (with \
                 jitter=). With applied=true the command is executed all the same. May be given several times.",
            ),
        option("only", "WHICH")
            .value_parser(PossibleValuesParser::new(["documented"]))
            .help("Keeps to what is documented or was observed, and leaves out what is assumed"),
        flag("refuse-replays").help("Refuses the same bytes once more, instead of noting them"),
        option("forward", "URL")
            .conflicts_with("fault")
            .help("Executes nothing: passes each POST on, answers what comes back, and keeps its own diagnosis beside it"),
        flag("quiet").help("Says nothing of requests"),
    ]
}

pub(super) fn sign() -> Command {
    Command::new("sign")
        .about("Signatures by themselves, without a server")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .defer(|own| own.subcommands(of_sign()))
}

fn of_sign() -> [Command; 4] {
    let file = |name: &'static str| Arg::new(name).value_name(name);
    let verify = Command::new("verify")
        .after_help(examples(&["sign verify request.json"]))
        .about("Explains the body of a signed request: which checks it passes, and what is wrong with it")
        .long_about(
            "Reads a body, as JSON or as a form of either kind, and says which of the three checks it passes, and which known \
             mistake it has. The secret comes from SCALEENGINE_SECRET_KEY. Exits with 0 where all checks pass, else with 4.",
        )
        .arg(file("FILE").default_value("-").help("The body; - is stdin"));
    let explain = Command::new("explain")
        .after_help(examples(&["sign explain stream.close stream_id:=1000"]))
        .about("Shows every stage of a signed request: fields, text, HMAC, base64, body, form")
        .arg(file("NAME").required(true).help("Such as stream.close"))
        .arg(file("FIELD").num_args(0..).help("key=value, key:=json or key@=FILE, as in `call`"));
    let diff = Command::new("diff")
        .after_help(examples(&["sign diff expected.json received.json"]))
        .about("Shows where two texts part: the byte, and text and hex around it")
        .long_about("Shows where two texts part: the byte, and text and hex around it. Exits with 0 where they are the same, else with 4.")
        .args([file("EXPECTED").required(true).help("A file; - is stdin"), file("RECEIVED").required(true).help("A file; - is stdin")]);
    let reasons = Command::new("reasons")
        .after_help(examples(&["sign reasons"]))
        .about("Lists the known mistakes: their codes, what the client did, and what to do");
    [verify, explain, diff, reasons]
}
