//! The words of `login`, `logout` and `profile`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

use super::declared::examples;

pub(super) fn login() -> Command {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new("login")
        .after_help(examples(&["login --profile main --api-key YOUR_API_KEY --cdn 158 --secret-file secret.txt"]))
        .about("Keeps an account in a profile, its secret in a file that nobody else can read")
        .long_about(
            "Keeps an account in the profile that --profile names, `main` unless it does. What is not said is asked for on a terminal; \
             the secret is not shown, and is never an argument.",
        )
        .args([
            option("api-key", "KEY").help("The account's API key"),
            option("cdn", "ID").value_parser(cdn).help("The account's CDN id"),
            Arg::new("secret-stdin")
                .long("secret-stdin")
                .action(ArgAction::SetTrue)
                .conflicts_with("secret-file")
                .help("Reads the secret key from stdin"),
        ])
}

fn cdn(text: &str) -> Result<u32, &'static str> {
    text.trim().parse().map_err(|_| "a whole number is expected, such as 158")
}

pub(super) fn logout() -> Command {
    Command::new("logout")
        .after_help(examples(&["logout --profile main"]))
        .about("Takes a profile and its secret away; the profile `main`, unless --profile names another")
}

pub(super) fn profile() -> Command {
    let list = Command::new("list")
        .after_help(examples(&["profile list"]))
        .about("Lists the profiles; * marks the one that counts where none is named");
    let choose = Command::new("use")
        .after_help(examples(&["profile use main"]))
        .about("Makes a profile the one that counts where none is named")
        .arg(Arg::new("NAME").required(true).help("The profile's name"));
    let show = Command::new("show")
        .after_help(examples(&["profile show"]))
        .about("Shows where key, CDN id, secret and address come from, and what is shadowed; no secret is read");
    Command::new("profile")
        .about("Accounts that are kept in the configuration")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([list, choose, show])
}

/// Of every command: whose account it is.
pub(super) fn global() -> [Arg; 2] {
    let option = |name: &'static str, value: &'static str| {
        Arg::new(name).long(name).global(true).help_heading(super::GLOBAL).value_name(value)
    };
    [
        option("profile", "NAME")
            .help("The profile of the configuration whose account counts; it outranks the environment"),
        option("secret-file", "FILE")
            .value_parser(value_parser!(PathBuf))
            .help("The file of the secret key, readable to nobody else"),
    ]
}
