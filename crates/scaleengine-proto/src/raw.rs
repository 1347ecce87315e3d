//! Commands by name: undeclared commands, and declared commands as data.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use crate::command::Command;
use crate::reply::Document;
use crate::safety::Safety;
use crate::spec::Spec;
use crate::value::{Fields, Value};

/// A command of any name with any parameters, in the order in which they were added.
///
/// Every typed command converts into a raw command. `Debug` shows the names of the parameters, not
/// their values.
///
/// ```
/// use scaleengine_proto::{Command, RawCommand, Safety};
///
/// let command = RawCommand::new("some.command").field("app", "jb-origin").field("limit", 25);
/// assert_eq!(command.safety(), Safety::Unsafe);
/// ```
#[derive(Clone)]
pub struct RawCommand {
    name: String,
    safety: Safety,
    busy_is_result: bool,
    fields: Fields,
    /// For a converted typed command: its declaration and its undeclared parameters.
    extra: Option<(&'static Spec, Fields)>,
}

impl RawCommand {
    /// Creates a command without parameters. Its safety is the declared one if the name is
    /// declared, otherwise [`Safety::Unsafe`].
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let spec = declared(&name);
        let safety = spec.map_or(Safety::Unsafe, |spec| spec.safety);
        let busy_is_result = spec.is_some_and(|spec| spec.busy_is_result);
        Self { name, safety, busy_is_result, fields: Fields::new(), extra: None }
    }

    /// Appends a parameter.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        match &mut self.extra {
            Some((_, extra)) => extra.push(name, value),
            None => self.fields.push(name, value),
        }
        self
    }

    /// Overrides the safety of the command.
    #[must_use]
    pub fn with_safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }

    /// Returns the parameters in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter().chain(self.extra.iter().flat_map(|(_, extra)| extra.iter()))
    }

    /// Sets the type of the reply, which is [`Document`] otherwise.
    ///
    /// ```
    /// use scaleengine_proto::RawCommand;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Upload {
    ///     id: String,
    /// }
    /// let command = RawCommand::new("some.command").field("app", "jb-origin").returning::<Upload>();
    /// ```
    #[must_use]
    pub fn returning<R: DeserializeOwned>(self) -> Returning<R> {
        Returning { command: self, reply: PhantomData }
    }
}

/// Returns the declaration of a command, if it is in the catalogue.
#[cfg(feature = "catalogue")]
fn declared(name: &str) -> Option<&'static Spec> {
    crate::SPECS.iter().copied().flatten().find(|spec| spec.name == name).copied()
}

/// Returns `None`, because the catalogue is not compiled in.
#[cfg(not(feature = "catalogue"))]
fn declared(_: &str) -> Option<&'static Spec> {
    None
}

impl Command for RawCommand {
    type Reply = Document;

    fn wire_name(&self) -> &str {
        &self.name
    }

    fn safety(&self) -> Safety {
        self.safety
    }

    fn busy_is_result(&self) -> bool {
        self.busy_is_result
    }
}

impl Serialize for RawCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.fields.iter() {
            map.serialize_entry(name, value)?;
        }
        if let Some((spec, extra)) = &self.extra {
            write_extra(extra, spec, &mut map)?;
        }
        map.end()
    }
}

/// Creates the raw command of a typed one. `extra` are its undeclared parameters.
#[doc(hidden)]
#[must_use]
pub fn raw_command(spec: &'static Spec, fields: Fields, extra: Fields) -> RawCommand {
    let (safety, busy_is_result) = (spec.safety, spec.busy_is_result);
    RawCommand { name: spec.name.into(), safety, busy_is_result, fields, extra: Some((spec, extra)) }
}

/// Writes undeclared parameters into a map that contains the declared ones. A declared name is
/// refused while its value is serialized, so that a serializer can add the path to the error.
#[doc(hidden)]
pub fn write_extra<M: SerializeMap>(extra: &Fields, spec: &Spec, map: &mut M) -> Result<(), M::Error> {
    for (name, value) in extra.iter() {
        match spec.field(name) {
            Some(_) => map.serialize_entry(name, &DeclaredName(spec.name))?,
            None => map.serialize_entry(name, value)?,
        }
    }
    Ok(())
}

/// The value of an extra parameter with the name of a parameter that this command declares.
struct DeclaredName(&'static str);

impl Serialize for DeclaredName {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(format_args!("declared by {}, so it cannot be an extra parameter", self.0)))
    }
}

/// A raw command with a reply type chosen by the caller; created by [`RawCommand::returning`].
pub struct Returning<R> {
    command: RawCommand,
    reply: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Command for Returning<R> {
    type Reply = R;

    fn wire_name(&self) -> &str {
        self.command.wire_name()
    }

    fn safety(&self) -> Safety {
        self.command.safety()
    }

    fn busy_is_result(&self) -> bool {
        self.command.busy_is_result()
    }
}

impl<R> Serialize for Returning<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.command.serialize(serializer)
    }
}

impl<R> Clone for Returning<R> {
    fn clone(&self) -> Self {
        Self { command: self.command.clone(), reply: PhantomData }
    }
}

impl<R> fmt::Debug for Returning<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.command.fmt(f)
    }
}

impl fmt::Debug for RawCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawCommand")
            .field("name", &self.name)
            .field("safety", &self.safety)
            .field("fields", &self.fields().map(|(name, _)| name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
