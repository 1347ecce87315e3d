//! `sandbox serve`: the sandbox as a process of its own.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;

use super::options;
use crate::bounded;
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::runtime::Signals;

pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let port_file = matches.get_one::<PathBuf>("port-file").map(|path| PortFile(path));
    if let Some(file) = &port_file {
        // A port of an earlier run is worse than none.
        file.remove_if(|_| true)?;
    }
    // Before anybody is told that it is there, and may tell it to stop.
    let mut signals = Signals::new()?;
    let sandbox = options::start(context, matches).await?;
    let variables = options::variables_for(&sandbox, matches);
    let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let code = output::data(lines.as_bytes())?;
    // Whoever waits for the file finds the variables too.
    let port = sandbox.address().port();
    if let Some(file) = &port_file {
        file.write(port)?;
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
    if let Some(file) = &port_file {
        // Another sandbox may have taken it over.
        file.remove_if(|own| own == port)?;
    }
    Ok(code)
}

/// The file that tells the port.
struct PortFile<'a>(&'a Path);

impl PortFile<'_> {
    fn failure(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::config(format!("--port-file {}: {error}", self.0.display()))
    }

    /// Removes the file if it holds a port that is meant. A file that holds anything else is not one of ours and is left alone.
    fn remove_if(&self, meant: impl FnOnce(u16) -> bool) -> Result<(), Failure> {
        let text = match bounded::file(self.0, bounded::SECRET) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            text => String::from_utf8(text.map_err(|error| self.failure(&error))?).unwrap_or_default(),
        };
        match text.trim().parse() {
            Ok(port) if meant(port) => fs::remove_file(self.0).map_err(|error| self.failure(&error)),
            Ok(_) => Ok(()),
            Err(_) => Err(self.failure(&"it exists and does not hold a port; remove it, or name another file")),
        }
    }

    /// Writes the port. The file appears whole, for whoever waits for it.
    fn write(&self, port: u16) -> Result<(), Failure> {
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || {
            let mut file = tempfile::Builder::new().prefix(".port-").tempfile_in(folder)?;
            writeln!(file, "{port}")?;
            // Whoever waits for it may be another user.
            #[cfg(unix)]
            file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
            file.persist(self.0).map(drop).map_err(|error| error.error)
        };
        write().map_err(|error: io::Error| self.failure(&error))
    }
}
