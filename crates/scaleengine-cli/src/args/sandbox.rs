//! The subcommands `sandbox` and `sign`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};

use super::declared::{examples, with_ending};

pub(super) fn sandbox() -> Command {
    Command::new("sandbox")
        .about("Run a local API that checks requests and explains mistakes")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .defer(|own| own.subcommands(of_sandbox()))
}

fn of_sandbox() -> [Command; 3] {
    let serve = Command::new("serve")
        .about("Serve the sandbox until it is interrupted")
        .long_about(
            "Serve a local API that checks key, time, signature and parameters by the documented rules. It explains a wrong key, timestamp, \
             signature or form: on stderr, in the header X-Sandbox-Diagnosis, and on its page, /_sandbox/. Prints its environment variables \
             as NAME=VALUE: export them in another shell, and `scaleengine` there calls this sandbox.",
        )
        .arg(
            Arg::new("port-file")
                .long("port-file")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Write the port number to a file"),
        )
        .args(options());
    let exec = Command::new("exec")
        .about("Run a command with a sandbox and exit with its code")
        .long_about(
            "Start a sandbox, run the command with SCALEENGINE_API_KEY, SCALEENGINE_SECRET_KEY, SCALEENGINE_CDN and \
             SCALEENGINE_API_URL set for it, stop the sandbox, and exit with the code of the command.",
        )
        .args(options())
        .arg(
            Arg::new("COMMAND")
                .num_args(1..)
                .required(true)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .value_parser(value_parser!(OsString))
                .help("Command and arguments, after --"),
        );
    let rules = Command::new("rules").about("List the rules of the sandbox with confidence and source");
    let faulty = "sandbox serve --port-file port.txt --fault 'command=stream.close first=2 code=1000'";
    [
        with_ending(serve, &examples(&["sandbox serve", faulty]), ""),
        with_ending(exec, &examples(&["sandbox exec -- scaleengine app list"]), ""),
        with_ending(rules, &examples(&["sandbox rules"]), ""),
    ]
}

fn options() -> [Arg; 9] {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    [
        option("listen", "IP:PORT")
            .value_parser(value_parser!(std::net::SocketAddr))
            .default_value("127.0.0.1:0")
            .help("Address; port 0 is a free one")
            .long_help("Address to listen on. Port 0 selects a free port, which is part of SCALEENGINE_API_URL."),
        option("verify", "CHECK")
            .value_parser(PossibleValuesParser::new(["all", "raw", "array", "object"]))
            .default_value("all")
            .hide_possible_values(true)
            .help("all, raw, array or object")
            .long_help("JSON over which a signature is checked. raw: the JSON as received. array: the JSON that PHP writes (json_encode) after decoding it to arrays (json_decode). object: the same, decoded to objects. all: a signature must match all three, since it is not known which one the real server uses."),
        option("clock", "SECONDS")
            .value_parser(value_parser!(i64))
            .allow_hyphen_values(true)
            .default_value("0")
            .help("Shift its clock")
            .long_help("Add seconds, which may be negative, to the clock that judges timestamps. The Date header stays correct."),
        option("seed", "FILE")
            .value_parser(value_parser!(PathBuf))
            .help("Initial state as TOML: accounts, streams, …"),
        option("fault", "WORDS")
            .action(ArgAction::Append)
            .help("Rule that makes requests fail; see --help")
            .long_help(
                "Fail matching requests; may be given several times.\n\
                 Select requests: command=, api_key=, field.NAME=, with * as a wildcard.\n\
                 Select occurrences: nth=, first=, or probability= with seed=.\n\
                 Faults in place of the execution: code=1000, status=503 (optionally retry_after=), html, garbage, hang, reset. Add \
                 applied=true to execute the command first; reset does not accept it.\n\
                 Faults after the execution: unanswered (a reset), cut=BYTES (the response ends after this number of bytes), \
                 drip=MILLISECONDS (between two bytes of the response), date_skew=SECONDS. Delay before the execution: \
                 latency=MILLISECONDS (optionally jitter=).",
            ),
        option("only", "WHICH")
            .value_parser(PossibleValuesParser::new(["documented"]))
            .hide_possible_values(true)
            .help("documented: turn off the assumed rules")
            .long_help("documented: turn off the assumed rules, except those that `sandbox rules` marks as \"always\"."),
        flag("refuse-replays")
            .help("Refuse the bytes of an earlier request")
            .long_help("Refuse a request with the signature of an earlier one. Without this flag it is accepted and recorded as `replayed`."),
        option("forward", "URL")
            .conflicts_with("fault")
            .help("Pass requests on to this API and diagnose them")
            .long_help("Pass each request on to this API and return its response. The sandbox executes nothing, and logs what it would have refused."),
        flag("quiet").help("Do not log requests"),
    ]
}

pub(super) fn sign() -> Command {
    Command::new("sign")
        .about("Verify, explain and compare signatures offline")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .defer(|own| own.subcommands(of_sign()))
}

fn of_sign() -> [Command; 4] {
    let file = |name: &'static str| Arg::new(name).value_name(name);
    let verify = Command::new("verify")
        .about("Check a signed request and explain its mistake")
        .long_about(
            "Check the body of a signed request, given as JSON or as a form (urlencoded or multipart): which of the checks raw, array and object it passes (see `sandbox serve --help`), and \
             which known mistake it has. The secret comes from SCALEENGINE_SECRET_KEY. Exits with 0 if all checks pass, else with 4.",
        )
        .arg(file("FILE").default_value("-").help("File with the body; - for stdin"));
    let explain = Command::new("explain")
        .about("Show every stage of a signed request, from parameters to the form")
        .arg(file("NAME").required(true).help("API name, such as stream.close"))
        .arg(file("FIELD").num_args(0..).help("key=string, key:=json (numbers, true, lists) or key@=FILE"));
    let diff = Command::new("diff")
        .about("Show the first byte at which two files differ, as text and hex")
        .long_about("Show the first byte at which two files differ, as text and hex. Exits with 0 if they are equal, else with 4.")
        .args([file("EXPECTED"), file("RECEIVED")].map(|arg| arg.required(true).help("File; - for stdin")));
    let reasons = Command::new("reasons").about("List the known mistakes in requests with code, mistake and remedy");
    [
        with_ending(verify, &examples(&["sign verify request.json"]), ""),
        with_ending(explain, &examples(&["sign explain stream.close stream_id:=1000"]), ""),
        with_ending(diff, &examples(&["sign diff expected.json received.json"]), ""),
        with_ending(reasons, &examples(&["sign reasons"]), ""),
    ]
}
