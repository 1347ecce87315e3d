//! Checks that adding `scaleengine` to a program does not change the program's own TLS: each
//! program, a neighbor, is run without it (alone) and with it (beside).
//!
//! Cargo unifies features, so each program is a separate workspace, built by a separate run of
//! cargo.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::process::{Outcome, cargo, program, root, say, target};

/// A program: its name, its dependencies, its code, and the server that it connects to.
type Neighbor = (&'static str, &'static str, &'static str, Server);

/// The index of a server among the ports that `server.py` prints, after that of plain HTTP.
#[derive(Clone, Copy)]
enum Server {
    Tls = 1,
    Tls12Only = 2,
}
use Server::{Tls, Tls12Only};

const REQWEST: &str = include_str!("../neighbors/reqwest_https.rs");
const RUSTLS: &str = include_str!("../neighbors/rustls.rs");
const UREQ: &str = include_str!("../neighbors/ureq.rs");

#[rustfmt::skip]
const NEIGHBORS: [Neighbor; 9] = [
    ("n1", "reqwest = { version = '0.13', default-features = false }", include_str!("../neighbors/reqwest_plain.rs"), Tls),
    ("n2", "reqwest = '0.13'", REQWEST, Tls),
    ("n3", "rustls = '0.23'", RUSTLS, Tls),
    ("n4", "rustls = { version = '0.23', default-features = false, features = ['ring', 'std', 'tls12', 'logging'] }", RUSTLS, Tls),
    ("n4b", "rustls = { version = '0.23', default-features = false, features = ['ring', 'std'] }", RUSTLS, Tls12Only),
    ("n5", "ureq = '3.5'", UREQ, Tls),
    ("n6", "ureq = { version = '3.5', default-features = false, features = ['rustls-no-provider'] }", UREQ, Tls),
    ("n7", "reqwest = { version = '0.13', default-features = false, features = ['native-tls'] }", REQWEST, Tls),
    ("n8", "reqwest = { version = '0.13', default-features = false, features = ['rustls-no-provider'] }\n\
            rustls = { version = '0.23', default-features = false, features = ['ring', 'std'] }",
            include_str!("../neighbors/reqwest_installed.rs"), Tls),
];

/// A way to depend on `scaleengine`: its name, the features in the manifest, and a call with the
/// transport that they enable.
type Way = (&'static str, &'static str, &'static str);

const HYPER: &str = include_str!("../neighbors/ours/hyper.rs");
const WAYS: [Way; 5] = [
    ("default", "'default'", HYPER),
    ("hyper-ring", "'hyper', 'ring'", HYPER),
    ("ureq-aws-lc-rs", "'ureq', 'aws-lc-rs'", include_str!("../neighbors/ours/ureq.rs")),
    ("reqwest", "'reqwest'", include_str!("../neighbors/ours/reqwest.rs")),
    ("test-server", "'test-server'", include_str!("../neighbors/ours/scripted.rs")),
];

/// Unavoidable changes: neighbor, way, the start of the neighbor's changed result, and the reason.
const EXCEPTIONS: [(&str, &str, &str, &str); 7] = [
    ("n3", "hyper-ring", "panic", TWO_PROVIDERS),
    ("n4", "default", "panic", TWO_PROVIDERS),
    ("n4", "ureq-aws-lc-rs", "panic", TWO_PROVIDERS),
    ("n4b", "default", "panic", TWO_PROVIDERS),
    ("n4b", "ureq-aws-lc-rs", "panic", TWO_PROVIDERS),
    ("n4b", "hyper-ring", "ok TLSv1.2", TLS12),
    ("n4b", "test-server", "ok TLSv1.2", TLS12),
];
const TWO_PROVIDERS: &str =
    "rustls selects a provider by itself only if one is enabled; select the neighbor's with our features";
const TLS12: &str = "our transports enable TLS 1.2; a program that must refuse it has to set its protocol versions";

/// Runs the two most common neighbors beside the default features.
pub(crate) fn run() -> Outcome {
    compare(&["n1", "n3"], &["default"])
}

/// Runs every neighbor beside every way to depend on `scaleengine`.
pub(crate) fn run_all() -> Outcome {
    compare(&NEIGHBORS.map(|(name, ..)| name), &WAYS.map(|(name, ..)| name))
}

/// Runs each neighbor alone and beside each way, prints a table, and fails on a change that is not
/// a listed exception.
fn compare(neighbors: &[&str], ways: &[&str]) -> Outcome {
    let servers = Servers::start()?;
    let (mut table, mut wrong) = (format!("{:<9}{}", "beside", ways.join("  ")), Vec::new());
    for neighbor in NEIGHBORS.iter().filter(|(name, ..)| neighbors.contains(name)) {
        let name = neighbor.0;
        let [alone, _] = servers.results(neighbor, None)?;
        say(&format!("{name} alone: {}", alone[0]));
        table += &format!("\n{name:<9}");
        for way in WAYS.iter().filter(|(name, ..)| ways.contains(name)) {
            let pair = format!("{name} beside {}", way.0);
            let [theirs, ours] = servers.results(neighbor, Some(way))?;
            let exception = EXCEPTIONS.iter().find(|(neighbor, beside, ..)| (*neighbor, *beside) == (name, way.0));
            let same = theirs == alone;
            table += &format!("{:<1$}", if same { "=" } else { "changes" }, way.0.len() + 2);
            if !same {
                say(&format!("{pair}: {}; {}", theirs[0], exception.map_or("not a listed exception", |(.., why)| why)));
            }
            let expected = exception.map_or(same, |(.., start, _)| theirs.iter().all(|text| text.starts_with(start)));
            if !expected {
                wrong.push(format!("{pair}: {theirs:?} instead of {alone:?}"));
            }
            // With reqwest, TLS is the program's choice.
            if way.0 != "reqwest" && !ours.iter().all(|text| text.starts_with("ok")) {
                wrong.push(format!("{pair}: our call fails: {ours:?}"));
            }
        }
    }
    say(&table);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// The servers, in a separate process, so that their TLS is not one more neighbor.
struct Servers {
    child: Child,
    ports: Vec<String>,
}

impl Servers {
    fn start() -> Outcome<Self> {
        let folder = target()?.join("neighbors");
        fs::create_dir_all(&folder)?;
        let server = program("python3", [OsStr::new("xtask/neighbors/server.py"), folder.as_os_str()]);
        let mut child = server.into_command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let servers = Self { child, ports: line.split_whitespace().map(str::to_owned).collect() };
        if servers.ports.len() == 3 {
            Ok(servers)
        } else {
            Err("the test servers did not start; install openssl".into())
        }
    }

    /// Builds a program, runs it in both orders, and returns the results of the neighbor and of our
    /// call.
    fn results(&self, neighbor: &Neighbor, way: Option<&Way>) -> Outcome<[[String; 2]; 2]> {
        let binary = target()?.join("debug").join(build(neighbor, way)?);
        let origin = |scheme, port| {
            let port = self.ports.get(port).ok_or("no port")?;
            Outcome::Ok(format!("{scheme}://localhost:{port}/"))
        };
        let (http, https) = (origin("http", 0)?, origin("https", neighbor.3 as usize)?);
        let authority = target()?.join("neighbors/authority.pem").to_string_lossy().into_owned();
        let run = |first: &str| {
            let told = program(&binary, [first, http.as_str(), &https, &authority])
                .env("SSL_CERT_FILE", &authority)
                .env_remove("SSL_CERT_DIR")
                .env("NO_PROXY", "localhost")
                .output()?;
            let result = |whose| told.lines().find_map(|line| line.strip_prefix(whose)).map(str::to_owned);
            Outcome::Ok((result("theirs: ").ok_or("no result")?, result("ours: ").ok_or("no result")?))
        };
        let (first, second) = (run("theirs")?, run("ours")?);
        Ok([[first.0, second.0], [first.1, second.1]])
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds a program with our dependency versions in our target folder, and returns the name of its
/// binary.
fn build((name, theirs, code, _): &Neighbor, way: Option<&Way>) -> Outcome<String> {
    let (beside, features, ours) = way.copied().unwrap_or(("alone", "", include_str!("../neighbors/ours/absent.rs")));
    let package = format!("neighbor-{name}-{beside}");
    let head = format!("[package]\nname = '{package}'\nedition = '2024'\n[workspace]\n[profile.dev]\ndebug = false");
    let mut manifest = format!("{head}\n[dependencies]\n{theirs}\n");
    if way.is_some() {
        let path = root().join("crates/scaleengine");
        let path = path.display();
        manifest +=
            &format!("scaleengine = {{ path = '{path}', default-features = false, features = [{features}] }}\n");
    }
    if beside == "reqwest" && !theirs.contains("reqwest") {
        manifest += "reqwest = { version = '0.13', default-features = false }\n";
    }
    if manifest.contains("reqwest") || ours.contains("tokio") {
        manifest += "tokio = { version = '1', default-features = false, features = ['net', 'rt', 'time'] }\n";
    }
    let folder = target()?.join("neighbors").join(&package);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for (file, text) in [("main.rs", include_str!("../neighbors/main.rs")), ("theirs.rs", code), ("ours.rs", ours)] {
        fs::write(folder.join("src").join(file), text)?;
    }
    cargo("build --quiet").env("CARGO_TARGET_DIR", &target()?.to_string_lossy()).in_folder(&folder).quietly()?;
    Ok(package)
}
