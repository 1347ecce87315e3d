//! The groups in which the help of the program lists its subcommands. clap has no headings for
//! subcommands, so a template contains the list.

use std::fmt::Write as _;

use clap::Command;

/// A group: its heading and its subcommands in order.
const GROUPS: [(&str, &[&str]); 9] = [
    ("Streams", &["stream", "app", "log", "server"]),
    ("Playback", &["ticket", "sevu"]),
    ("Channels", &["channel", "switchboard"]),
    ("Recording", &["recording"]),
    ("Push", &["pushpublish"]),
    ("Files", &["files", "disk", "aws"]),
    ("Statistics and charges", &["usage", "video", "viewer", "vsn"]),
    ("Sandbox and signing", &["sandbox", "demo", "sign"]),
    (
        "Account and tools",
        &["login", "logout", "profile", "doctor", "call", "bulk", "commands", "help", "completions", "man"],
    ),
];

/// Returns the summary of a family of commands.
pub(super) fn about(family: &str) -> &'static str {
    match family {
        "app" => "List the applications of the account",
        "aws" => "Copy files to Amazon S3",
        "channel" => "Manage channels and their playlists",
        "disk" => "Show storage use",
        "files" => "List stored files (deprecated by the API)",
        "log" => "Show the events of a stream",
        "pushpublish" => "Push streams to other services",
        "recording" => "Start, split and stop recordings",
        "server" => "Check that a server responds",
        "sevu" => "The API's own commands for publishers (encoder logins) and tickets",
        "stream" => "List, inspect, watch, disconnect and shut down live streams",
        "switchboard" => "Manage switchboards, which show the first live source",
        "usage" => "Show use and charges",
        "video" => "Show CDN use by day, month and server",
        "viewer" => "Count viewers, live and past",
        "vsn" => "Count the viewers of one stream or file",
        _ => "Commands of the API",
    }
}

/// Lists the subcommands of a complete tree in groups. One that no group names is listed last.
pub(super) fn with_groups(root: Command) -> Command {
    let mut list = String::new();
    let line = |list: &mut String, command: &Command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(list, "  {:<13}{about}", command.get_name());
    };
    for (heading, names) in GROUPS {
        let _ = writeln!(list, "{heading}:");
        for command in names.iter().filter_map(|name| root.find_subcommand(name)) {
            line(&mut list, command);
        }
        list.push('\n');
    }
    let listed = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    for command in root.get_subcommands().filter(|command| !listed(command.get_name())) {
        line(&mut list, command);
    }
    let template =
        format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{list}Options:\n{{options}}{{after-help}}");
    root.help_template(template)
}
