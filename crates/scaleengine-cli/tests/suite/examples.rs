//! The commands of the README and of the help, run as they stand.

use std::process::Command;

use crate::binary::{Ran, Serving, run};

#[test]
fn every_shell_line_of_the_readme_runs() {
    let readme = include_str!("../../../../README.md");
    let sandbox = Serving::start(&[]);
    let blocks = readme.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    let lines: Vec<_> = blocks.flat_map(str::lines).filter(|line| line.starts_with("scaleengine ")).collect();
    assert!(lines.len() >= 3, "{lines:?}");
    for line in lines.into_iter().filter(|line| !line.starts_with("scaleengine sandbox serve")) {
        let folder = env!("CARGO_BIN_EXE_scaleengine").strip_suffix("/scaleengine").unwrap();
        let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).env("PATH", path).envs(sandbox.variables.iter().cloned());
        let ran: Ran = shell.output().unwrap().into();
        // The sandbox has one live stream; closing it once more is a failure that says so.
        assert!(ran.code == 0 || (ran.code == 5 && ran.stderr.contains("not live")), "{line}: {ran:?}");
    }
}

#[test]
fn the_example_of_the_help_runs() {
    let help = run(&["--help"]).stdout;
    let line = help.lines().find_map(|line| line.strip_prefix("Without an account: scaleengine ")).unwrap();
    let ran = run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "{ran:?}");
}
