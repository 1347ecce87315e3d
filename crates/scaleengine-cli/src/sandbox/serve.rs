//! `sandbox serve`: runs the sandbox as its own process.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;

use super::options;
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::runtime::Signals;
use scaleengine::config::read;

pub(crate) async fn run(context: &Context, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let port_file = matches.get_one::<PathBuf>("port-file").map(|path| PortFile(path));
    if let Some(file) = &port_file {
        // The port of an earlier run would be wrong.
        file.remove_if(|_| true)?;
    }
    // Signals are caught before the variables are printed, because a reader of those may send one.
    let mut signals = Signals::new()?;
    let sandbox = options::start(context, matches).await?;
    let variables = options::variables_for(&sandbox, matches);
    let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    let code = output::data(lines.as_bytes())?;
    // Written last: a process that waits for the file finds the variables too.
    let port = sandbox.address().port();
    if let Some(file) = &port_file {
        file.write(port)?;
    }
    if code == ExitCode::SUCCESS {
        let (address, page) = (sandbox.address(), sandbox.url().replace("/stable/", "/_sandbox/"));
        output::note(&format!(
            "The sandbox listens on {address}. Open {page} on this machine to inspect it; press Ctrl-C to stop it"
        ));
        if !address.ip().is_loopback() {
            output::note(
                "warning: other machines can reach the sandbox; scaleengine calls http:// addresses only on its own machine",
            );
        }
        signals.next().await?;
        tokio::select! {
            () = sandbox.stop() => {}
            // A second signal stops it without waiting for requests in flight.
            signal = signals.next() => drop(signal?),
        }
    }
    if let Some(file) = &port_file {
        // Another sandbox may have replaced the file.
        file.remove_if(|own| own == port)?;
    }
    Ok(code)
}

/// The file that contains the port.
struct PortFile<'a>(&'a Path);

impl PortFile<'_> {
    fn failure(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::config(format!("--port-file {}: {error}", self.0.display()))
    }

    /// Removes the file if it contains a port that `meant` accepts. A file without a port is not
    /// ours: it is left alone and is an error.
    fn remove_if(&self, meant: impl FnOnce(u16) -> bool) -> Result<(), Failure> {
        let text = match read::file(self.0, read::SECRET) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            text => String::from_utf8(text.map_err(|error| self.failure(&error))?).unwrap_or_default(),
        };
        match text.trim().parse() {
            Ok(port) if meant(port) => fs::remove_file(self.0).map_err(|error| self.failure(&error)),
            Ok(_) => Ok(()),
            Err(_) => Err(self.failure(&"the file exists but does not contain a port; remove it or name another file")),
        }
    }

    /// Writes the port. The file appears atomically, because other processes wait for it.
    fn write(&self, port: u16) -> Result<(), Failure> {
        let folder = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || {
            let mut file = tempfile::Builder::new().prefix(".port-").tempfile_in(folder)?;
            writeln!(file, "{port}")?;
            // The waiting process may run as another user.
            #[cfg(unix)]
            file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
            file.persist(self.0).map(drop).map_err(|error| error.error)
        };
        write().map_err(|error: io::Error| self.failure(&error))
    }
}
