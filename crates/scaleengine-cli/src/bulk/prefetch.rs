//! Reads the input on a thread of its own, a little ahead, so that a file or a pipe holds up nobody.

use std::sync::mpsc as grants;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

use super::input::{Input, Line};
use crate::failure::Failure;

/// The reader is let go on by so many lines at once: a thread is not woken for each of them.
const CHUNK: usize = 64;
/// So many chunks it may be ahead.
const CHUNKS: usize = 4;

/// The lines of an input.
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
                // Where nobody takes lines any more, none are read.
                if waits && granted.recv().is_err() || sender.send(line).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("bulk input".to_owned()).spawn(read);
        thread.map_err(|error| Failure::internal(format!("no thread can be started: {error}")))?;
        Ok(Self { lines, grants, taken: 0 })
    }

    /// The next line, if it is there already; none where there is no more.
    pub(super) fn try_next(&mut self) -> Result<Option<Line>, Later> {
        match self.lines.try_recv() {
            Ok(line) => Ok(Some(self.take(line))),
            Err(TryRecvError::Disconnected) => Ok(None),
            Err(TryRecvError::Empty) => Err(Later),
        }
    }

    /// The next line; none where there is no more.
    pub(super) async fn next(&mut self) -> Option<Line> {
        let line = self.lines.recv().await?;
        Some(self.take(line))
    }

    fn take(&mut self, line: Line) -> Line {
        self.taken += 1;
        if self.taken.is_multiple_of(CHUNK) {
            // The reader may be at its end.
            let _ = self.grants.send(());
        }
        line
    }
}

/// The next line is not there yet.
pub(super) struct Later;
