//! The input: commands as JSON Lines or CSV records, read as needed and not kept in memory.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use scaleengine::param::Secret;
use scaleengine::proto::{CATALOGUE, Field, Printable, find, find_invisible};
use scaleengine::sign::Json;
use scaleengine::{RawCommand, Value};

use super::hash::Hash;
use super::lines::Lines;
use super::records::{Record, Records};
use crate::failure::Failure;
use crate::fields::{self, RANDOM};
use crate::generated_passwords::GeneratedPasswords;
use crate::nearest;

const COMMAND: &str = "command";

/// The source and format of the commands.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// The input file; `None` for stdin.
    pub(crate) path: Option<PathBuf>,
    pub(crate) csv: bool,
    /// The command of each line that does not name one.
    pub(crate) command: Option<String>,
    /// Whether to skip the checks against declared commands.
    pub(crate) unchecked: bool,
}

/// A command of the input.
#[derive(Debug)]
pub(super) struct Item {
    /// The line number, from 1; for a record of several lines, the first.
    pub(super) line: u64,
    pub(super) hash: Hash,
    pub(super) command: RawCommand,
    pub(super) made: GeneratedPasswords,
}

/// A line that is not a valid item.
#[derive(Debug)]
pub(super) struct Unusable {
    pub(super) line: u64,
    pub(super) failure: Box<Failure>,
    /// Whether nothing can be read after it.
    pub(super) last: bool,
}

pub(super) type Line = Result<Item, Unusable>;
/// The items of an input.
pub(super) type Items = Box<dyn Iterator<Item = Line> + Send>;

impl Unusable {
    fn last(line: u64, failure: Failure) -> Self {
        Self { line, failure: failure.into(), last: true }
    }
}

