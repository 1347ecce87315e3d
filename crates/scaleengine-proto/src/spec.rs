//! Declarations of commands as data, for the command line, the sandbox and the reference pages.

use alloc::vec::Vec;
use core::fmt;

use crate::param::{Kind, ParamError};
use crate::reply::Shape;
use crate::safety::Safety;
use crate::value::Value;

/// The names of the common fields of every request, which no parameter may have.
pub const RESERVED: [&str; 5] = ["command", "api_key", "timestamp", "cdn", "signature"];

/// The declaration of a command.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Spec {
    /// The wire name, such as `stream.close`; the family is the part before the first dot.
    pub name: &'static str,
    /// A description of the command in Markdown.
    pub docs: &'static str,
    /// The address of the documentation page; empty if the declaration has none, which is allowed
    /// only outside of [`CATALOGUE`](crate::CATALOGUE).
    pub page: &'static str,
    /// The confidence that the command exists.
    pub confidence: Confidence,
    /// Whether the command may be repeated.
    pub safety: Safety,
    /// The reason for its safety.
    pub reason: &'static str,
    /// The effect that a person should confirm first, if the command has one.
    pub confirm: Option<&'static str>,
    /// Whether code 1000 (servers busy) is a result of the command, such as one that queries the
    /// state of the servers. For other commands it is a refusal for some minutes.
    pub busy_is_result: bool,
    /// The shape of the reply.
    pub reply: Shape,
    /// The command's own parameters, in the documented wire order.
    pub fields: &'static [Field],
    /// The alternative ways to build the command, at least one.
    pub constructors: &'static [Constructor],
}

impl Spec {
    /// Returns the part of the name before its first dot.
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(family, _)| family)
    }

    /// Returns the first paragraph of [`Spec::docs`].
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.split_once("\n\n").map_or(self.docs, |(summary, _)| summary)
    }

    /// Returns the parameter with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the missing required parameters of the constructor with the most parameters present,
    /// or nothing if a constructor is complete.
    pub fn missing(&self, present: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
        let has = |constructor: &Constructor| constructor.fields.iter().filter(|name| present(name)).count();
        let whole = self.constructors.iter().any(|constructor| has(constructor) == constructor.fields.len());
        // `max_by_key` returns the last of equals; reversed, a tie selects the first constructor.
        let nearest = self.constructors.iter().rev().max_by_key(|constructor| has(constructor)).filter(|_| !whole);
        let fields = nearest.map_or(&[][..], |constructor| constructor.fields);
        fields.iter().copied().filter(move |name| !present(name))
    }

    /// Returns two parameters that are present and that no constructor allows together.
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

/// One way to build a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Constructor {
    /// The constructor's name.
    pub name: &'static str,
    /// The required parameters.
    pub fields: &'static [&'static str],
    /// Parameters of other constructors that are optional here.
    pub optional: &'static [&'static str],
    /// The required parameters that are sent as null.
    pub nulls: &'static [&'static str],
}

impl Constructor {
    /// Returns whether a parameter is among those listed here, required or optional. Parameters
    /// that are optional with every constructor are not listed.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        self.fields.contains(&name) || self.optional.contains(&name)
    }
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// The wire name.
    pub name: &'static str,
    /// A description of the parameter in Markdown, with its unit.
    pub docs: &'static str,
    /// The type.
    pub kind: Kind,
    /// Whether the parameter may be absent with every constructor. Any other parameter is listed by
    /// at least one [`Constructor`].
    pub optional: bool,
    /// The confidence that the parameter is required, or optional. A parameter that no page marks
    /// either way counts as required, with [`Confidence::Assumed`].
    pub presence_confidence: Confidence,
    /// Known values; others may exist. [`Field::kind`] describes types with a closed set of values.
    pub values: &'static [&'static str],
    /// Whether an empty string has a meaning.
    pub may_be_empty: bool,
    /// Whether the API expects a random string, which can be generated for the caller.
    pub random: bool,
    /// The confidence that the parameter exists.
    pub confidence: Confidence,
    /// Parses the values given on a command line, one for each occurrence of the flag.
    pub parse: fn(&[&str]) -> Result<Value, ParamError>,
}

/// The confidence in a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// Stated on a page of the public documentation.
    Documented,
    /// Observed in a working client, or in PHP itself.
    Observed,
    /// Neither documented nor observed; inferred from other facts.
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
