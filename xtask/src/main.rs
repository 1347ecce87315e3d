//! Every check and generator that a maintainer runs: `cargo xtask TASK`.
//!
//! It depends on no crate of the workspace: it runs cargo, PHP and the built binary.

mod api;
mod bench;
mod conformance;
mod cross;
mod declaration;
mod directions;
mod dist;
mod examples;
mod faults;
mod features;
mod foreign;
mod fuzz;
mod imports;
mod instructions;
mod neighbors;
mod page;
mod process;
mod reference;
mod served;
mod snapshot;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use process::{Outcome, Program, cargo, cargo_all};

/// A task: its name, what it does, and the function that does it.
type Task = (&'static str, &'static str, fn() -> Outcome);

const TASKS: [Task; 24] = [
    ("test", "everything that needs only cargo: all features, no features, doc tests, snapshots, vectors", test),
    (
        "ci",
        "what else a change has to pass: lint, doc, directions, features, api, conformance, and more; not what only `long` does",
        ci,
    ),
    ("lint", "formatting and clippy", lint),
    ("doc", "rustdoc without a warning", doc),
    ("directions", "which crate may depend on what, and that each dependency has its reason", directions::run),
    ("features", "the combinations of features that people use, each by itself", features::run),
    (
        "api",
        "writes docs/api, the public API of each library, and allows foreign types on a list only; ci checks that it is current",
        api::write,
    ),
    ("examples", "runs the example programs, each against a sandbox of its own", examples::run),
    ("faults", "breaks real sockets in every way, prints what calls make of it, and publishes that", faults::run),
    ("instructions", "records what a call costs in instructions; ci guards it", instructions::record),
    ("no-std", "that proto and sign link into a static library without std", no_std),
    ("conformance", "20,000 random commands and texts, and 2,000 forms, against real PHP", conformance::run),
    ("reference", "writes docs/reference from the declarations; ci checks that it is current", reference::write),
    (
        "declaration",
        "declares a command in a copy of the sources, and finds it in every place where it has to be",
        declaration::run,
    ),
    (
        "neighbors",
        "the most common programs with TLS of their own beside the default features; theirs stays as it is",
        neighbors::run,
    ),
    ("neighbors-all", "every such program beside every choice of features", neighbors::run_all),
    ("vectors", "has PHP write the vectors of every command; conformance checks them", conformance::write_vectors),
    ("foreign", "clients in PHP, Ruby, Perl, Python and Node against each check of the sandbox", foreign::run),
    ("page", "the sandbox's page in a real browser", page::run),
    ("fuzz", "what decodes other people's bytes, a minute for each of three targets; needs cargo-fuzz", fuzz),
    (
        "dist",
        "an archive of the stripped binary, completions, pages for man and checksums; unpacked and run",
        dist::run,
    ),
    ("cross", "that the libraries check for wasm32-unknown-unknown, and the command line for Windows", cross::run),
    ("bench", "signing, bulk and the whole process, as ratios in one run", bench::run),
    (
        "long",
        "the long proofs in full: a million cases of conformance, 100,000 of each property, a soak of 100,000 calls",
        long,
    ),
];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1);
    let Some((name, _, task)) = TASKS.iter().find(|(name, ..)| Some(*name) == wanted.as_deref()) else {
        for (name, about, _) in TASKS {
            process::say(&format!("cargo xtask {name:<12} {about}"));
        }
        return ExitCode::from(2);
    };
    match task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::say(&format!("xtask {name}: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn test() -> Outcome {
    // A snapshot that differs fails, whatever the environment says of insta.
    let run = |args: &str| cargo(args).env("INSTA_UPDATE", "no").env_remove("INSTA_FORCE_PASS").run();
    // Apart, so that the features of serde_json that proto and sign test with are off in the others, as in the binary.
    // Alone: its tests turn on a feature of proc-macro2, and every crate that uses a derive would be built again with it.
    run("test -p scaleengine-macros")?;
    run("test -p scaleengine-proto -p scaleengine-sign -p xtask --all-features")?;
    cargo_all("test", "").env("INSTA_UPDATE", "no").env_remove("INSTA_FORCE_PASS").run()?;
    run("test -p scaleengine-http -p scaleengine --no-default-features")
}

/// The tasks of `ci`, in the order in which a failure is cheapest to find.
const CHECKS: [Task; 16] = [
    ("lint", "", lint),
    ("doc", "", doc),
    ("directions", "", directions::run),
    ("no-std", "", no_std),
    ("features", "", features::run),
    ("api", "", api::check),
    ("examples", "", examples::run),
    ("faults", "", faults::check),
    ("instructions", "", instructions::check),
    ("reference", "", reference::check),
    ("conformance", "", conformance::check),
    ("foreign", "", foreign::run),
    ("page", "", page::run),
    ("neighbors", "", neighbors::run),
    ("dist", "", dist::check),
    ("package", "", package),
];

/// Runs every check, and prints the seconds that each took.
#[expect(clippy::disallowed_methods, reason = "the time of a task is what is measured")]
fn ci() -> Outcome {
    let mut seconds = Vec::new();
    let outcome = CHECKS.iter().try_for_each(|(name, _, task)| {
        let start = Instant::now();
        let outcome = task();
        seconds.push(format!("{name} {:.0}", start.elapsed().as_secs_f64()));
        outcome
    });
    process::say(&format!("seconds: {}", seconds.join(", ")));
    outcome
}

/// Packages as they would be published. They are not built again: that would prove no more than the tests did.
fn package() -> Outcome {
    cargo("package --workspace --exclude xtask --exclude conformance --allow-dirty --no-verify --quiet").run()
}

fn lint() -> Outcome {
    cargo("fmt --all --check").run()?;
    // Those of crates outside the workspace. The modules of `neighbors/main.rs` are put in place when it is built, so rustfmt cannot
    // follow it; each of them is checked by itself.
    let mut files = rust_files(&process::root().join("xtask"))?;
    files.retain(|file| !Path::new(file).ends_with("neighbors/main.rs"));
    let flags = ["--check", "--edition", "2024"].map(OsString::from);
    process::program("rustfmt", flags.into_iter().chain(files)).quietly()?;
    cargo("clippy -p scaleengine-macros --all-targets -- -D warnings").run()?;
    cargo("clippy -p scaleengine-proto -p scaleengine-sign -p xtask -p conformance --all-targets --all-features -- -D warnings").run()?;
    cargo_all("clippy", "--all-targets -- -D warnings").run()?;
    cargo("clippy -p scaleengine-http -p scaleengine --no-default-features -- -D warnings").run()
}

/// The sources in a folder, without what cargo wrote there.
fn rust_files(folder: &Path) -> Outcome<Vec<OsString>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path.into_os_string());
        }
    }
    Ok(files)
}

