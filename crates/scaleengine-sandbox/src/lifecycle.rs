//! The connections and tasks of a sandbox, and how they end.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinSet;

pub(crate) struct Lifecycle {
    connections: Arc<AtomicUsize>,
    open: watch::Receiver<()>,
    stop: watch::Sender<bool>,
    /// The tasks of completely received requests.
    tasks: Mutex<JoinSet<()>>,
}

impl Lifecycle {
    /// `open` closes when the sandbox is dropped.
    pub(crate) fn new(open: watch::Receiver<()>) -> Self {
        Self { connections: Arc::default(), open, stop: watch::Sender::new(false), tasks: Mutex::default() }
    }

    /// Returns the number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Returns the counter of connections.
    pub(crate) fn counter(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.connections)
    }

    /// Returns a receiver that closes when the sandbox is dropped.
    pub(crate) fn open(&self) -> watch::Receiver<()> {
        self.open.clone()
    }

    /// Stops accepting connections.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Returns a receiver of `true` when the sandbox must stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs the task of a request to its end, even if its client disconnects.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks().spawn(task);
    }

    /// Waits for all tasks.
    pub(crate) async fn finish_tasks(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks());
        while tasks.join_next().await.is_some() {}
    }

    pub(crate) fn abort_tasks(&self) {
        self.tasks().abort_all();
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks
    }
}
