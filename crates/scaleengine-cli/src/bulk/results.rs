//! The results, written on their own thread, since the reader of stdout may stall.

use std::io;
use std::process::ExitCode;
use std::sync::mpsc;

use tokio::sync::mpsc as told;

use super::journal::Record;
use super::progress::Progress;
use crate::failure::Failure;
use crate::output;

/// The number of waiting bytes from which no more items are sent.
const ROOM: usize = 256 * 1024;

/// The maximum number of lines that are named if their results are lost.
const NAMED: usize = 20;

/// Results, and the journal records to append once they are written. A crash in between can repeat
/// a result, but not lose it.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    records: Vec<Record>,
    lines: Vec<u64>,
}

pub(super) struct Results {
    waiting: Batch,
    /// The batch that is being written.
    writing: Option<Batch>,
    /// The lines whose results could not be written.
    lost: Vec<u64>,
    texts: mpsc::Sender<Vec<u8>>,
    written: told::UnboundedReceiver<io::Result<ExitCode>>,
}

/// The outcome of writing a batch.
pub(super) enum Told {
    /// Written; these records are to be appended to the journal.
    Yes(Vec<Record>),
    /// The reader closed stdout.
    Unread(ExitCode),
    Failed(io::Error),
}

impl Results {
    pub(super) fn begin(progress: &Progress) -> Result<Self, Failure> {
        let (texts, to_write) = mpsc::channel::<Vec<u8>>();
        let (tell, written) = told::unbounded_channel();
        let aside = progress.aside();
        let write = move || {
            for text in to_write {
                if tell.send(aside.run(|| output::write(&text))).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("bulk results".to_owned()).spawn(write);
        thread.map_err(|error| Failure::internal(format!("cannot start a thread: {error}")))?;
        Ok(Self { waiting: Batch::default(), writing: None, lost: Vec::new(), texts, written })
    }

    /// Adds the result of a line, and the journal record to append once it is written.
    pub(super) fn add(&mut self, line: u64, text: &str, record: Option<Record>) {
        self.waiting.text.extend_from_slice(text.as_bytes());
        self.waiting.lines.push(line);
        self.waiting.records.extend(record);
    }

    /// Starts to write the waiting results, unless a batch is being written.
    pub(super) fn go_on(&mut self) {
        if self.writing.is_none() && !self.waiting.lines.is_empty() {
            let mut batch = std::mem::take(&mut self.waiting);
            // If the thread has ended, its result reports why.
            let _ = self.texts.send(std::mem::take(&mut batch.text));
            self.writing = Some(batch);
        }
    }

    pub(super) fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// Returns whether more items can be sent.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.text.len() < ROOM
    }

    /// Waits until the current batch is written.
    pub(super) async fn told(&mut self) -> Told {
        let written = self.written.recv().await.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()));
        let batch = self.writing.take().unwrap_or_default();
        let (told, lost) = match written {
            Ok(ExitCode::SUCCESS) => return Told::Yes(batch.records),
            Ok(code) => (Told::Unread(code), batch.lines),
            Err(error) => (Told::Failed(error), batch.lines),
        };
        self.lost.extend(lost);
        told
    }

    /// Returns the lines whose results were not written, as text; `None` if all were.
    pub(super) fn lost(mut self) -> Option<String> {
        let never = [self.writing.unwrap_or_default().lines, self.waiting.lines].concat();
        self.lost.extend(never);
        let mut named: Vec<_> = self.lost.iter().take(NAMED).map(u64::to_string).collect();
        if self.lost.len() > NAMED {
            named.push(format!("and {} more", self.lost.len() - NAMED));
        }
        (!named.is_empty()).then(|| named.join(", "))
    }
}
