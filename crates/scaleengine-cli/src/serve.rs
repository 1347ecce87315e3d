//! `sandbox serve`: the sandbox as a process of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;
use scaleengine::sign::Check;
use scaleengine::{ClientBuilder, Credentials};
use scaleengine_sandbox::{API_KEY, CDN, SECRET_KEY, Sandbox};

use crate::exit::Failure;
use crate::output;
use crate::runtime;

pub(crate) async fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let port_file = matches.get_one::<PathBuf>("port-file");
    let unwritable = |path: &Path, error| Failure::config(format!("--port-file {}: {error}", path.display()));
    if let Some(path) = port_file.filter(|path| path.exists()) {
        // A port of an earlier run is worse than none.
        fs::remove_file(path).map_err(|error| unwritable(path, error))?;
    }
    let mut builder = Sandbox::builder().verify(checks(matches));
    if let Some(address) = matches.get_one::<SocketAddr>("listen") {
        builder = builder.listen(*address);
    }
    if let Some(seconds) = matches.get_one::<i64>("clock") {
        builder = builder.clock_offset(*seconds);
    }
    let sandbox =
        builder.start().await.map_err(|error| Failure::config(format!("the sandbox cannot listen there: {error}")))?;
    if let Some(path) = port_file {
        write_port(path, sandbox.address().port()).map_err(|error| unwritable(path, error))?;
    }

    let variables = [
        (Credentials::API_KEY, API_KEY),
        (Credentials::SECRET_KEY, SECRET_KEY),
        (Credentials::CDN, &CDN.to_string()),
        (ClientBuilder::API_URL, sandbox.url()),
    ];
    let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let code = output::data(lines.as_bytes());
    if code == ExitCode::SUCCESS {
        output::note(&format!("The sandbox listens on {}; Ctrl-C stops it", sandbox.address()));
        if !sandbox.address().ip().is_loopback() {
            output::note("warning: others can reach it too; this program itself calls http:// on its own machine only");
        }
        runtime::stopped().await?;
    }
    if let Some(path) = port_file {
        fs::remove_file(path).map_err(|error| unwritable(path, error))?;
    }
    Ok(code)
}

/// Whoever waits for the file finds the port in it: it appears whole.
fn write_port(path: &Path, port: u16) -> std::io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, format!("{port}\n"))?;
    fs::rename(&partial, path)
}

fn checks(matches: &ArgMatches) -> Vec<Check> {
    match matches.get_one::<String>("verify").map(String::as_str) {
        Some("raw") => vec![Check::Raw],
        Some("array") => vec![Check::Array],
        Some("object") => vec![Check::Object],
        _ => Check::ALL.to_vec(),
    }
}
