//! Runs other programs from the root of the workspace, and prints their command lines.

use std::error::Error;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The result of a task.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Returns the workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Returns cargo's target folder, which `CARGO_TARGET_DIR` or a configuration file may set.
pub(crate) fn target() -> Outcome<&'static Path> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    if let Some(folder) = FOLDER.get() {
        return Ok(folder);
    }
    let told = cargo("metadata --no-deps --format-version 1").output()?;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let folder = told
        .get("target_directory")
        .and_then(serde_json::Value::as_str)
        .ok_or("cargo metadata contains no target directory")?;
    Ok(FOLDER.get_or_init(|| PathBuf::from(folder)))
}

/// Prints a line to stderr.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A program to run.
pub(crate) struct Program(Command);

/// Returns cargo with arguments, separated by blanks.
pub(crate) fn cargo(args: &str) -> Program {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args.split_whitespace())
}

/// Returns cargo for `scaleengine-http` and the crates above it, with every feature except the
/// second crypto provider. All tasks that build them use the same packages and features, so that
/// nothing is built twice: `cargo_all("test", "--test suite")`.
pub(crate) fn cargo_all(command: &str, more: &str) -> Program {
    const ALL: &str = "-p scaleengine-http -p scaleengine-config -p scaleengine -p scaleengine-sandbox -p scaleengine-cli --no-default-features \
                       --features hyper,reqwest,ureq,tower,tracing,test-server,ring,config";
    cargo(format!("{command} {ALL} {more}").trim_end())
}

/// Returns cargo for a crate in `xtask/` outside the workspace, with the workspace's dependency
/// versions and in its target folder.
pub(crate) fn cargo_apart(command: &str, name: &str) -> Outcome<Program> {
    let folder = root().join("xtask").join(name);
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(cargo(command).env("CARGO_TARGET_DIR", &target()?.join(name).to_string_lossy()).in_folder(&folder))
}

/// Builds the binary as `cargo run` does, and returns its path.
pub(crate) fn scaleengine() -> Outcome<PathBuf> {
    cargo("build --quiet --locked -p scaleengine-cli").run()?;
    Ok(target()?.join("debug/scaleengine"))
}

/// Returns a program with arguments, which runs in the workspace's folder.
pub(crate) fn program<A: AsRef<OsStr>>(name: impl AsRef<OsStr>, args: impl IntoIterator<Item = A>) -> Program {
    let mut command = Command::new(name);
    command.args(args).current_dir(root());
    Program(command)
}

impl Program {
    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    pub(crate) fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.0.stdin(stdin);
        self
    }

    /// Runs it, and shows its output.
    pub(crate) fn run(mut self) -> Outcome {
        let name = self.name();
        say(&format!("$ {name}"));
        let status = self.0.status().map_err(|error| format!("{name}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{name}: {status}").into()) }
    }

    /// Runs it, and shows its stderr only if it fails.
    pub(crate) fn quietly(mut self) -> Outcome {
        let name = self.name();
        let output = self.0.output().map_err(|error| format!("{name}: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Err(format!("{name}: {}\n{stdout}{stderr}", output.status).into())
    }

    /// Runs it, and returns its stdout.
    pub(crate) fn output(mut self) -> Outcome<String> {
        let name = self.name();
        let output = self.0.stderr(Stdio::inherit()).output().map_err(|error| format!("{name}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{name}: {}", output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs it, expects it to fail, and returns its stderr.
    pub(crate) fn refusal(mut self) -> Outcome<String> {
        let output = self.0.output()?;
        if output.status.success() {
            return Err(format!("{} succeeded, but was expected to fail", self.name()).into());
        }
        Ok(String::from_utf8(output.stderr)?)
    }

    /// Returns the command itself, to run it in another way.
    pub(crate) fn into_command(self) -> Command {
        self.0
    }

    fn name(&self) -> String {
        let args = self.0.get_args().map(OsStr::to_string_lossy);
        let program = Path::new(self.0.get_program()).file_name().unwrap_or_default().to_string_lossy();
        std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
    }
}
