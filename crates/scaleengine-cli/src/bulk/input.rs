//! The input: commands, one a line of JSON or of CSV. It is read as it is needed, and never kept.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use scaleengine::param::Secret;
use scaleengine::proto::{Field, find};
use scaleengine::sign::Json;
use scaleengine::{RawCommand, Value};

use super::hash::Hash;
use crate::exit::Failure;
use crate::fields::{self, Made, RANDOM};
use crate::nearest;

/// The longest line that is read.
const LONGEST: u64 = 1 << 20;

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
    /// From 1, as an editor counts them.
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
}

pub(super) type Line = Result<Item, Unusable>;

impl Input {
    /// Its lines from the beginning. Where reading itself fails, nothing follows.
    pub(super) fn lines(&self) -> Result<Box<dyn Iterator<Item = Line> + Send>, Failure> {
        let source: Box<dyn Read + Send> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => {
                let unread = |error| Failure::usage(format!("{}: {error}", path.display()));
                Box::new(File::open(path).map_err(unread)?)
            }
        };
        Ok(if self.csv { self.clone().csv(source)? } else { Box::new(self.clone().json(source)) })
    }

    fn json(self, source: Box<dyn Read + Send>) -> impl Iterator<Item = Line> + Send {
        let mut source = BufReader::new(source);
        let (mut line, mut ended) = (0, false);
        std::iter::from_fn(move || {
            loop {
                if ended {
                    return None;
                }
                line += 1;
                let mut text = Vec::new();
                let unusable = |why: &str| Some(Err(Unusable { line, failure: Failure::usage(why).into() }));
                match source.by_ref().take(LONGEST).read_until(b'\n', &mut text) {
                    Ok(0) => return None,
                    Ok(count) if count as u64 == LONGEST => {
                        ended = true;
                        return unusable("it is longer than 1 MiB");
                    }
                    Ok(_) => {}
                    Err(error) => {
                        ended = true;
                        return unusable(&format!("the input cannot be read: {error}"));
                    }
                }
                let text = text.trim_ascii();
                if !text.is_empty() {
                    let hash = Hash::of([text]);
                    return Some(self.item(line, hash, self.command_of_json(text)));
                }
            }
        })
    }

    fn csv(self, source: Box<dyn Read + Send>) -> Result<Box<dyn Iterator<Item = Line> + Send>, Failure> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(source);
        let head = reader.headers().map_err(|error| Failure::usage(format!("line 1: {}", unreadable(&error))))?.clone();
        if head.iter().all(|name| name != COMMAND) && self.command.is_none() {
            let failure = Failure::usage("the CSV's first line has no column named command");
            return Err(
                failure.hint("name each column as its parameter, or give all lines one command: --command NAME")
            );
        }
        Ok(Box::new(reader.into_records().map(move |record| match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let hash = Hash::of(head.iter().chain(record.iter()).map(str::as_bytes));
                self.item(line, hash, self.command_of_cells(head.iter().zip(record.iter())))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                Err(Unusable { line, failure: Failure::usage(unreadable(&error)).into() })
            }
        })))
    }

    fn item(&self, line: u64, hash: Hash, command: Result<(RawCommand, Made), Failure>) -> Line {
        let judged = command.and_then(|(command, made)| {
            if !self.unchecked {
                fields::judge(&command)?;
            }
            Ok(Item { line, hash, command, made })
        });
        judged.map_err(|failure| Unusable { line, failure: failure.into() })
    }

    fn command_of_json(&self, text: &[u8]) -> Result<(RawCommand, Made), Failure> {
        let text = std::str::from_utf8(text).map_err(|_| Failure::usage("it is not UTF-8"))?;
        let json = Json::parse(text).map_err(|error| Failure::usage(error.to_string()))?;
        let Json::Object(members) = json else {
            return Err(Failure::usage(
                r#"an object is expected, such as {"command":"stream.close","stream_id":1000}"#,
            ));
        };
        let named = members.iter().find(|(name, _)| name == COMMAND).map(|(_, value)| value);
        let mut command = match named {
            Some(Json::Text(name)) => self.begin(Some(name))?,
            Some(_) => return Err(Failure::usage("command: a text is expected")),
            None => self.begin(None)?,
        };
        for (name, json) in members.into_iter().filter(|(name, _)| name != COMMAND) {
            let value = json.into_value().map_err(|error| Failure::usage(format!("{name}: {error}")))?;
            command.add(&name, value)?;
        }
        Ok(command.filled)
    }

    /// Cells that are empty are left out. Where a parameter is known a cell is what its type says, elsewhere a text; under a heading
    /// that ends in a colon it is JSON.
    fn command_of_cells<'a>(
        &self,
        cells: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> Result<(RawCommand, Made), Failure> {
        let named =
            cells.clone().find(|(name, _)| *name == COMMAND).map(|(_, cell)| cell).filter(|cell| !cell.is_empty());
        let mut command = self.begin(named)?;
        for (name, cell) in cells.filter(|(name, cell)| *name != COMMAND && !cell.is_empty()) {
            let refuse = |why: &dyn std::fmt::Display| Failure::usage(format!("{name}: {why}"));
            if let Some(name) = name.strip_suffix(':') {
                let json = Json::parse(cell).map_err(|error| refuse(&error))?;
                command.add(name, json.into_value().map_err(|error| refuse(&error))?)?;
                continue;
            }
            let value = match command.field(name) {
                Some(field) if !(field.random && cell == RANDOM) => {
                    (field.parse)(&[cell]).map_err(|error| refuse(&error))?
                }
                _ => cell.into(),
            };
            command.add(name, value)?;
        }
        Ok(command.filled)
    }

    fn begin(&self, named: Option<&str>) -> Result<Begun, Failure> {
        let name = named.or(self.command.as_deref());
        let name = name
            .ok_or_else(|| Failure::usage("it names no command").hint("\"command\":\"stream.close\", or --command"))?;
        if find(name).is_none() && !self.unchecked {
            return Err(Failure::usage(nearest::command(name)).hint("--unchecked sends it all the same"));
        }
        Ok(Begun { filled: (RawCommand::new(name), Made::new()), name: name.to_owned() })
    }
}

const COMMAND: &str = "command";

/// A command to which parameters are added.
struct Begun {
    name: String,
    filled: (RawCommand, Made),
}

impl Begun {
    fn field(&self, name: &str) -> Option<&'static Field> {
        find(&self.name).and_then(|entry| entry.spec.field(name))
    }

    /// A password that is to be made is made here.
    fn add(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let made = &mut self.filled.1;
        let random = |field: &&Field| field.random && matches!(&value, Value::Text(text) if text == RANDOM);
        let value = match find(&self.name).and_then(|entry| entry.spec.field(name)).filter(|field| random(field)) {
            Some(field) => Secret::into(fields::random(field.name, made)?),
            None => value,
        };
        let command = std::mem::replace(&mut self.filled.0, RawCommand::new(""));
        self.filled.0 = command.field(name, value);
        Ok(())
    }
}

/// Without what stands in the line.
fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} cells, and the first line has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => format!("the input cannot be read: {error}"),
        _ => "it is no CSV".to_owned(),
    }
}