impl Input {
    /// Returns the items, read from the beginning.
    pub(super) fn items(&self) -> Result<Items, Failure> {
        let source: Box<dyn Read + Send> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => Box::new(open(path)?),
        };
        let input = self.clone();
        if self.csv {
            return Ok(Box::new(Rows { input, records: Records::of(source), head: None, count: 0 }));
        }
        Ok(Box::new(Lines::of(source).map(move |read| match read {
            Ok((line, text)) => input.item(line, input.command_of_json(&text), &[], &text),
            Err((line, why)) => Err(Unusable::last(line, Failure::usage(why))),
        })))
    }

    fn item(&self, line: u64, command: Result<Begun, Failure>, head: &[String], text: &str) -> Line {
        let judged = command.and_then(|Begun { name, command, made }| {
            if !self.unchecked {
                fields::check(&command)?;
            }
            let hash = Hash::of(head.iter().map(String::as_bytes).chain([name.as_bytes(), text.as_bytes()]));
            Ok(Item { line, hash, command, made })
        });
        judged.map_err(|failure| Unusable { line, failure: failure.into(), last: false })
    }

    /// Returns the column names from the first record. A record without any parameter name is
    /// refused: it may be the first item of a list without a heading.
    fn head(&self, record: &Record) -> Result<Vec<String>, Failure> {
        let names: Vec<String> = record.cells.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(separator) = other_separator(&names) {
            let failure = Failure::usage(format!("the columns are separated by {separator}, not by commas"));
            return Err(failure.hint("save the file as CSV with commas, in UTF-8"));
        }
        for (index, name) in names.iter().enumerate() {
            if let Some(found) = find_invisible(name) {
                let failure = format!("the heading of column {} contains an invisible character: {found}", index + 1);
                let failure = Failure::usage(failure);
                return Err(if found.char() == '\0' {
                    failure.hint("save the file as UTF-8, not UTF-16")
                } else {
                    failure
                });
            }
            if !name.is_empty() && names.iter().skip(index + 1).any(|own| own == name) {
                return Err(Failure::usage(format!("column {} has the same name as another column", index + 1)));
            }
        }
        let has_command = names.iter().any(|name| name == COMMAND);
        if !has_command && self.command.is_none() {
            let failure = Failure::usage("the first line has no column named command");
            return Err(failure.hint("name each column as its parameter, or pass --command NAME for all lines"));
        }
        let known = |name: &&String| *name == COMMAND || is_parameter(self.command.as_deref(), name);
        match names.iter().find(|name| !name.is_empty()) {
            // Unknown names beside known ones are refused at the first row with a value there.
            Some(first) if !self.unchecked && !names.iter().any(|name| known(&name)) => {
                Err(no_heading(self.command.as_deref(), first))
            }
            _ => Ok(names),
        }
    }

    fn command_of_json(&self, text: &str) -> Result<Begun, Failure> {
        let json = Json::parse(text).map_err(|error| Failure::usage(error.to_string()))?;
        let Json::Object(members) = json else {
            return Err(Failure::usage(r#"expected an object, such as {"command":"stream.close","stream_id":1000}"#));
        };
        let mut named = members.iter().filter(|(name, _)| name == COMMAND).map(|(_, value)| value);
        let mut command = match (named.next(), named.next()) {
            (Some(Json::Text(name)), None) => self.begin(Some(name))?,
            (Some(_), None) => return Err(Failure::usage("command: expected a string")),
            (Some(_), Some(_)) => return Err(Failure::usage("command: the key appears twice")),
            (None, _) => self.begin(None)?,
        };
        for (name, json) in members.into_iter().filter(|(name, _)| name != COMMAND) {
            let value = json.into_value().map_err(|error| refused(&name, &error))?;
            command.add(&name, value)?;
        }
        Ok(command)
    }

    /// Builds a command from a record. Empty cells are omitted; others keep their blanks. A cell
    /// of a declared parameter is parsed as its type, any other is a string; under a heading that
    /// ends in a colon, a cell is JSON.
    fn command_of_cells(&self, names: &[String], record: &Record) -> Result<Begun, Failure> {
        let cells = &record.cells;
        if cells.len() != names.len() {
            let (own, head) = (cells.len(), names.len());
            return Err(Failure::usage(format!("the record has {own} cells, but the first line has {head}")));
        }
        let cells = || names.iter().map(String::as_str).zip(cells).filter(|(_, cell)| !cell.is_empty());
        let mut command = self.begin(cells().find(|(name, _)| *name == COMMAND).map(|(_, cell)| cell.trim()))?;
        for (name, cell) in cells().filter(|(name, _)| *name != COMMAND) {
            if name.is_empty() {
                return Err(Failure::usage("a column has a value but no name"));
            }
            if let Some(name) = name.strip_suffix(':') {
                let json = Json::parse(cell).map_err(|error| refused(name, &error))?;
                command.add(name, json.into_value().map_err(|error| refused(name, &error))?)?;
                continue;
            }
            let value = match command.field(name) {
                Some(field) if !(field.random && cell == RANDOM) => {
                    (field.parse)(&[cell]).map_err(|error| refused(name, &error))?
                }
                _ => cell.as_str().into(),
            };
            command.add(name, value)?;
        }
        Ok(command)
    }

    fn begin(&self, named: Option<&str>) -> Result<Begun, Failure> {
        let name = named.or(self.command.as_deref());
        let name = name.ok_or_else(|| {
            Failure::usage("missing command")
                .hint("set command, such as stream.close, or pass --command NAME for all lines")
        })?;
        if find(name).is_none() && !self.unchecked {
            return Err(Failure::usage(nearest::command(name)).hint("pass --unchecked to send it anyway"));
        }
        Ok(Begun { name: name.to_owned(), command: RawCommand::new(name), made: GeneratedPasswords::new() })
    }
}

fn refused(name: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {why}", Printable(name)))
}

/// A command under construction.
struct Begun {
    name: String,
    command: RawCommand,
    made: GeneratedPasswords,
}

impl Begun {
    fn field(&self, name: &str) -> Option<&'static Field> {
        find(&self.name).and_then(|entry| entry.spec.field(name))
    }

    /// Adds a parameter. The value `random` of a password is replaced by a generated one.
    fn add(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let random = |field: &&Field| field.random && matches!(&value, Value::Text(text) if text == RANDOM);
        let value = match self.field(name).filter(|field| random(field)) {
            Some(field) => Secret::into(fields::random(field.name, &mut self.made)?),
            None => value,
        };
        let command = std::mem::replace(&mut self.command, RawCommand::new(""));
        self.command = command.field(name, value);
        Ok(())
    }
}

