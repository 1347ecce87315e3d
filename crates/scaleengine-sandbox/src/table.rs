//! Tables with increasing ids that are never reused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Rows of one kind.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table<R> {
    next: i64,
    rows: BTreeMap<i64, R>,
}

impl<R> Table<R> {
    /// Creates an empty table whose first row gets this id.
    pub(crate) fn starting_at(next: i64) -> Self {
        Self { next, rows: BTreeMap::new() }
    }

    /// Adds a row and returns its id.
    pub(crate) fn add(&mut self, row: R) -> i64 {
        let id = self.next;
        // A restored table may already have reached the largest id.
        self.next = self.next.saturating_add(1);
        self.rows.insert(id, row);
        id
    }

    pub(crate) fn get(&self, id: i64) -> Option<&R> {
        self.rows.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: i64) -> Option<&mut R> {
        self.rows.get_mut(&id)
    }

    pub(crate) fn remove(&mut self, id: i64) -> Option<R> {
        self.rows.remove(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &R)> {
        self.rows.iter().map(|(id, row)| (*id, row))
    }

    /// Returns the id of the first row that satisfies a condition.
    pub(crate) fn find(&self, wanted: impl Fn(&R) -> bool) -> Option<i64> {
        self.iter().find(|(_, row)| wanted(row)).map(|(id, _)| id)
    }
}
