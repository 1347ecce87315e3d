//! The common members of all replies, read without building a map of the others.

use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::member::Member;

/// The members that do not depend on the command. If a name is repeated, the last value is used, as
/// in PHP.
#[derive(Default)]
pub(super) struct Envelope<'a> {
    /// `None` if the member is absent, which differs from null.
    pub(super) status: Option<Member<'a>>,
    pub(super) message: Member<'a>,
    pub(super) code: Member<'a>,
    pub(super) handle_time: Member<'a>,
    pub(super) debug: [Member<'a>; 2],
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

/// Written by hand: a derived visitor accepts an array as an object and refuses repeated names.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Envelope<'de>, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(name) = members.next_key()? {
            let place = match name {
                Name::Status => envelope.status.insert(Member::default()),
                Name::Message => &mut envelope.message,
                Name::Code => &mut envelope.code,
                Name::HandleTime => &mut envelope.handle_time,
                Name::Debug => &mut envelope.debug[0],
                Name::Debug2 => &mut envelope.debug[1],
                Name::Other => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *place = members.next_value()?;
        }
        Ok(envelope)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Name {
    Status,
    Message,
    Code,
    HandleTime,
    Debug,
    Debug2,
    #[serde(other)]
    Other,
}
