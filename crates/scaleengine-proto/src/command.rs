//! The traits of commands: wire name, parameters in wire order, reply type and safety.

use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::reply::ReplyShape;
use crate::safety::Safety;
use crate::spec::Spec;

/// A command of the API.
///
/// The families declare all known commands, such as [`stream::Close`](crate::stream::Close).
/// Declare another one with [`derive(Command)`](derive@crate::Command), or send it by name as a
/// [`RawCommand`](crate::RawCommand).
///
/// A command serializes as a map or struct of its own parameters in wire order; the signer adds the
/// common ones (`command`, `api_key`, `timestamp`, `cdn`, `signature`).
pub trait Command: Serialize {
    /// The type of the reply on success. It is read from the complete reply object, because the key
    /// of the data differs by command.
    type Reply: DeserializeOwned;

    /// Returns the wire name, such as `stream.close`.
    fn wire_name(&self) -> &str;

    /// Returns how safe it is to send the command again.
    fn safety(&self) -> Safety;

    /// Returns whether code 1000 (servers busy) is an ordinary answer to this command, as for one
    /// that asks for the state of the servers. The call then ends with that failure instead of
    /// retrying; see [`Spec::busy_is_result`].
    fn busy_is_result(&self) -> bool {
        false
    }
}

impl<C: Command + ?Sized> Command for &C {
    type Reply = C::Reply;

    fn wire_name(&self) -> &str {
        (**self).wire_name()
    }

    fn safety(&self) -> Safety {
        (**self).safety()
    }

    fn busy_is_result(&self) -> bool {
        (**self).busy_is_result()
    }
}

/// A command whose declaration is available as data. [`derive(Command)`](derive@crate::Command)
/// implements it.
pub trait Declared: Command<Reply: ReplyShape> + Sized {
    /// The declaration of the command.
    const SPEC: &'static Spec;

    /// Returns one sample for each constructor, with the example values of the declaration.
    fn samples() -> Vec<Sample<Self>>;
}

/// A command with the example values of its declaration.
#[derive(Debug, Clone)]
pub struct Sample<C> {
    /// The name of the constructor.
    pub constructor: &'static str,
    /// The command with its required parameters only.
    pub minimal: C,
    /// The command with all optional parameters too.
    pub full: C,
}

impl<C> Sample<C> {
    /// Converts the commands of the sample into another type.
    pub fn map<D>(self, mut convert: impl FnMut(C) -> D) -> Sample<D> {
        Sample { constructor: self.constructor, minimal: convert(self.minimal), full: convert(self.full) }
    }
}