/// Opens a regular file. Others are refused: the input is read twice, and opening a pipe may block.
fn open(path: &Path) -> Result<File, Failure> {
    require_file(path)?;
    File::open(path).map_err(|error| unread(path, &error))
}

/// Refuses a path that is not a regular file.
pub(super) fn require_file(path: &Path) -> Result<(), Failure> {
    if !fs::metadata(path).map_err(|error| unread(path, &error))?.is_file() {
        let failure = Failure::usage(format!("{} is not a file", path.display()));
        return Err(failure.hint("pass - to read a pipe, with --journal FILE"));
    }
    Ok(())
}

/// Returns the failure of an input that cannot be opened or read.
pub(super) fn unread(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot read the input {}: {error}", path.display()))
}

/// The records of a CSV input, as items.
struct Rows {
    input: Input,
    records: Records<Box<dyn Read + Send>>,
    head: Option<Vec<String>>,
    count: u64,
}

impl Iterator for Rows {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        loop {
            let record = match self.records.next() {
                Some(Ok(record)) => record,
                Some(Err((line, why))) => return Some(Err(Unusable::last(line, Failure::usage(why)))),
                // With `--unchecked`, a heading and an item look the same.
                None if self.count == 0 && self.head.is_some() && self.input.unchecked => {
                    self.count += 1;
                    let failure = Failure::usage("the input has only one line, which is read as the column names");
                    return Some(Err(Unusable::last(1, failure.hint("put the parameter names in the first line"))));
                }
                None => return None,
            };
            let Some(head) = &self.head else {
                match self.input.head(&record) {
                    Ok(head) => self.head = Some(head),
                    Err(failure) => {
                        self.count += 1;
                        self.records.end();
                        return Some(Err(Unusable::last(record.line, failure)));
                    }
                }
                continue;
            };
            self.count += 1;
            return Some(self.input.item(record.line, self.input.command_of_cells(head, &record), head, &record.text));
        }
    }
}

/// Returns the separator, in words, if it is not a comma.
fn other_separator(names: &[String]) -> Option<&'static str> {
    let first = names.first()?;
    if first.to_ascii_lowercase().starts_with("sep=") {
        return Some("the character after sep=");
    }
    let known = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];
    known.into_iter().find(|(separator, _)| names.iter().any(|name| name.contains(*separator))).map(|(_, name)| name)
}

/// Returns whether a heading names a parameter of the command, or of any if it is `None`.
fn is_parameter(command: Option<&str>, heading: &str) -> bool {
    let name = heading.strip_suffix(':').unwrap_or(heading);
    match command {
        Some(command) => find(command).is_none_or(|entry| entry.spec.field(name).is_some()),
        None => name == COMMAND || CATALOGUE.iter().copied().flatten().any(|entry| entry.spec.field(name).is_some()),
    }
}

/// Returns the failure of a first line without known names. It may be an item with a secret, so a
/// name is repeated only if it is close to a known one.
fn no_heading(command: Option<&str>, heading: &str) -> Failure {
    let name = heading.strip_suffix(':').unwrap_or(heading);
    let failure = match command.and_then(find) {
        Some(entry) if nearest::is_near(entry.spec, name) => Failure::usage(nearest::field(entry.spec, name)),
        Some(entry) => Failure::usage(format!("the first line names no parameter of {}", entry.spec.name)),
        None => Failure::usage("the first line names no parameter of any command"),
    };
    failure.hint("put the column names in the first line of CSV; pass --unchecked to accept other names")
}
