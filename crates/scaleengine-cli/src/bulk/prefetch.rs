//! Reads the input ahead on its own thread, so that a slow file or pipe does not block the run.

use std::sync::mpsc as grants;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use super::input::{Input, Line};
use crate::failure::Failure;

/// The number of lines per grant, so that the reader does not wake for each line.
const CHUNK: usize = 64;
/// The number of chunks that the reader may be ahead.
const CHUNKS: usize = 4;

/// The lines of an input, read ahead.
pub(super) struct Prefetch {
    lines: mpsc::UnboundedReceiver<Line>,
    grants: grants::Sender<()>,
    taken: usize,
}

impl Prefetch {
    pub(super) fn of(input: &Input) -> Result<Self, Failure> {
        let (sender, lines) = mpsc::unbounded_channel();
        let (grants, granted) = grants::channel();
        let source = input.items()?;
        let read = move || {
            for (count, line) in source.enumerate() {
                let waits = count >= CHUNK * CHUNKS && count.is_multiple_of(CHUNK);
                // Stop when the receiver is gone.
                if waits && granted.recv().is_err() || sender.send(line).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("bulk input".to_owned()).spawn(read);
        thread.map_err(|error| Failure::internal(format!("cannot start a thread: {error}")))?;
        Ok(Self { lines, grants, taken: 0 })
    }

    /// Returns the next line if it has been read, `None` at the end of the input.
    pub(super) fn try_next(&mut self) -> Result<Option<Line>, Later> {
        match self.lines.try_recv() {
            Ok(line) => Ok(Some(self.take(line))),
            Err(TryRecvError::Disconnected) => Ok(None),
            Err(TryRecvError::Empty) => Err(Later),
        }
    }

    /// Waits for the next line; returns `None` at the end of the input.
    pub(super) async fn next(&mut self) -> Option<Line> {
        let line = self.lines.recv().await?;
        Some(self.take(line))
    }

    fn take(&mut self, line: Line) -> Line {
        self.taken += 1;
        if self.taken.is_multiple_of(CHUNK) {
            // Fails if the reader has finished.
            let _ = self.grants.send(());
        }
        line
    }
}

/// The next line has not been read yet.
pub(super) struct Later;
