//! The subcommand `bulk`.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::declared::{examples, with_ending};
use crate::bulk::{Bulk, Input, Resume};

pub(super) fn bulk() -> Command {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let command = Command::new("bulk")
        .about("Send many commands from a file, several at a time; resumes after a crash")
        .long_about(
            "Send the commands of a file, several at a time. Each line is an item: an object such as \
             {\"command\":\"stream.close\",\"stream_id\":1000}, or a row of CSV whose first line names the parameters. The complete file is \
             checked before the first command is sent.\n\n\
             Each result is a line of JSON on stdout with the line number of its item. A journal, FILE.journal, records the state of each \
             item: line numbers, hashes and states, no parameters. After a crash, --resume continues the run. It repeats neither items that \
             are done nor items that may have been executed and are unsafe to repeat.\n\n\
             HTTP 429 and the API's code 1000 (servers are busy) make all items wait. The run ends early if the credentials are refused, the clock is wrong, or the \
             server cannot be reached. For cron, `bulk --resume --or-begin FILE` begins a run, or continues an interrupted one; after a complete run it sends only items that were added to FILE since. Ctrl-C finishes the requests in flight first.",
        )
        .args([
            Arg::new("FILE").required(true).value_parser(value_parser!(PathBuf)).help("Input file; - for stdin"),
            option("jobs", "COUNT")
                .short('j')
                .value_parser(value_parser!(u16).range(1..=256))
                .default_value("8")
                .help("Maximum number of items in flight"),
            option("input", "FORMAT")
                .value_parser(PossibleValuesParser::new(["jsonl", "csv"]))
                .hide_possible_values(true)
                .help("jsonl or csv [default: by the ending of FILE]"),
            option("command", "NAME")
                .value_parser(NonEmptyStringValueParser::new())
                .help("Command of items that do not name one"),
            option("journal", "FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Journal [default: FILE.journal; required for stdin]"),
            flag("resume").help("Continue the run that the journal records"),
            flag("or-begin").requires("resume").help("With --resume: begin a run if none is recorded"),
            flag("retry-failed").requires("resume").help("With --resume: repeat items that were refused"),
            flag("retry-unknown").requires("resume").help("With --resume: repeat items of unknown effect")
                .long_help("With --resume: also repeat unsafe items that may have been executed. Check the current state first."),
            flag("check").help("Check the input and send nothing"),
            flag("unchecked")
                .help("Do not check commands and parameters")
                .long_help("Do not check commands and parameters: send unknown ones as they are."),
        ]);
    with_ending(
        command,
        &examples(&["bulk --command stream.close --jobs 32 streams.csv"]),
        "Exit code 9: some items failed, were not sent, or have an unknown effect. A run that ends early exits with the code of the cause.",
    )
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
