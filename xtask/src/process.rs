//! Runs other programs from the root of the workspace, and says what it runs.

use std::error::Error;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// How a task ends.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The folder that cargo builds in, wherever `CARGO_TARGET_DIR` or a configuration puts it.
pub(crate) fn target() -> Outcome<&'static Path> {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    if let Some(folder) = FOLDER.get() {
        return Ok(folder);
    }
    let told = cargo("metadata --no-deps --format-version 1").output()?;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let folder =
        told.get("target_directory").and_then(serde_json::Value::as_str).ok_or("cargo names no target directory")?;
    Ok(FOLDER.get_or_init(|| PathBuf::from(folder)))
}

/// Writes a line for the person who runs the task.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A program that is about to be run.
pub(crate) struct Program(Command);

/// Cargo with arguments that hold no blanks.
pub(crate) fn cargo(args: &str) -> Program {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args.split_whitespace())
}

/// Cargo, for the crates that stand on `scaleengine-http`, with every feature but the second crypto provider. Tasks that build them
/// name the same packages and features, so that nothing is built twice: `cargo_all("test", "--test suite")`.
pub(crate) fn cargo_all(command: &str, more: &str) -> Program {
    const ALL: &str = "-p scaleengine-http -p scaleengine -p scaleengine-sandbox -p scaleengine-cli --no-default-features \
                       --features hyper,reqwest,ureq,tower,tracing,test-server,ring";
    cargo(format!("{command} {ALL} {more}").trim_end())
}

/// Cargo, for a crate in `xtask/` outside the workspace: with the workspace's versions, and in its target folder.
pub(crate) fn cargo_apart(command: &str, name: &str) -> Outcome<Program> {
    let folder = root().join("xtask").join(name);
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(cargo(command).env("CARGO_TARGET_DIR", &target()?.join(name).to_string_lossy()).in_folder(&folder))
}

/// Builds the binary as `cargo run` does, and says where it is.
pub(crate) fn scaleengine() -> Outcome<PathBuf> {
    cargo("build --quiet --locked -p scaleengine-cli").run()?;
    Ok(target()?.join("debug/scaleengine"))
}

/// Any program.
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

    /// Runs it; its output is the person's to read.
    pub(crate) fn run(mut self) -> Outcome {
        let name = self.name();
        say(&format!("$ {name}"));
        let status = self.0.status().map_err(|error| format!("{name}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{name}: {status}").into()) }
    }

    /// Runs it; what it writes is of interest only when it fails.
    pub(crate) fn quietly(mut self) -> Outcome {
        let name = self.name();
        let output = self.0.output().map_err(|error| format!("{name}: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
    }

    /// Runs it and takes what it wrote to stdout.
    pub(crate) fn output(mut self) -> Outcome<String> {
        let name = self.name();
        let output = self.0.stderr(Stdio::inherit()).output().map_err(|error| format!("{name}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{name}: {}", output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs it, has it fail, and takes what it wrote to stderr.
    pub(crate) fn refusal(mut self) -> Outcome<String> {
        let output = self.0.output()?;
        if output.status.success() {
            return Err(format!("{} does not fail", self.name()).into());
        }
        Ok(String::from_utf8(output.stderr)?)
    }

    /// The command itself, for what is done with it otherwise.
    pub(crate) fn into_command(self) -> Command {
        self.0
    }

    fn name(&self) -> String {
        let args = self.0.get_args().map(OsStr::to_string_lossy);
        let program = Path::new(self.0.get_program()).file_name().unwrap_or_default().to_string_lossy();
        std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
    }
}
