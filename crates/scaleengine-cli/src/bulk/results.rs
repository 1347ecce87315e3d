//! The results: written by a thread of its own, since whoever reads them may stop reading for a while.

use std::io;
use std::process::ExitCode;
use std::sync::mpsc;

use tokio::sync::mpsc as told;

use super::journal::Record;
use super::progress::Progress;
use crate::failure::Failure;
use crate::output;

/// So much may wait to be written before no more is begun.
const ROOM: usize = 256 * 1024;

/// So many lines whose results are lost are named.
const NAMED: usize = 20;

/// Results, and what the journal is to say once they are written: what is told twice is better than what is never told.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    records: Vec<Record>,
    lines: Vec<u64>,
}

pub(super) struct Results {
    waiting: Batch,
    /// What is being written.
    writing: Option<Batch>,
    /// The lines that were not told.
    lost: Vec<u64>,
    texts: mpsc::Sender<Vec<u8>>,
    written: told::UnboundedReceiver<io::Result<ExitCode>>,
}

/// What became of a batch.
pub(super) enum Told {
    /// It was written, and the journal is to say so.
    Yes(Vec<Record>),
    /// Nobody reads.
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
        thread.map_err(|error| Failure::internal(format!("no thread can be started: {error}")))?;
        Ok(Self { waiting: Batch::default(), writing: None, lost: Vec::new(), texts, written })
    }

    /// The result of a line; and what the journal is to say of it, where it says anything.
    pub(super) fn add(&mut self, line: u64, text: &str, record: Option<Record>) {
        self.waiting.text.extend_from_slice(text.as_bytes());
        self.waiting.lines.push(line);
        self.waiting.records.extend(record);
    }

    /// Has what waits written, unless something is being written.
    pub(super) fn go_on(&mut self) {
        if self.writing.is_none() && !self.waiting.lines.is_empty() {
            let mut batch = std::mem::take(&mut self.waiting);
            // The thread ends with this.
            let _ = self.texts.send(std::mem::take(&mut batch.text));
            self.writing = Some(batch);
        }
    }

    pub(super) fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// Whether more can be begun.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.text.len() < ROOM
    }

    /// Waits until what is being written was.
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

    /// The lines that were not told, and now will not be, in words.
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