fn doc() -> Outcome {
    document("").env("RUSTDOCFLAGS", "-D warnings").run()
}

/// rustdoc of every crate.
fn document(more: &str) -> Program {
    cargo_all(
        &format!("doc --no-deps -p scaleengine-macros -p scaleengine-proto -p scaleengine-sign {more}"),
        "--features scaleengine-sign/explain",
    )
}

fn no_std() -> Outcome {
    process::cargo_apart("build", "no-std")?.run()
}

fn fuzz() -> Outcome {
    fuzz::run_for(60)
}

fn long() -> Outcome {
    conformance::run_cases(1_000_000)?;
    conformance::forms(20_000)?;
    cargo("test --release -p scaleengine-sign --test suite properties").env("PROPTEST_CASES", "100000").run()?;
    cargo("test --release -p scaleengine-sign --features explain --test suite explain")
        .env("PROPTEST_CASES", "10000")
        .run()?;
    cargo("test --release -p scaleengine-http --test suite effects").env("PROPTEST_CASES", "1000000").run()?;
    cargo("test --release -p scaleengine --test soak -- --nocapture").env("SOAK_CALLS", "100000").run()?;
    cargo("test --release -p scaleengine-sandbox --test lifecycle -- --nocapture").env("SANDBOXES", "1000").run()?;
    cargo("test --release -p scaleengine-sandbox --test suite hostile -- --nocapture").env("HOSTILE", "10000").run()?;
    cargo("test -p scaleengine-cli --test suite bulk::killed -- --nocapture")
        .env("BULK_ITEMS", "10000")
        .env("BULK_KILLS", "200")
        .run()?;
    declaration::run()?;
    neighbors::run_all()?;
    cross::run()?;
    dist::run()?;
    fuzz::run_for(60)?;
    bench::run()
}
