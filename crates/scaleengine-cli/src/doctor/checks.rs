//! The checks of `doctor`, row by row.

use std::process::ExitCode;

use scaleengine::proto::Printable;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{self, Format, Terminal};

/// The result of a check, and its row.
pub(super) type Checked<T> = Result<(T, Status), Failure>;

/// A check that did not fail.
#[derive(Debug)]
pub(super) enum Status {
    Ok(String),
    /// It works, but something is unusual: what, and what to do.
    Warning(String, String),
    /// There is nothing to check.
    Skipped(String),
}

/// Something is wrong, and what comes after it would tell nothing new.
#[derive(Debug)]
pub(super) struct Ends;

/// The rows so far. Each is written when it is there: what follows may take a while.
pub(super) struct Checks {
    format: Format,
    terminal: Terminal,
    rows: Vec<serde_json::Value>,
    failed: Option<Failure>,
    /// What became of the rows that were written; after one that could not be none is.
    written: Result<ExitCode, Failure>,
}

impl Checks {
    pub(super) fn new(format: Format) -> Self {
        Self { format, terminal: Terminal::stdout(), rows: Vec::new(), failed: None, written: Ok(ExitCode::SUCCESS) }
    }

    pub(super) fn note<T>(&mut self, name: &'static str, found: Checked<T>) -> Result<T, Ends> {
        match found {
            Ok((value, finding)) => {
                let (status, detail, remedy) = match &finding {
                    Status::Ok(detail) => ("ok", detail, None),
                    Status::Warning(detail, remedy) => ("warning", detail, Some(remedy.as_str())),
                    Status::Skipped(detail) => ("skipped", detail, None),
                };
                self.row(name, status, detail, remedy);
                Ok(value)
            }
            Err(failure) => {
                self.row(name, "failed", &failure.told(), failure.hint.as_deref());
                self.failed.get_or_insert(failure);
                Err(Ends)
            }
        }
    }

    fn row(&mut self, name: &str, status: &str, detail: &str, remedy: Option<&str>) {
        let row = json!({ "check": name, "status": status, "detail": detail, "remedy": remedy });
        let text = match self.format {
            Format::Human => {
                let word = format!("{status:<8}");
                let word = match status {
                    "ok" => self.terminal.good(word).to_string(),
                    "failed" => self.terminal.bad(word).to_string(),
                    _ => self.terminal.odd(word).to_string(),
                };
                let remedy = remedy.map(|remedy| format!("{:24}{}\n", "", Printable(remedy))).unwrap_or_default();
                format!("{word} {name:<14} {}\n{remedy}", Printable(detail))
            }
            Format::JsonLines => format!("{row}\n"),
            Format::Json => String::new(),
        };
        self.rows.push(row);
        if matches!(self.written, Ok(ExitCode::SUCCESS)) {
            self.written = output::data(text.as_bytes());
        }
    }

    /// It was told to stop; what was found until then stays.
    pub(super) fn stopped(&mut self, failure: Failure) {
        self.failed = Some(failure);
    }

    /// It ends as the first thing that is wrong would end a call.
    pub(super) fn end(self) -> Result<ExitCode, Failure> {
        let written = match self.format {
            Format::Json => {
                let report = json!({ "schema": output::json::SCHEMA, "checks": self.rows });
                output::data(format!("{report}\n").as_bytes())
            }
            _ => self.written,
        };
        match self.failed {
            Some(failure) => Err(failure),
            None => written,
        }
    }
}
