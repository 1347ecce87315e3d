//! Help beyond `--help`: topics, completion scripts and man pages, all from the tree of commands.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, Command};
use clap_complete::Shell;

use crate::args::{self, ENVIRONMENT, EXIT_CODES};
use crate::failure::Failure;
use crate::output;

/// Prints the help of a topic or a command.
pub(crate) fn help(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let words: Vec<_> = matches.get_many::<String>("TOPIC").unwrap_or_default().map(String::as_str).collect();
    let text = match words.as_slice() {
        ["environment"] => ENVIRONMENT.to_owned(),
        ["exit-codes"] => EXIT_CODES.to_owned(),
        words => {
            let mut tree = args::tree();
            tree.build();
            let mut command = &mut tree;
            for word in words {
                command = found(command, word)?;
            }
            command.render_long_help().to_string()
        }
    };
    output::data(format!("{}\n", text.trim_end()).as_bytes())
}

fn found<'a>(command: &'a mut Command, word: &str) -> Result<&'a mut Command, Failure> {
    let topics = "use environment, exit-codes, or a command of scaleengine --help";
    let nothing = || Failure::usage("unknown help topic").hint(topics);
    command.find_subcommand_mut(word).ok_or_else(nothing)
}

/// Prints the completion script of a shell.
pub(crate) fn completions(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let Some(shell) = matches.get_one::<Shell>("SHELL") else { return Err(Failure::usage("missing: SHELL")) };
    let (mut tree, mut script) = (args::tree(), Vec::new());
    clap_complete::generate(*shell, &mut tree, "scaleengine", &mut script);
    output::data(&script)
}

/// Prints the man page, or writes one page per command to a folder.
pub(crate) fn man(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let unwritten = |error: std::io::Error| Failure::config(format!("cannot write the man pages: {error}"));
    let mut tree = args::tree();
    let Some(folder) = matches.get_one::<PathBuf>("dir") else {
        let mut page = Vec::new();
        tree.build();
        clap_mangen::Man::new(tree).render(&mut page).map_err(unwritten)?;
        return output::data(&page);
    };
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    tree.build();
    clap_mangen::generate_to(tree, folder).map_err(unwritten)?;
    Ok(ExitCode::SUCCESS)
}
