//! Google tables, the format of the replies of `usage.summary`, `usage.billing` and
//! `usage.billing.live`.
//!
//! The documentation mentions a "Google table" with a value `v` and a formatted string `f` in each
//! cell; the structure around the cells is unknown. Tables are therefore searched at any depth, in
//! two forms: that of Google's `DataTable` (an object with `rows`, each with its cells under `c`,
//! and with columns under `cols`, each with a `label`), and plain lists of cells.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::{Document, FieldError, Step};
use super::shape::{ReplyShape, Shape};
use crate::lenient;

/// The reply of a command that returns a Google table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct TableDocument {
    /// All fields.
    pub fields: Document,
}

impl TableDocument {
    /// Returns the first table of the reply, at any depth.
    ///
    /// ```
    /// use scaleengine_proto::{TableDocument, decode};
    ///
    /// let reply = br#"{"status":"success","data":{"rows":[{"c":[{"v":"VSN"},{"v":1536,"f":"1.5 kB"}]}]}}"#;
    /// let table = decode::<TableDocument>(reply)?.into_value().table()?;
    /// let cell = table.cell(0, 1).unwrap();
    /// assert_eq!((cell.text(), cell.integer()), ("1.5 kB".into(), Some(1536)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the reply contains no table.
    pub fn table(&self) -> Result<Table, FieldError> {
        let tables = self.fields.tables().into_iter();
        tables
            .map(|(_, table)| table)
            .next()
            .ok_or_else(|| FieldError::new("", "the reply contains no table of cells with `v`"))
    }
}

impl ReplyShape for TableDocument {
    const SHAPE: Shape = Shape::unknown(
        "A Google table: cells with `v` (value) and `f` (formatted). The structure around the cells is unknown.",
    );
}

/// A table. According to the documentation, the table of `usage.billing` has headers in its first
/// row and totals in its last. Serialized, its numbers are those of a [`Document`].
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Table {
    /// The labels of the columns, if the table has them outside its rows.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Returns a cell by row and column, both starting at 0.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows.get(row)?.get(column)
    }

    /// Reads a value as a table. It is checked before anything is copied.
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Object(table) => Self::of_object(table),
            list => {
                let rows = cells_of(list)?;
                has_values(&rows).then(|| Self { columns: Vec::new(), rows: read_all(&rows) })
            }
        }
    }

    /// Reads an object with `rows`, and with column labels under `cols`.
    fn of_object(table: &Map<String, Value>) -> Option<Self> {
        let rows = cells_of(table.get("rows")?)?;
        let columns = table.get("cols").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let label = |column: &Value| column.get("label").map(|label| lenient::text(label.clone())).unwrap_or_default();
        let known = !columns.is_empty() || has_values(&rows);
        known.then(|| Self { columns: columns.iter().map(label).collect(), rows: read_all(&rows) })
    }
}

/// Returns the cells of a list of rows, or `None` if it contains anything else.
fn cells_of(rows: &Value) -> Option<Vec<&[Value]>> {
    rows.as_array()?.iter().map(row).collect()
}

fn row(row: &Value) -> Option<&[Value]> {
    let cells = match row {
        Value::Object(row) => match row.get("c")? {
            Value::Null => &[][..],
            cells => cells.as_array()?,
        },
        cells => cells.as_array()?,
    };
    cells.iter().all(Cell::is).then_some(cells)
}

fn has_values(rows: &[&[Value]]) -> bool {
    rows.iter().copied().flatten().any(|cell| cell.get("v").is_some_and(|value| !value.is_null()))
}

fn read_all(rows: &[&[Value]]) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| row.iter().map(Cell::read).collect()).collect()
}

/// `Debug` shows the labels and the number of rows, but no values.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("columns", &self.columns).field("rows", &self.rows.len()).finish()
    }
}

/// A cell. A null cell has the value null.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cell {
    /// The value, `v`.
    pub value: Value,
    /// The value as formatted by the API, `f`.
    pub formatted: Option<String>,
}

impl Cell {
    /// Returns whether a value is a cell: null, or an object with no members other than `v`, `f`
    /// and `p` (properties). A cell without `v` is empty.
    fn is(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Object(cell) => cell.keys().all(|key| matches!(key.as_str(), "v" | "f" | "p")),
            _ => false,
        }
    }

    fn read(value: &Value) -> Self {
        let formatted = value.get("f").filter(|text| !text.is_null()).map(|text| lenient::text(text.clone()));
        Self { value: value.get("v").cloned().unwrap_or_default(), formatted }
    }

    /// Returns the formatted string if the cell has one, otherwise the value as a string; empty for
    /// null.
    #[must_use]
    pub fn text(&self) -> String {
        self.formatted.clone().unwrap_or_else(|| lenient::text(self.value.clone()))
    }

    /// Returns the value as an integer, also if it is a string.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        lenient::integer(&self.value)
    }

    /// Returns the value as a number, also if it is a string.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        lenient::number(&self.value)
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cell(…)")
    }
}

impl Document {
    /// Returns the tables of the reply with their paths, outer ones first. The path is empty if the
    /// reply itself is a table. Tables within tables are not searched.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, Table)> {
        if let Some(table) = Table::of_object(self.fields()) {
            return Vec::from([(String::new(), table)]);
        }
        let mut found = Vec::new();
        // Breadth first. Each place refers to its parent, so that paths are built only for tables.
        let mut places: Vec<Place<'_>> = members(self.fields(), None).collect();
        let mut next = 0;
        while let Some(Place { value, .. }) = places.get(next) {
            match (Table::read(value), *value) {
                (Some(table), _) => found.push((path_of(&places, next), table)),
                (None, Value::Object(map)) => places.extend(members(map, Some(next))),
                (None, Value::Array(items)) => {
                    let place = |(index, value)| Place { within: Some(next), step: Step::Index(index), value };
                    places.extend(items.iter().enumerate().map(place));
                }
                _ => {}
            }
            next += 1;
        }
        found
    }

    /// Returns the table at a path; an empty path is the reply itself.
    ///
    /// # Errors
    ///
    /// Returns an error if the path does not exist, or the value is not a table.
    pub fn table(&self, path: &str) -> Result<Table, FieldError> {
        let table = if path.is_empty() { Table::of_object(self.fields()) } else { Table::read(self.at(path)?) };
        table.ok_or_else(|| FieldError::new(path, "not a table of cells with `v`"))
    }
}

/// A value of a reply, with its parent and its path segment.
struct Place<'a> {
    within: Option<usize>,
    step: Step<'a>,
    value: &'a Value,
}

fn members(map: &Map<String, Value>, within: Option<usize>) -> impl Iterator<Item = Place<'_>> {
    map.iter().map(move |(name, value)| Place { within, step: Step::Name(name), value })
}

fn path_of(places: &[Place<'_>], place: usize) -> String {
    let mut steps: Vec<_> = core::iter::successors(places.get(place), |place| places.get(place.within?)).collect();
    steps.reverse();
    let path: String = steps.iter().map(|place| place.step.to_string()).collect();
    path.trim_start_matches('.').to_string()
}
