//! A command as data: what the command line, the sandbox and the reference pages read.

use alloc::vec::Vec;

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
    /// The page of the public documentation that describes it.
    pub page: &'static str,
    /// How well it is known that there is such a command.
    pub known: Known,
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
    pub answer: Shape,
    /// Its own parameters, in the documented order of the wire.
    pub fields: &'static [Field],
    /// The alternative ways to address it, at least one.
    pub forms: &'static [Form],
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
        let has = |form: &Form| form.fields.iter().filter(|name| present(name)).count();
        let whole = self.forms.iter().any(|form| has(form) == form.fields.len());
        // Of equals the last is taken, and a request that names nothing is to be told of the first form.
        let nearest = self.forms.iter().rev().max_by_key(|form| has(form)).filter(|_| !whole);
        let fields = nearest.map_or(&[][..], |form| form.fields);
        fields.iter().copied().filter(move |name| !present(name))
    }

    /// Two parameters that no form allows together, where a request has such.
    pub fn conflict(&self, present: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
        let in_form = |name: &str| self.forms.iter().any(|form| form.allows(name));
        let present = self.fields.iter().map(|field| field.name).filter(|name| in_form(name) && present(name));
        let mut before: Vec<&'static str> = Vec::new();
        for name in present {
            let together = |other: &&&str| self.forms.iter().any(|form| form.allows(name) && form.allows(other));
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
pub struct Form {
    /// The constructor's name.
    pub name: &'static str,
    /// The parameters that this form requires.
    pub fields: &'static [&'static str],
    /// The parameters of other forms that this one allows besides.
    pub optional: &'static [&'static str],
    /// Those of the required parameters that this form sends as null.
    pub nulls: &'static [&'static str],
}

impl Form {
    /// Whether a parameter can stand in this form; one that belongs to no form can stand in all.
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
    /// [`Known::Assumed`].
    pub presence_known: Known,
    /// Values that are known; others may exist. A type that has no others says so in [`Field::kind`].
    pub values: &'static [&'static str],
    /// An empty text means something here.
    pub may_be_empty: bool,
    /// The API wants a random text here, so that one can be made for the caller.
    pub random: bool,
    /// How well it is known.
    pub known: Known,
    /// Reads what was written once or several times on a command line.
    pub parse: fn(&[&str]) -> Result<Value, ParamError>,
}

/// How well a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Known {
    /// On a page of the public documentation.
    Documented,
    /// Sent or read by a working client.
    Seen,
    /// Neither; it follows from what is known.
    Assumed,
}
