//! The subcommands `login`, `logout` and `profile`, and the flags that select an account.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

use super::declared::{examples, with_ending};

pub(super) fn login() -> Command {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    let command = Command::new("login")
        .about("Store an account in a profile; its secret in a file only you can read")
        .long_about(
            "Store an account in the profile that --profile names, or in `main`. On a terminal, missing values are asked for. The secret \
             is read from the terminal, from stdin or from --secret-file, and copied to a file of the profile.",
        )
        .args([
            option("api-key", "KEY").help("API key of the account"),
            option("cdn", "ID").value_parser(cdn).help("CDN id of the account"),
            Arg::new("secret-stdin")
                .long("secret-stdin")
                .action(ArgAction::SetTrue)
                .conflicts_with("secret-file")
                .help("Read the secret key from stdin"),
        ]);
    let example = "login --profile main --api-key YOUR_API_KEY --cdn 158 --secret-file secret.txt";
    with_ending(command, &examples(&[example]), "")
}

fn cdn(text: &str) -> Result<u32, &'static str> {
    text.trim().parse().map_err(|_| "expected an integer, such as 158")
}

pub(super) fn logout() -> Command {
    let command = Command::new("logout").about("Remove a profile and its secret; `main` unless --profile is given");
    with_ending(command, &examples(&["logout --profile main"]), "")
}

pub(super) fn profile() -> Command {
    let list = Command::new("list").about("List the profiles; * marks the default");
    let choose = Command::new("use")
        .about("Make a profile the default")
        .arg(Arg::new("NAME").required(true).help("Name of the profile"));
    let show = Command::new("show").about("Show each setting, its source, and overridden sources; reads no secret");
    Command::new("profile")
        .about("List and select the profiles of the configuration")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            with_ending(list, &examples(&["profile list"]), ""),
            with_ending(choose, &examples(&["profile use main"]), ""),
            with_ending(show, &examples(&["profile show"]), ""),
        ])
}

/// Returns the global flags that select an account.
pub(super) fn global() -> [Arg; 2] {
    let option = |name: &'static str, value: &'static str| super::global(name).value_name(value);
    [
        option("profile", "NAME").help("Profile with the account to use; overrides the environment"),
        option("secret-file", "FILE")
            .value_parser(value_parser!(PathBuf))
            .help("File with the secret key; must be readable only by you"),
    ]
}
