//! Checks that one declaration is enough: adds a command in one place of a copy of the sources, and
//! finds it in all other places.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Outcome, Program, cargo, program, root, say, scaleengine, target};

/// The files and folders to copy.
const SOURCES: [&str; 8] = [".cargo", "Cargo.toml", "Cargo.lock", "README.md", "crates", "docs", "vectors", "xtask"];

/// The family's file, the only one that is changed.
const FAMILY: &str = "crates/scaleengine-proto/src/family/stream.rs";

const DECLARATION: &str = r#"
/// Probes a live stream.
#[derive(Clone, PartialEq, Eq, Command)]
#[command(
    name = "stream.probe.deep",
    page = "https://example.com/docs/probe",
    confidence = Observed,
    safety = ReadOnly,
    reason = "it changes nothing",
    reply = Document
)]
#[non_exhaustive]
pub struct Probe {
    /// The application.
    #[param(example = "demo-origin")]
    pub app: String,
    /// The depth of the probe.
    #[param(example = 7, confidence = Assumed)]
    pub depth: Option<i64>,
    extra: Fields,
}
"#;

/// A program that uses the new type.
const EXAMPLE: &str = r#"//! The new command as a type.
use scaleengine::{Account, Credentials, SecretKey, proto::UnixTime, sign::Signer, stream};

fn main() {
    let signer = Signer::new(&Credentials::new(Account::new("SANDBOXKEY0000000000000000000000", 158), SecretKey::new("SECRET")));
    let probe = stream::Probe::new("demo-origin").depth(7).extra("more", "x");
    println!("{}", signer.sign(&probe, UnixTime(1_700_000_000)).unwrap().json());
}
"#;

const SIGNED: &str = r#"{"command":"stream.probe.deep","api_key":"SANDBOXKEY0000000000000000000000","timestamp":1700000000,"cdn":158,"app":"demo-origin","depth":7"#;

pub(crate) fn run() -> Outcome {
    let copy = Copy::make()?;
    copy.edit(FAMILY, |text| text.replacen("commands!(", "commands!(Probe, ", 1) + DECLARATION)?;
    let secret = fs::read_to_string(root().join("vectors/by-name/secret.txt"))?;
    copy.edit("crates/scaleengine/examples/declared.rs", |_| EXAMPLE.replace("SECRET", &secret))?;

    let typed = copy.cargo("run --quiet -p scaleengine --example declared").output()?;
    found("the type, with its constructor, its setter and extra parameters", &typed, SIGNED)?;
    found("the type, with its constructor, its setter and extra parameters", &typed, r#","more":"x","signature""#)?;

    copy.cargo("build --quiet -p scaleengine-cli").run()?;
    let print = "--sandbox --print body --timestamp 1700000000 stream probe-deep --app demo-origin --depth 7";
    found("the subcommand", &copy.scaleengine(print).output()?, SIGNED)?;
    let refused = copy.scaleengine("--sandbox stream probe-deep --app demo-origin --depth deep").refusal()?;
    found("the subcommand's value check", &refused, "an integer")?;
    let help = copy.scaleengine("stream probe-deep --help").output()?;
    found("the help", &help, "Not documented, seen in a client; see https://example.com/docs/probe")?;
    found("the help", &help, "[assumed]")?;
    let refused = copy.scaleengine("--sandbox -o json call stream.probe.deep").refusal()?;
    found("the sandbox's check", &refused, "One or more required fields are missing: app")?;
    let catalogue = copy.scaleengine("commands -o jsonl").output()?;
    let line = catalogue.lines().find(|line| line.contains("stream.probe.deep")).unwrap_or_default();
    found("the catalogue", line, r#""page":"https://example.com/docs/probe""#)?;

    // The test fails until the snapshot exists; PHP then writes the vectors from it.
    let snapshots = "test --quiet -p scaleengine-sign --all-features --test suite snapshots";
    copy.cargo(snapshots).env("INSTA_UPDATE", "no").refusal()?;
    copy.cargo(snapshots).env("INSTA_UPDATE", "always").run()?;
    let snapshot = copy.read("crates/scaleengine-sign/tests/suite/snapshots/stream.probe.deep.snap")?;
    found("the snapshot", &snapshot, SIGNED)?;
    copy.cargo("xtask reference").run()?;
    found("the page", &copy.read("docs/reference/stream.md")?, "## stream.probe.deep")?;
    copy.cargo("xtask vectors").run()?;
    let vector = copy.read("vectors/commands/stream.probe.deep/new-full/text.json")?;
    found("the vector", &vector, SIGNED)?;
    // Rebuild the workspace's own binary in the shared target folder.
    scaleengine()?;
    Ok(())
}

fn found(place: &str, text: &str, expected: &str) -> Outcome {
    if text.contains(expected) {
        say(&format!("declared once, found in {place}"));
        return Ok(());
    }
    Err(format!("the new command is not in {place}: {expected:?} is not in {text:?}").into())
}

/// The copy of the sources. It shares the target folder, so that only the workspace itself is
/// rebuilt. Its version differs, so that cargo keeps the two builds apart.
struct Copy(PathBuf, &'static Path);

impl Copy {
    fn make() -> Outcome<Self> {
        let copy = target()?.join("declaration");
        if copy.exists() {
            fs::remove_dir_all(&copy)?;
        }
        for source in SOURCES {
            copy_all(&root().join(source), &copy.join(source))?;
        }
        let copy = Self(copy, target()?);
        let version = concat!("\nversion = \"", env!("CARGO_PKG_VERSION"));
        copy.edit("Cargo.toml", |text| text.replacen(version, &format!("{version}+declaration"), 1))?;
        if !copy.read("Cargo.toml")?.contains("+declaration\"") {
            return Err("Cargo.toml of the copy has no version to change".into());
        }
        Ok(copy)
    }

    fn edit(&self, file: &str, change: impl FnOnce(String) -> String) -> Outcome {
        let path = self.0.join(file);
        let text = if path.exists() { fs::read_to_string(&path)? } else { String::new() };
        fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
        Ok(fs::write(path, change(text))?)
    }

    fn read(&self, file: &str) -> Outcome<String> {
        fs::read_to_string(self.0.join(file)).map_err(|error| format!("{file}: {error}").into())
    }

    fn cargo(&self, args: &str) -> Program {
        cargo(args).in_folder(&self.0).env("CARGO_TARGET_DIR", &self.1.to_string_lossy())
    }

    fn scaleengine(&self, args: &str) -> Program {
        program(self.1.join("debug/scaleengine"), args.split(' ')).in_folder(&self.0)
    }
}

fn copy_all(from: &Path, to: &Path) -> Outcome {
    if from.is_file() {
        fs::create_dir_all(to.parent().ok_or("a file has a folder")?)?;
        fs::copy(from, to)?;
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != "target" {
            copy_all(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
