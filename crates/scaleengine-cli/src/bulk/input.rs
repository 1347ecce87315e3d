//! The input: commands, one a line of JSON or of CSV. It is read as it is needed, and never kept.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use scaleengine::param::Secret;
use scaleengine::proto::{Field, Printable, find};
use scaleengine::sign::Json;
use scaleengine::{RawCommand, Value};

use super::hash::Hash;
use super::texts::Texts;
use crate::exit::Failure;
use crate::fields::{self, RANDOM};
use crate::made::Made;
use crate::nearest;

const COMMAND: &str = "command";

/// Where the commands come from, and how they are written.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// None is stdin.
    pub(crate) path: Option<PathBuf>,
    pub(crate) csv: bool,
    /// The command of each line that names none.
    pub(crate) command: Option<String>,
    /// Whether declarations do not count.
    pub(crate) unchecked: bool,
}

/// A line of the input that is to be done.
#[derive(Debug)]
pub(super) struct Item {
    /// From 1, as an editor counts them; of several the first.
    pub(super) line: u64,
    pub(super) hash: Hash,
    pub(super) command: RawCommand,
    pub(super) made: Made,
}

/// A line that cannot be done.
#[derive(Debug)]
pub(super) struct Unusable {
    pub(super) line: u64,
    pub(super) failure: Box<Failure>,
    /// Nothing can be read after it.
    pub(super) last: bool,
}

pub(super) type Line = Result<Item, Unusable>;
/// Shared between passes over the same file.
pub(super) type Lines = Box<dyn Iterator<Item = Line> + Send>;

