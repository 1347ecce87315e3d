//! What is known of the shape of an answer, as data.

use serde::de::DeserializeOwned;

/// A type that an answer is read into.
pub trait ReplyShape: DeserializeOwned {
    /// What is known of that answer's shape.
    const SHAPE: Shape;
}

/// What is known of the shape of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// Somebody has seen such an answer whole enough to type it.
    pub observed: bool,
    /// What it is, in Markdown.
    pub docs: &'static str,
}

impl Shape {
    pub(crate) const fn observed(docs: &'static str) -> Self {
        Self { observed: true, docs }
    }

    pub(crate) const fn unknown(docs: &'static str) -> Self {
        Self { observed: false, docs }
    }
}
