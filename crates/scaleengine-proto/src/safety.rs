//! The safety of repeating a command.

use alloc::borrow::Cow;
use core::fmt;
use core::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::param::ParamError;

/// The safety of sending a command again when the result of an attempt is unknown.
///
/// Every command is a POST, so the HTTP method does not show it. `Display` and serde use
/// `read-only`, `idempotent` and `unsafe`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// The command changes nothing.
    ReadOnly,
    /// The command sets a state: executing it twice has the same effect as once.
    Idempotent,
    /// Each execution has its own effect. Also assumed for every undeclared command.
    Unsafe,
}

impl Safety {
    const ALL: [Self; 3] = [Self::ReadOnly, Self::Idempotent, Self::Unsafe];

    fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Idempotent => "idempotent",
            Self::Unsafe => "unsafe",
        }
    }
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Safety {
    type Err = ParamError;

    fn from_str(text: &str) -> Result<Self, ParamError> {
        let found = Self::ALL.into_iter().find(|own| own.as_str() == text);
        found.ok_or_else(|| ParamError::new("read-only, idempotent or unsafe"))
    }
}

impl Serialize for Safety {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Safety {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
