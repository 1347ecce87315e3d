//! A running sandbox in a tokio runtime.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use scaleengine_sign::{Account, Credentials, SecretKey};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::faults::Fault;
use crate::records::Record;
use crate::running::{Running, sandbox_methods};
use crate::seed::SeedError;
use crate::streams::{LiveStream, Stream};
use crate::{API_KEY, CDN, SECRET_KEY};

/// A running sandbox. Dropping it stops it at once and ends its connections; [`Sandbox::stop`]
/// finishes the requests in flight first.
pub struct Sandbox {
    pub(crate) running: Running,
    pub(crate) server: JoinHandle<()>,
    /// Its connections end when this is dropped.
    pub(crate) _open: watch::Sender<()>,
}

impl Sandbox {
    /// Stops the sandbox: it accepts no more connections and finishes the requests in flight within
    /// 5 s.
    pub async fn stop(mut self) {
        let lifecycle = &self.running.api.lifecycle;
        lifecycle.stop();
        let answered = async {
            let _ = (&mut self.server).await;
            lifecycle.finish_tasks().await;
        };
        let _ = tokio::time::timeout(Duration::from_secs(5), answered).await;
    }
}

sandbox_methods!(Sandbox);

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
        self.running.api.lifecycle.abort_tasks();
    }
}
