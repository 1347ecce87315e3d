//! What a command is: a name, parameters in wire order, a reply type, and whether it may be repeated.

use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::reply::ReplyShape;
use crate::safety::Safety;
use crate::spec::Spec;

/// A command of the API.
///
/// The families declare all known commands, such as [`stream::Close`](crate::stream::Close). Declare another one with
/// [`derive(Command)`](derive@crate::Command), or send it by its name as a [`RawCommand`](crate::RawCommand).
///
/// A command serializes as a map or struct of its own parameters in the order in which they go on the wire; the common ones
/// (`command`, `api_key`, `timestamp`, `cdn`, `signature`) are added by the signer.
pub trait Command: Serialize {
    /// What a successful answer holds; read from the whole answer, since the payload's key differs by command.
    type Reply: DeserializeOwned;

    /// The wire name, such as `stream.close`.
    fn wire_name(&self) -> &str;

    /// Whether sending it once more may do harm.
    fn safety(&self) -> Safety;

    /// Returns whether code 1000 (the servers are busy) is the answer to this command and no reason to wait, as for a command that asks for the
    /// servers' state. The call then ends at once with that failure; see [`Spec::busy_is_result`].
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

/// A command that is also data. [`derive(Command)`](derive@crate::Command) implements it.
pub trait Declared: Command<Reply: ReplyShape> + Sized {
    /// Everything that is known of the command, as data.
    const SPEC: &'static Spec;

    /// One sample per form, made of the documentation's examples.
    fn samples() -> Vec<Sample<Self>>;
}

/// A command filled with the documentation's examples.
#[derive(Debug, Clone)]
pub struct Sample<C> {
    /// The constructor that made it.
    pub constructor: &'static str,
    /// With the required parameters only.
    pub minimal: C,
    /// With every optional parameter too.
    pub full: C,
}

impl<C> Sample<C> {
    /// The same sample of another type.
    pub fn map<D>(self, mut convert: impl FnMut(C) -> D) -> Sample<D> {
        Sample { constructor: self.constructor, minimal: convert(self.minimal), full: convert(self.full) }
    }
}
