//! Records the results of `doctor`'s checks, and prints a row for each.

use std::process::ExitCode;

use scaleengine::proto::Printable;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{self, Format, Terminal};

/// The value of a check and its status, or its failure.
pub(super) type Checked<T> = Result<(T, Status), Failure>;

/// The status of a check that did not fail.
#[derive(Debug)]
pub(super) enum Status {
    Ok(String),
    /// It works, but something is unusual: the detail, and what to do.
    Warning(String, String),
    /// There was nothing to check.
    Skipped(String),
}

/// A check failed; the checks that depend on it are not run.
#[derive(Debug)]
pub(super) struct Ends;

/// The rows so far. Each is written at once, because the next check may take a while.
pub(super) struct Checks {
    format: Format,
    terminal: Terminal,
    rows: Vec<serde_json::Value>,
    failed: Option<Failure>,
    /// The result of writing the rows so far. After a failed write no more rows are written.
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

    /// Records an interruption; the rows so far are kept.
    pub(super) fn stopped(&mut self, failure: Failure) {
        self.failed = Some(failure);
    }

    /// Returns the first failure, with which a call would end too.
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
