//! What is known of the shape of an answer, as data.

use serde::de::DeserializeOwned;

/// A type that an answer is read into.
pub trait Answer: DeserializeOwned {
    /// What is known of that answer's shape.
    const SHAPE: Shape;
}

/// What is known of the shape of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// Somebody has seen such an answer whole enough to type it.
    pub seen: bool,
    /// What it is, in Markdown.
    pub docs: &'static str,
}

impl Shape {
    pub(crate) const fn seen(docs: &'static str) -> Self {
        Self { seen: true, docs }
    }

    pub(crate) const fn unseen(docs: &'static str) -> Self {
        Self { seen: false, docs }
    }
}
