//! The sandbox for programs without a runtime: it runs in a thread of its own.

use std::io;
use std::ops::Deref;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::SandboxBuilder;

/// A running sandbox; everything that a [`crate::Sandbox`] can be asked, this one can. Dropping it stops it and ends its thread.
///
/// ```
/// let sandbox = scaleengine_sandbox::blocking::Sandbox::start()?;
/// println!("{}", sandbox.url());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Sandbox {
    inner: crate::Sandbox,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts one on a free port of this machine.
    ///
    /// # Errors
    ///
    /// No port could be had, or no thread.
    pub fn start() -> io::Result<Self> {
        Self::from_builder(crate::Sandbox::builder())
    }

    /// Starts one with these settings.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, or no thread could be had.
    pub fn from_builder(builder: SandboxBuilder) -> io::Result<Self> {
        let (started, result) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("scaleengine-sandbox".into()).spawn(move || {
            runtime.block_on(async move {
                // Whoever waits for it is gone only after the sandbox is.
                let _ = started.send(builder.start().await);
                let _ = stopped.await;
            });
        })?;
        let inner = result.recv().map_err(|_| io::Error::other("the sandbox's thread has ended"))??;
        Ok(Self { inner, stop: Some(stop), thread: Some(thread) })
    }
}

impl Deref for Sandbox {
    type Target = crate::Sandbox;

    fn deref(&self) -> &crate::Sandbox {
        &self.inner
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // With its runtime end the server and all connections.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
