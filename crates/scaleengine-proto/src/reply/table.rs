//! Google tables, in which `usage.summary`, `usage.billing` and `usage.billing.live` return figures.
//!
//! The pages say "Google table", with a value `v` and a formatted text `f` in each cell; what stands around the cells was not
//! seen. So a table is looked for wherever it lies: either as Google's own documentation of its `DataTable` has it (an object
//! with `rows`, each with its cells under `c`, and columns with their `label` under `cols`), or as plain lists of cells.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::document::{Document, FieldError};
use super::shape::{Answer, Shape};
use crate::lenient;

/// The whole answer of a command that returns a Google table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

impl Answer for TableDocument {
    const SHAPE: Shape = Shape::unseen(
        "A Google table: cells with `v` (value) and `f` (formatted). What stands around them was not seen.",
    );
}

/// A table. The documentation says of `usage.billing` that its first row holds headers and its last one totals.
#[derive(Clone, PartialEq, Eq, Default)]
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

    /// What a value is as a table: one cell with a value at least, and nothing in the place of a cell that is none.
    fn read(value: &Value) -> Option<Self> {
        let rows = match value {
            Value::Object(table) => table.get("rows")?,
            list => list,
        };
        let rows: Vec<Vec<Cell>> = rows.as_array()?.iter().map(Self::row).collect::<Option<_>>()?;
        let columns = value.get("cols").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let label = |column: &Value| column.get("label").map(|label| lenient::text(label.clone())).unwrap_or_default();
        let filled = rows.iter().flatten().any(|cell| cell.value != Value::Null);
        filled.then(|| Self { columns: columns.iter().map(label).collect(), rows })
    }

    fn row(row: &Value) -> Option<Vec<Cell>> {
        let cells = row.get("c").unwrap_or(row).as_array()?;
        cells.iter().map(Cell::read).collect()
    }
}

/// `Debug` shows how large it is and no figures.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("columns", &self.columns).field("rows", &self.rows.len()).finish()
    }
}

/// A cell. One that the answer has as null has the value null.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cell {
    /// The value, `v`.
    pub value: Value,
    /// How the API writes the value for people, `f`.
    pub formatted: Option<String>,
}

impl Cell {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self { value: Value::Null, formatted: None }),
            Value::Object(cell) => {
                let formatted = cell.get("f").filter(|text| !text.is_null()).map(|text| lenient::text(text.clone()));
                Some(Self { value: cell.get("v")?.clone(), formatted })
            }
            _ => None,
        }
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
    /// The tables of the answer with their paths, those further out first. What lies within a table is no other table.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, Table)> {
        let mut found = Vec::new();
        for (name, value) in self.fields() {
            tables(name.clone(), value, &mut found);
        }
        found
    }

    /// The table at a path.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is no table.
    pub fn table(&self, path: &str) -> Result<Table, FieldError> {
        Table::read(self.at(path)?).ok_or_else(|| FieldError::new(path, "it is not a table of cells with `v`"))
    }
}

fn tables(path: String, value: &Value, found: &mut Vec<(String, Table)>) {
    if let Some(table) = Table::read(value) {
        found.push((path, table));
        return;
    }
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                tables(alloc::format!("{path}.{name}"), value, found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                tables(alloc::format!("{path}[{index}]"), value, found);
            }
        }
        _ => {}
    }
}
