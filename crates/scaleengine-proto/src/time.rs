//! Unix time.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::param::text_form::text_form;
use crate::param::{Kind, Param, ParamError};
use crate::value::Value;

/// Seconds since 1970-01-01 00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Param for UnixTime {
    const KIND: Kind = Kind::one("seconds", "Unix time in seconds");

    fn parse(text: &str) -> Result<Self, ParamError> {
        text.parse().map(Self).map_err(|_| ParamError::new("Unix time in seconds"))
    }
}

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

text_form!(UnixTime);

/// Rounds down to seconds; a time out of range becomes the nearest representable one.
#[cfg(feature = "std")]
impl From<std::time::SystemTime> for UnixTime {
    fn from(time: std::time::SystemTime) -> Self {
        Self(match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let seconds = i64::try_from(before.as_secs()).map_or(i64::MIN, |seconds| -seconds);
                if before.subsec_nanos() > 0 { seconds.saturating_sub(1) } else { seconds }
            }
        })
    }
}

impl From<i64> for UnixTime {
    fn from(seconds: i64) -> Self {
        Self(seconds)
    }
}

impl From<UnixTime> for Value {
    fn from(time: UnixTime) -> Self {
        Value::Int(time.0)
    }
}
