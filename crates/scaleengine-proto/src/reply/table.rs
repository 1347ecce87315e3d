//! Google tables, in which `usage.summary`, `usage.billing` and `usage.billing.live` return figures.
//!
//! The pages say "Google table", with a value `v` and a formatted text `f` in each cell; what stands around the cells was not
//! seen. So a table is looked for wherever it lies: either as Google's own documentation of its `DataTable` has it (an object
//! with `rows`, each with its cells under `c`, and columns with their `label` under `cols`), or as plain lists of cells.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::{Document, FieldError, Step};
use super::shape::{ReplyShape, Shape};
use crate::lenient;

/// The whole answer of a command that returns a Google table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct TableDocument {
    /// Every field.
    pub fields: Document,
}

impl TableDocument {
    /// The first table of the answer, wherever it lies.
    ///
    /// ```
    /// use scaleengine_proto::{TableDocument, decode};
    ///
    /// let answer = br#"{"status":"success","data":{"rows":[{"c":[{"v":"VSN"},{"v":1536,"f":"1.5 kB"}]}]}}"#;
    /// let table = decode::<TableDocument>(answer)?.into_value().table()?;
    /// let cell = table.cell(0, 1).unwrap();
    /// assert_eq!((cell.text(), cell.integer()), ("1.5 kB".into(), Some(1536)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn table(&self) -> Result<Table, FieldError> {
        let tables = self.fields.tables().into_iter();
        tables
            .map(|(_, table)| table)
            .next()
            .ok_or_else(|| FieldError::new("", "the answer holds no table of cells with `v`"))
    }
}

impl ReplyShape for TableDocument {
    const SHAPE: Shape = Shape::unknown(
        "A Google table: cells with `v` (value) and `f` (formatted). What stands around them was not seen.",
    );
}

/// A table. The documentation says of `usage.billing` that its first row holds headers and its last one totals.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Table {
    /// The columns' labels, where the table has such beside its rows.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A cell by its row and its column, each from 0.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows.get(row)?.get(column)
    }

    /// What a value is as a table. It is looked at before anything is taken out of it.
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Object(table) => Self::of_object(table),
            list => {
                let rows = cells_of(list)?;
                has_values(&rows).then(|| Self { columns: Vec::new(), rows: read_all(&rows) })
            }
        }
    }

    /// One with `rows`, and labels of its columns under `cols`.
    fn of_object(table: &Map<String, Value>) -> Option<Self> {
        let rows = cells_of(table.get("rows")?)?;
        let columns = table.get("cols").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let label = |column: &Value| column.get("label").map(|label| lenient::text(label.clone())).unwrap_or_default();
        let known = !columns.is_empty() || has_values(&rows);
        known.then(|| Self { columns: columns.iter().map(label).collect(), rows: read_all(&rows) })
    }
}

/// The cells of a list of rows; none where something in it is neither a row nor a cell.
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

/// `Debug` shows how large it is and no figures.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("columns", &self.columns).field("rows", &self.rows.len()).finish()
    }
}

/// A cell. One that the answer has as null has the value null.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cell {
    /// The value, `v`.
    pub value: Value,
    /// How the API writes the value for people, `f`.
    pub formatted: Option<String>,
}

impl Cell {
    /// Null, or an object of what a cell has: `v`, `f`, and `p` for its properties. One without a value is empty.
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

    /// The formatted text where there is one, else the value as text; empty for null.
    #[must_use]
    pub fn text(&self) -> String {
        self.formatted.clone().unwrap_or_else(|| lenient::text(self.value.clone()))
    }

    /// The value as a whole number, also one that came as a text.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        lenient::integer(&self.value)
    }

    /// The value as a number, also one that came as a text.
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
    /// The tables of the answer with their paths, those further out first; the path of the answer itself is empty. What lies
    /// within a table is no other table.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, Table)> {
        if let Some(table) = Table::of_object(self.fields()) {
            return Vec::from([(String::new(), table)]);
        }
        let mut found = Vec::new();
        // Level by level; a place knows the one that it lies in, so that paths are only written of what is found.
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

    /// The table at a path; that of an empty path is the answer itself.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is no table.
    pub fn table(&self, path: &str) -> Result<Table, FieldError> {
        let table = if path.is_empty() { Table::of_object(self.fields()) } else { Table::read(self.at(path)?) };
        table.ok_or_else(|| FieldError::new(path, "it is not a table of cells with `v`"))
    }
}

/// A value of an answer, and where it lies.
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