impl Input {
    /// Its lines from the beginning.
    pub(super) fn lines(&self) -> Result<Lines, Failure> {
        let source: Box<dyn Read + Send> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => {
                let unread = |error| Failure::usage(format!("{}: {error}", path.display()));
                let file = File::open(path).map_err(unread)?;
                // It is read twice.
                if !file.metadata().map_err(unread)?.is_file() {
                    let failure = Failure::usage(format!("{} is no file", path.display()));
                    return Err(failure.hint("a pipe is read as -, with --journal"));
                }
                Box::new(file)
            }
        };
        let texts = Texts::of(source, self.csv);
        let (input, mut head) = (self.clone(), None);
        Ok(Box::new(texts.filter_map(move |text| match text {
            Ok((line, text)) if input.csv && head.is_none() => match input.head(&text) {
                Ok(names) => {
                    head = Some(names);
                    None
                }
                Err(failure) => Some(Err(Unusable { line, failure: failure.into(), last: true })),
            },
            Ok((line, text)) => Some(input.item(line, &text, head.as_deref())),
            Err((line, why)) => Some(Err(Unusable { line, failure: Failure::usage(why).into(), last: true })),
        })))
    }

    fn item(&self, line: u64, text: &str, head: Option<&[String]>) -> Line {
        let command = match head {
            Some(names) => self.command_of_cells(names, text),
            None => self.command_of_json(text),
        };
        let judged = command.and_then(|Begun { name, command, made }| {
            if !self.unchecked {
                fields::judge(&command)?;
            }
            let head = head.unwrap_or_default().iter().map(String::as_bytes);
            let hash = Hash::of(head.chain([name.as_bytes(), text.as_bytes()]));
            Ok(Item { line, hash, command, made })
        });
        judged.map_err(|failure| Unusable { line, failure: failure.into(), last: false })
    }

    /// The names of the columns.
    fn head(&self, text: &str) -> Result<Vec<String>, Failure> {
        let names: Vec<String> = cells(text)?.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(name) =
            names.iter().enumerate().find(|(index, name)| names.iter().skip(index + 1).any(|own| own == *name))
        {
            return Err(Failure::usage(format!("there are two columns named {}", Printable(name.1))));
        }
        if names.iter().all(|name| name != COMMAND) && self.command.is_none() {
            let failure = Failure::usage("the first line has no column named command");
            return Err(
                failure.hint("name each column as its parameter, or give all lines one command: --command NAME")
            );
        }
        Ok(names)
    }

    fn command_of_json(&self, text: &str) -> Result<Begun, Failure> {
        let json = Json::parse(text).map_err(|error| Failure::usage(error.to_string()))?;
        let Json::Object(members) = json else {
            return Err(Failure::usage(
                r#"an object is expected, such as {"command":"stream.close","stream_id":1000}"#,
            ));
        };
        let mut named = members.iter().filter(|(name, _)| name == COMMAND).map(|(_, value)| value);
        let mut command = match (named.next(), named.next()) {
            (Some(Json::Text(name)), None) => self.begin(Some(name))?,
            (Some(_), None) => return Err(Failure::usage("command: a text is expected")),
            (Some(_), Some(_)) => return Err(Failure::usage("command: it is there twice")),
            (None, _) => self.begin(None)?,
        };
        for (name, json) in members.into_iter().filter(|(name, _)| name != COMMAND) {
            let value = json.into_value().map_err(|error| refused(&name, &error))?;
            command.add(&name, value)?;
        }
        Ok(command)
    }

    /// Cells that are empty are left out. Where a parameter is known a cell is what its type says, elsewhere a text; under a
    /// heading that ends in a colon it is JSON.
    fn command_of_cells(&self, names: &[String], text: &str) -> Result<Begun, Failure> {
        let cells = cells(text)?;
        if cells.len() != names.len() {
            return Err(Failure::usage(format!(
                "it has {} cells, and the first line has {}",
                cells.len(),
                names.len()
            )));
        }
        let cells = || names.iter().map(String::as_str).zip(&cells).filter(|(_, cell)| !cell.is_empty());
        let mut command = self.begin(cells().find(|(name, _)| *name == COMMAND).map(|(_, cell)| cell))?;
        for (name, cell) in cells().filter(|(name, _)| *name != COMMAND) {
            if let Some(name) = name.strip_suffix(':') {
                let json = Json::parse(cell).map_err(|error| refused(name, &error))?;
                command.add(name, json.into_value().map_err(|error| refused(name, &error))?)?;
                continue;
            }
            let value = match command.field(name) {
                Some(field) if !(field.random && cell == RANDOM) => {
                    (field.parse)(&[cell]).map_err(|error| refused(name, &error))?
                }
                _ => cell.into(),
            };
            command.add(name, value)?;
        }
        Ok(command)
    }

    fn begin(&self, named: Option<&str>) -> Result<Begun, Failure> {
        let name = named.or(self.command.as_deref());
        let name = name.ok_or_else(|| {
            Failure::usage("it names no command").hint("\"command\":\"stream.close\", or --command for all lines")
        })?;
        if find(name).is_none() && !self.unchecked {
            return Err(Failure::usage(nearest::command(name)).hint("--unchecked sends it all the same"));
        }
        Ok(Begun { name: name.to_owned(), command: RawCommand::new(name), made: Made::new() })
    }
}

fn refused(name: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {why}", Printable(name)))
}

/// A command to which parameters are added.
struct Begun {
    name: String,
    command: RawCommand,
    made: Made,
}

impl Begun {
    fn field(&self, name: &str) -> Option<&'static Field> {
        find(&self.name).and_then(|entry| entry.spec.field(name))
    }

    /// A password that is to be made is made here.
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

/// The cells of one record.
fn cells(text: &str) -> Result<csv::StringRecord, Failure> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).buffer_capacity(1 << 10).from_reader(text.as_bytes());
    let unreadable = || Failure::usage("it is no CSV");
    reader.records().next().and_then(Result::ok).ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_may_go_over_lines() {
        let read = cells("1,\"two\nlines \"\"x\"\"\"").unwrap();
        assert_eq!(read, csv::StringRecord::from(vec!["1", "two\nlines \"x\""]));
    }
}
