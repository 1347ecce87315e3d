//! A command as data: what the command line, the sandbox and the reference pages read.

use alloc::vec::Vec;
use core::fmt;

use crate::param::{Kind, ParamError};
use crate::reply::Shape;
use crate::safety::Safety;
use crate::value::Value;

/// Names that every request holds and no parameter may take.
pub const RESERVED: [&str; 5] = ["command", "api_key", "timestamp", "cdn", "signature"];

/// Everything that is known of a command.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Spec {
    /// The wire name: family, dot, rest.
    pub name: &'static str,
    /// What it does, in Markdown.
    pub docs: &'static str,
    /// The page of the public documentation that describes it; empty if the declaration names none, which only a command outside
    /// of [`CATALOGUE`](crate::CATALOGUE) may do.
    pub page: &'static str,
    /// How well it is known that there is such a command.
    pub confidence: Confidence,
    /// Whether it may be repeated.
    pub safety: Safety,
    /// Why it may or may not be repeated.
    pub reason: &'static str,
    /// What it does that doing nothing does not undo, where that is worth a question to a person.
    pub confirm: Option<&'static str>,
    /// Whether code 1000 (the servers are busy) is a result of the command, as of one that asks whether they are. Elsewhere it refuses
    /// the command for some minutes.
    pub busy_is_result: bool,
    /// What is known of the shape of its answer.
    pub reply: Shape,
    /// Its own parameters, in the documented order of the wire.
    pub fields: &'static [Field],
    /// The alternative ways to address it, at least one.
    pub constructors: &'static [Constructor],
}

impl Spec {
    /// The part of the name before its first dot.
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(family, _)| family)
    }

    /// The first paragraph of [`Spec::docs`].
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.split_once("\n\n").map_or(self.docs, |(summary, _)| summary)
    }

    /// The parameter of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The required parameters that a request lacks, by the form of which it has most; none when a form is whole.
    pub fn missing(&self, present: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
        let has = |constructor: &Constructor| constructor.fields.iter().filter(|name| present(name)).count();
        let whole = self.constructors.iter().any(|constructor| has(constructor) == constructor.fields.len());
        // Of equals the last is taken, and a request that names nothing is to be told of the first form.
        let nearest = self.constructors.iter().rev().max_by_key(|constructor| has(constructor)).filter(|_| !whole);
        let fields = nearest.map_or(&[][..], |constructor| constructor.fields);
        fields.iter().copied().filter(move |name| !present(name))
    }

    /// Two parameters that no form allows together, where a request has such.
    pub fn conflict(&self, present: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
        let in_constructor = |name: &str| self.constructors.iter().any(|constructor| constructor.allows(name));
        let present = self.fields.iter().map(|field| field.name).filter(|name| in_constructor(name) && present(name));
        let mut before: Vec<&'static str> = Vec::new();
        for name in present {
            let together = |other: &&&str| {
                self.constructors.iter().any(|constructor| constructor.allows(name) && constructor.allows(other))
            };
            if let Some(other) = before.iter().find(|other| !together(other)) {
                return Some((other, name));
            }
            before.push(name);
        }
        None
    }
}

/// One way to address a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Constructor {
    /// The constructor's name.
    pub name: &'static str,
    /// The parameters that it requires.
    pub fields: &'static [&'static str],
    /// Optional parameters that belong to other constructors.
    pub optional: &'static [&'static str],
    /// The required parameters that it sends as null.
    pub nulls: &'static [&'static str],
}

impl Constructor {
    /// Whether it takes a parameter that belongs to some constructors and not to all.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        self.fields.contains(&name) || self.optional.contains(&name)
    }
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// What it means, in Markdown.
    pub docs: &'static str,
    /// Its type.
    pub kind: Kind,
    /// It may be absent whatever the form. A field that is neither optional nor in a form does not exist.
    pub optional: bool,
    /// How well it is known whether it may be absent. What no page marks either way is taken to be required, which is
    /// [`Confidence::Assumed`].
    pub presence_confidence: Confidence,
    /// Values that are known; others may exist. A type that has no others says so in [`Field::kind`].
    pub values: &'static [&'static str],
    /// An empty text means something here.
    pub may_be_empty: bool,
    /// The API wants a random text here, so that one can be made for the caller.
    pub random: bool,
    /// How well it is known.
    pub confidence: Confidence,
    /// Reads what was written once or several times on a command line.
    pub parse: fn(&[&str]) -> Result<Value, ParamError>,
}

/// How well a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// On a page of the public documentation.
    Documented,
    /// Sent or read by a working client, or seen in PHP itself.
    Observed,
    /// Neither; it follows from what is known.
    Assumed,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        })
    }
}
