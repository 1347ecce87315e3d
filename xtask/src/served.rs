//! A sandbox in a separate process, for clients in other languages.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::process::{Outcome, program, scaleengine, target};

/// A sandbox that stops when this is dropped.
pub(crate) struct Served {
    child: Child,
    /// The origin, such as `http://127.0.0.1:4000`.
    pub(crate) origin: String,
}

impl Served {
    /// Starts the binary with additional arguments.
    #[expect(clippy::disallowed_methods, reason = "waits for another process")]
    pub(crate) fn start(args: &[&str]) -> Outcome<Self> {
        let binary = scaleengine()?;
        let port_file = target()?.join(format!("sandbox-port-{}", std::process::id()));
        let _ = fs::remove_file(&port_file);
        let path = port_file.to_string_lossy().into_owned();
        let fixed = ["sandbox", "serve", "--port-file", &path];
        let child = program(binary, fixed.iter().chain(args))
            .into_command()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut served = Self { child, origin: String::new() };
        for _ in 0..200 {
            if let Ok(port) = fs::read_to_string(&port_file) {
                served.origin = format!("http://127.0.0.1:{}", port.trim());
                let _ = fs::remove_file(&port_file);
                return Ok(served);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the sandbox did not start within 10 s".into())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
