//! Runs the commands of the READMEs, the docs and the help unchanged.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::binary::{Ran, leaves, run};
use crate::place::{Place, examples};

#[test]
fn every_shell_line_of_the_readmes_and_of_the_cookbook_runs() {
    let readmes = [(include_str!("../../../../README.md"), 7), (include_str!("../../README.md"), 6)];
    for (page, least) in readmes.into_iter().chain([(include_str!("../../../../docs/cli.md"), 14)]) {
        let blocks = page.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
        let lines: Vec<_> = blocks.flat_map(str::lines).filter(|line| line.starts_with("scaleengine ")).collect();
        assert!(lines.len() >= least, "{lines:?}");
        for line in lines.into_iter().filter(|line| !line.starts_with("scaleengine sandbox serve")) {
            runs(line);
        }
    }
}

/// Runs a line with a separate sandbox, which has one live stream.
fn runs(line: &str) {
    let place = Place::new();
    let ran: Ran = place.shell(line).output().unwrap().into();
    let summary = ran.stderr.is_empty() || ran.stderr.starts_with("bulk: ");
    assert!(ran.code == 0 && summary, "{line}: {ran:?}");
}

#[test]
fn every_command_has_examples_in_its_help_and_each_of_them_runs() {
    let mut count = 0;
    for words in leaves() {
        for example in examples(&words) {
            count += 1;
            assert!(example.contains(&words.join(" ")), "{words:?}: {example}");
            let place = Place::new();
            place.prepare(&example);
            let mut shell = place.shell(&format!("exec scaleengine --yes {example}"));
            if words == ["sandbox", "serve"] {
                // It serves until it is stopped.
                let mut child = shell.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
                let first = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
                assert!(first.starts_with("SCALEENGINE_"), "{example}: {first}");
                child.kill().unwrap();
                child.wait().unwrap();
                continue;
            }
            let ran: Ran = shell.output().unwrap().into();
            // Examples from the documentation name objects that this sandbox does not have.
            let unknown = ["not live", "No such"].iter().any(|told| ran.stderr.contains(told));
            assert!(ran.code == 0 || ran.code == 5 && unknown, "{example}: {ran:?}");
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn the_first_readme_command_prints_the_output_shown() {
    let readme = include_str!("../../../../README.md");
    let (_, block) = readme.split_once("$ cargo run -- ").unwrap();
    let mut lines = block.lines();
    let ran = run(&lines.next().unwrap().split(' ').collect::<Vec<_>>());
    let (said, _) = lines.next().unwrap().split_once(" (").unwrap();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with(said), "{ran:?}");
}

#[test]
fn the_demo_shows_each_step() {
    let ran = run(&["demo"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    // The closed stream returns as another one, the shut-down stream does not; a ticket is issued
    // and revoked; a mistake is named.
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
    let line = help
        .lines()
        .find_map(|line| line.strip_prefix("  scaleengine --sandbox ").map(|line| format!("--sandbox {line}")))
        .unwrap();
    let ran = run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "{ran:?}");
}
