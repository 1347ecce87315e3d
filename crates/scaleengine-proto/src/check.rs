//! The check of a command's parameters, and the reasons to have a command confirmed by a person.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::command::Command as _;
use crate::printable::Printable;
use crate::raw::RawCommand;
use crate::safety::Safety;
use crate::spec::Spec;
use crate::value::Value;

/// An error for a command whose parameters do not match its declaration. It contains names, but no
/// values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The command has a parameter that is not declared.
    #[error("{}: {command} has no parameter of this name", Printable(.name))]
    #[non_exhaustive]
    UnknownParameter {
        /// The command's wire name.
        command: &'static str,
        /// The parameter.
        name: String,
    },
    /// Two parameters that belong to different constructors.
    #[error("{0} cannot be used with {1}")]
    Conflict(&'static str, &'static str),
    /// Required parameters are missing; lists those of the constructor with the most parameters
    /// present.
    #[error("missing: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
}

impl Spec {
    /// Checks that each parameter of a command is declared, that no two exclude each other, and
    /// that none is missing. Values are not checked; [`Field::parse`](crate::Field::parse) does
    /// that.
    ///
    /// ```
    /// use scaleengine_proto::{RawCommand, SpecError, find};
    ///
    /// let spec = find("stream.close").unwrap().spec;
    /// assert_eq!(spec.check(&RawCommand::new("stream.close").field("stream_id", 1000)), Ok(()));
    /// assert_eq!(spec.check(&RawCommand::new("stream.close")), Err(SpecError::Missing(vec!["app", "inst", "stream"])));
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error for the first of these checks that fails.
    pub fn check(&self, command: &RawCommand) -> Result<(), SpecError> {
        if let Some((name, _)) = command.fields().find(|(name, _)| self.field(name).is_none()) {
            return Err(SpecError::UnknownParameter { command: self.name, name: name.into() });
        }
        let present = |name: &str| command.fields().any(|(own, _)| own == name);
        if let Some((one, other)) = self.conflict(present) {
            return Err(SpecError::Conflict(one, other));
        }
        let missing: Vec<_> = self.missing(present).collect();
        if missing.is_empty() { Ok(()) } else { Err(SpecError::Missing(missing)) }
    }

    /// Returns the reason why a person should confirm a command before it is sent: it cannot be
    /// undone, removes the password of a stream, or changes everything that a pattern matches.
    /// `None` if it needs no confirmation.
    #[must_use]
    pub fn confirmation(&self, command: &RawCommand) -> Option<Cow<'static, str>> {
        let value = |name: &str| command.fields().find(|(own, _)| *own == name).map(|(_, value)| value);
        let nulled = |name: &&str| value(name) == Some(&Value::Null);
        if self
            .constructors
            .iter()
            .any(|constructor| !constructor.nulls.is_empty() && constructor.nulls.iter().all(nulled))
        {
            return Some("the stream is opened to everyone: publishing requires no name or password".into());
        }
        let pattern = ["app", "stream"].into_iter().find_map(|name| match value(name) {
            Some(Value::Text(text)) if text.contains('*') => Some(text),
            _ => None,
        });
        match pattern.filter(|_| command.safety() != Safety::ReadOnly) {
            Some(pattern) => Some(format!("it applies to everything that matches {}", Printable(pattern)).into()),
            None => self.confirm.map(Cow::Borrowed),
        }
    }
}
