//! A sandbox for programs without an async runtime. It runs on its own thread.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use scaleengine_sign::{Account, Credentials, SecretKey};
use tokio::sync::oneshot;

use crate::faults::Fault;
use crate::records::Record;
use crate::running::{Running, sandbox_methods};
use crate::seed::SeedError;
use crate::streams::{LiveStream, Stream};
use crate::{API_KEY, CDN, SECRET_KEY};

/// A running sandbox on its own thread.
///
/// Dropping it stops it without waiting: its port and its thread are released a moment later.
/// [`Sandbox::stop`] waits for both.
///
/// ```
/// use scaleengine_sandbox::LiveStream;
/// use scaleengine_sandbox::blocking::Sandbox;
///
/// let sandbox = Sandbox::builder().clock_offset(-60).start()?;
/// println!("{}", sandbox.url());
/// assert!(sandbox.is_live(&LiveStream::new("demo-origin", "live", "my_live_stream")));
/// sandbox.stop();
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Sandbox {
    running: Running,
    /// Sending finishes the requests in flight and stops the sandbox; dropping stops it at once.
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Sandbox {
    /// Starts an async sandbox on a new thread.
    pub(crate) fn run<S>(start: impl FnOnce() -> S + Send + 'static) -> io::Result<Self>
    where
        S: Future<Output = io::Result<crate::Sandbox>>,
    {
        let (started, result) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("scaleengine-sandbox".into()).spawn(move || {
            runtime.block_on(async move {
                match start().await {
                    Ok(sandbox) => {
                        let _ = started.send(Ok(sandbox.running.clone()));
                        if stopped.await.is_ok() {
                            sandbox.stop().await;
                        }
                    }
                    Err(error) => drop(started.send(Err(error))),
                }
            });
        })?;
        let running = result.recv().map_err(|_| io::Error::other("the thread of the sandbox has ended"))??;
        Ok(Self { running, stop, thread })
    }

    /// Stops the sandbox and waits for its end: it accepts no more connections and finishes the
    /// requests in flight within 5 s. Then its port and its thread are released.
    pub fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

sandbox_methods!(Sandbox);
