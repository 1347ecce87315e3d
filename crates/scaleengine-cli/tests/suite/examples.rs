//! The commands of the README and of the help, run as they stand.

use std::process::Command;

use crate::binary::{Ran, Serving, run};

#[test]
fn every_shell_line_of_the_readme_and_of_the_cookbook_runs() {
    for (page, least) in [(include_str!("../../../../README.md"), 7), (include_str!("../../../../docs/cli.md"), 14)] {
        let blocks = page.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
        let lines: Vec<_> = blocks.flat_map(str::lines).filter(|line| line.starts_with("scaleengine ")).collect();
        assert!(lines.len() >= least, "{lines:?}");
        for line in lines.into_iter().filter(|line| !line.starts_with("scaleengine sandbox serve")) {
            runs(line);
        }
    }
}

/// A line, with a sandbox of its own whose one stream is live.
fn runs(line: &str) {
    let sandbox = Serving::start(&[]);
    let folder = env!("CARGO_BIN_EXE_scaleengine").strip_suffix("/scaleengine").unwrap();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let home = tempfile::tempdir().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env("PATH", path).env("XDG_CONFIG_HOME", home.path());
    let ran: Ran = shell.envs(sandbox.variables.iter().cloned()).output().unwrap().into();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line}");
}

#[test]
fn the_first_command_of_the_readme_prints_what_it_says() {
    let readme = include_str!("../../../../README.md");
    let (_, block) = readme.split_once("$ cargo run -- ").unwrap();
    let mut lines = block.lines();
    let ran = run(&lines.next().unwrap().split(' ').collect::<Vec<_>>());
    let (said, _) = lines.next().unwrap().split_once(" (").unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with(said), "{ran:?}");
}

#[test]
fn the_demo_tells_its_story() {
    let ran = run(&["demo"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    // Closed it comes back as another stream, shut down it stays away; a ticket is made and revoked; a mistake is named.
    for told in [
        " 1000  demo-origin",
        " 1001  demo-origin",
        "streams: none",
        "\"playback\":\"https://example.com/",
        "sevu.revoke: success",
        "secret-quoted: ",
    ] {
        assert!(ran.stdout.contains(told), "{told} is not in {}", ran.stdout);
    }
    let commands = ran.stdout.lines().filter(|line| line.starts_with("$ "));
    assert_eq!(commands.count(), 8);
}

#[test]
fn the_example_of_the_help_runs() {
    let help = run(&["--help"]).stdout;
    let line = help.lines().find_map(|line| line.strip_prefix("Without an account: scaleengine ")).unwrap();
    let ran = run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "{ran:?}");
}
