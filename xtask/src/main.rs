//! The checks and generators for maintainers: `cargo xtask TASK`.
//!
//! They depend on no crate of the workspace, but run cargo, PHP and the built binary.

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
mod prose;
mod reference;
mod served;
mod snapshot;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use process::{Outcome, Program, cargo, cargo_all};

/// A task: its name, its description, and its function.
type Task = (&'static str, &'static str, fn() -> Outcome);

const TASKS: [Task; 24] = [
    ("test", "run the tests that need only cargo: all features, no features, doc tests, snapshots, vectors", test),
    (
        "ci",
        "run the other checks that a change must pass: lint, doc, directions, features, api, conformance, and more",
        ci,
    ),
    ("lint", "check formatting, prose and spelling, and run clippy", lint),
    ("doc", "run rustdoc; a warning fails", doc),
    (
        "directions",
        "check dependencies between crates and between files, and that each external one is documented",
        directions::run,
    ),
    ("features", "check common combinations of features, each by itself", features::run),
    (
        "api",
        "write docs/api, the public API of each library, which may contain listed foreign types only; ci checks it",
        api::write,
    ),
    ("examples", "run the example programs", examples::run),
    (
        "faults",
        "break real sockets in every known way, print the results of calls, and write vectors/faults",
        faults::run,
    ),
    ("instructions", "record the number of instructions of a call; ci checks it", instructions::record),
    ("no-std", "link proto and sign into a static library without std", no_std),
    ("conformance", "compare 20,000 random commands and JSON texts, and 2,000 forms, with real PHP", conformance::run),
    ("reference", "write docs/reference from the declarations; ci checks it", reference::write),
    (
        "declaration",
        "declare a command in a copy of the sources, and check that it appears everywhere",
        declaration::run,
    ),
    (
        "neighbors",
        "check that the default features do not change the TLS of the most common other programs",
        neighbors::run,
    ),
    ("neighbors-all", "the same for all these programs and all choices of features", neighbors::run_all),
    ("vectors", "write the vectors of every command with PHP; conformance checks them", conformance::write_vectors),
    ("foreign", "run clients in PHP, Ruby, Perl, Python and Node against each check of the sandbox", foreign::run),
    ("page", "test the sandbox's page in a real browser", page::run),
    ("fuzz", "fuzz the decoders of untrusted bytes, 3 targets for 1 minute each; needs cargo-fuzz", fuzz),
    (
        "dist",
        "build an archive of the stripped binary, completions, man pages and checksums; unpack and run it",
        dist::run,
    ),
    ("cross", "type-check the libraries for wasm32-unknown-unknown, and the command line for Windows", cross::run),
    ("bench", "measure signing, calls, the sandbox, bulk and the process, as ratios within one run", bench::run),
    (
        "long",
        "run the long checks in full: 1,000,000 conformance cases, 100,000 cases of each property, 100,000 calls",
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
    // A changed snapshot fails, whatever insta's environment variables are.
    let run = |args: &str| cargo(args).env("INSTA_UPDATE", "no").env_remove("INSTA_FORCE_PASS").run();
    // By itself: its tests enable a feature of proc-macro2, with which cargo would rebuild every
    // crate that uses a derive.
    run("test -p scaleengine-macros")?;
    // Separately: their tests enable features of serde_json that are off in the other crates, as in
    // the binary.
    run("test -p scaleengine-proto -p scaleengine-sign -p xtask --all-features")?;
    cargo_all("test", "").env("INSTA_UPDATE", "no").env_remove("INSTA_FORCE_PASS").run()?;
    run("test -p scaleengine-http -p scaleengine --no-default-features")
}

/// The tasks of `ci`, ordered so that a failure is found at the lowest cost.
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

/// Packages the crates as for publishing, but does not build the packages: the tests cover that.
fn package() -> Outcome {
    cargo("package --workspace --exclude xtask --exclude conformance --allow-dirty --no-verify --quiet").run()
}

fn lint() -> Outcome {
    prose::run()?;
    cargo("fmt --all --check").run()?;
    // The files of crates outside the workspace. The modules of `neighbors/main.rs` are copied
    // beside it when it is built, so rustfmt cannot follow them; each is checked by itself.
    let mut files = rust_files(&process::root().join("xtask"))?;
    files.retain(|file| !Path::new(file).ends_with("neighbors/main.rs"));
    let flags = ["--check", "--edition", "2024"].map(OsString::from);
    process::program("rustfmt", flags.into_iter().chain(files)).quietly()?;
    cargo("clippy -p scaleengine-macros --all-targets -- -D warnings").run()?;
    cargo("clippy -p scaleengine-proto -p scaleengine-sign -p xtask -p conformance --all-targets --all-features -- -D warnings").run()?;
    cargo_all("clippy", "--all-targets -- -D warnings").run()?;
    cargo("clippy -p scaleengine-http -p scaleengine --no-default-features -- -D warnings").run()
}

/// Returns the Rust files in a folder, without cargo's target folders.
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

/// Returns the command that runs rustdoc for every crate.
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
    cargo("test --release -p scaleengine-http --features test-server,ring --test suite watch")
        .env("WATCH_TRACES", "100000")
        .run()?;
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
