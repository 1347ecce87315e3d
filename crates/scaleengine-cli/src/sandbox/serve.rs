//! `sandbox serve`: the sandbox as a process of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;

use super::options;
use crate::exit::Failure;
use crate::output;
use crate::runtime::Signals;
use crate::settings::Settings;

pub(crate) async fn run(settings: &Settings, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let port_file = matches.get_one::<PathBuf>("port-file");
    let unwritable = |path: &Path, error| Failure::config(format!("--port-file {}: {error}", path.display()));
    if let Some(path) = port_file.filter(|path| path.exists()) {
        // A port of an earlier run is worse than none.
        fs::remove_file(path).map_err(|error| unwritable(path, error))?;
    }
    // Before anybody is told that it is there, and may tell it to stop.
    let mut signals = Signals::new()?;
    let sandbox = options::start(settings, matches).await?;
    let variables = options::variables_for(&sandbox, matches);
    let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let code = output::data(lines.as_bytes())?;
    // Whoever waits for the file finds the variables too.
    if let Some(path) = port_file {
        write_port(path, sandbox.address().port()).map_err(|error| unwritable(path, error))?;
    }
    if code == ExitCode::SUCCESS {
        let (address, page) = (sandbox.address(), sandbox.url().replace("/stable/", "/_sandbox/"));
        output::note(&format!("The sandbox listens on {address}; its page, for this machine: {page}; Ctrl-C stops it"));
        if !address.ip().is_loopback() {
            output::note("warning: others can reach it too; this program itself calls http:// on its own machine only");
        }
        signals.next().await?;
        tokio::select! {
            () = sandbox.stop() => {}
            // Told once more, it waits for nobody.
            signal = signals.next() => drop(signal?),
        }
    }
    if let Some(path) = port_file {
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(path, error)),
            _ => {}
        }
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
