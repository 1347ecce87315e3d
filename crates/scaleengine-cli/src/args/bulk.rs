//! The words of `bulk`.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::declared::examples;
use crate::bulk::{Bulk, Input, Resume};

pub(super) fn bulk() -> Command {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("bulk")
        .about("Sends many commands from a file or from stdin, several at a time, and can go on after a crash")
        .long_about(
            "Sends the commands of a file, several at a time. Each line is an object such as \
             {\"command\":\"stream.close\",\"stream_id\":1000}, or a line of CSV whose first line names the parameters. The whole file is \
             looked at before the first command is sent.\n\n\
             Each result is a line of JSON on stdout, with the number of the input's line. What was begun and what became of it is kept in \
             a journal, FILE.journal: line numbers, hashes and states, no parameters. After a crash, --resume goes on, and repeats nothing that \
             is done, nor what is possibly done and unsafe to repeat. HTTP 429 and code 1000 make all items wait. Credentials that are refused, \
             a clock that is wrong, and a server that cannot be reached end the run early. Ctrl-C waits for what is on its way.",
        )
        .after_help(format!(
            "{}\n\nExit codes of its own: 9 some items were not done; where it stopped early, that of the cause",
            examples(&[
                "bulk closes.jsonl",
                "bulk --command stream.close --jobs 32 streams.csv",
                "bulk --resume --or-begin closes.jsonl",
                "bulk --check closes.jsonl",
            ])
        ))
        .args([
            Arg::new("FILE").required(true).value_parser(value_parser!(PathBuf)).help("The input; - is stdin"),
            option("jobs", "COUNT")
                .short('j')
                .value_parser(value_parser!(u16).range(1..=256))
                .default_value("8")
                .help("How many are on their way at once, at most"),
            option("input", "FORMAT")
                .value_parser(PossibleValuesParser::new(["jsonl", "csv"]))
                .help("How the input is written [default: csv where FILE ends in .csv, else jsonl]"),
            option("command", "NAME")
                .value_parser(NonEmptyStringValueParser::new())
                .help("The command of each line that names none, such as stream.close"),
            option("journal", "FILE")
                .value_parser(value_parser!(PathBuf))
                .help("The journal [default: FILE.journal beside the input]"),
            flag("resume").help("Continue the run that a journal records"),
            flag("or-begin").requires("resume").help("With --resume: begin a new run if the journal does not exist"),
            flag("retry-failed").requires("resume").help("With --resume: sends again what was refused"),
            flag("retry-unknown").requires("resume").help("With --resume: sends again what is possibly done already"),
            flag("check").help("Looks at the input, and sends nothing"),
            flag("unchecked").help("Sends also what the known parameters of a command do not allow"),
        ])
}

pub(super) fn read(matches: &ArgMatches) -> Bulk {
    let path = matches.get_one::<PathBuf>("FILE").filter(|path| path.as_os_str() != "-");
    let csv = match matches.get_one::<String>("input").map(String::as_str) {
        Some(format) => format == "csv",
        None => path.and_then(|path| path.extension()).is_some_and(|end| end.eq_ignore_ascii_case("csv")),
    };
    Bulk {
        input: Input {
            path: path.cloned(),
            csv,
            command: matches.get_one::<String>("command").cloned(),
            unchecked: matches.get_flag("unchecked"),
        },
        jobs: matches.get_one::<u16>("jobs").copied().map_or(1, usize::from),
        journal: matches.get_one::<PathBuf>("journal").cloned(),
        resume: matches.get_flag("resume").then(|| Resume {
            unknown: matches.get_flag("retry-unknown"),
            failed: matches.get_flag("retry-failed"),
            or_begin: matches.get_flag("or-begin"),
        }),
        check: matches.get_flag("check"),
    }
}
