//! An environment in which the examples of help pages are run.

use std::process::{Command, Stdio};

use crate::binary::{Ran, Serving, run};

/// Returns the examples of a command's help page, without the program name.
pub(crate) fn examples(words: &[String]) -> Vec<String> {
    let help = run(&words.iter().map(String::as_str).chain(["--help"]).collect::<Vec<_>>()).stdout;
    let help = help.replace(" \\\n           ", " ");
    let examples = help.lines().skip_while(|line| !line.starts_with("Example"));
    let examples: Vec<_> = examples.filter_map(|line| line.strip_prefix("  scaleengine ")).map(str::to_owned).collect();
    assert!(!examples.is_empty(), "{words:?} has no example:\n{help}");
    examples
}

/// A sandbox, a home folder with a profile, and the files that examples name.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) sandbox: Serving,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), sandbox: Serving::start(&[]) };
        let close = r#"{"command":"stream.close","app":"demo-origin","inst":"live","stream":"my_live_stream"}"#;
        place.write("secret.txt", scaleengine_sandbox::SECRET_KEY);
        place.write("closes.jsonl", &format!("{close}\n"));
        place.write("streams.csv", "app,inst,stream\ndemo-origin,live,my_live_stream\n");
        let body = place.run("scaleengine --print body stream close --stream-id 1000").stdout;
        for name in ["request.json", "expected.json", "received.json"] {
            place.write(name, &body);
        }
        place.run("scaleengine login --api-key SANDBOXKEY0000000000000000000000 --cdn 158 --secret-file secret.txt");
        place
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn shell(&self, line: &str) -> Command {
        let binaries = env!("CARGO_BIN_EXE_scaleengine").strip_suffix("/scaleengine").unwrap();
        let path = format!("{binaries}:{}", std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).env("PATH", path).env("XDG_CONFIG_HOME", self.folder.path());
        shell.current_dir(self.folder.path()).stdin(Stdio::null());
        shell.envs(self.sandbox.variables.iter().cloned());
        shell
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        self.shell(line).output().unwrap().into()
    }

    /// Creates the files that an example names and that do not exist yet.
    pub(crate) fn prepare(&self, example: &str) {
        if example.contains("ticket.json") || example.contains("key.txt") {
            let issue = "scaleengine -o json ticket issue --app demo-origin --video mystream --ip auto --uses 5";
            let issued = self.run(issue).stdout;
            let ticket: serde_json::Value = serde_json::from_str(&issued).unwrap();
            self.write("key.txt", ticket["reply"]["ticket"]["key"].as_str().unwrap());
            self.write("ticket.json", &issued);
        }
        for name in example.split('@').skip(1).filter_map(|rest| rest.split_whitespace().next()) {
            if !self.folder.path().join(name).exists() {
                self.write(name, "a secret of its own");
            }
        }
    }
}
