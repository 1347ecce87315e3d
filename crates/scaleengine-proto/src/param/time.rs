//! Dates and times. On the wire they are `YYYY-MM-DD` and `YYYY-MM-DD hh:mm:ss` in UTC.

use alloc::string::ToString;
use core::fmt;
use core::time::Duration;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde::{Serialize, Serializer};

use super::text_form::text_form;
use super::{Kind, Param, ParamError};
use crate::time::UnixTime;
use crate::value::Value;

/// A date and time in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(civil::DateTime);

/// A date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// A date as a string, or a Unix time; `video.servers` accepts both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrTime {
    /// A date.
    Date(Date),
    /// A Unix time.
    Unix(UnixTime),
}

impl Param for DateTime {
    const KIND: Kind =
        Kind::one("time", "YYYY-MM-DD hh:mm:ss in UTC, or with an offset, such as 2024-12-03T15:00:00+01:00");

    fn parse(text: &str) -> Result<Self, ParamError> {
        // A string with an offset is a point in time; without one it is in UTC, and must not be a
        // date only.
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(timestamp.into());
        }
        // jiff would ignore a time zone in brackets.
        let time = text.parse().ok().filter(|_| text.len() > "YYYY-MM-DD".len() && !text.contains('['));
        time.map(Self).ok_or_else(|| ParamError::new(Self::KIND.written))
    }
}

impl Param for Date {
    const KIND: Kind = Kind::one("date", "YYYY-MM-DD");

    fn parse(text: &str) -> Result<Self, ParamError> {
        let date = text.parse().ok().filter(|_| text.len() == "YYYY-MM-DD".len());
        date.map(Self).ok_or_else(|| ParamError::new(Self::KIND.written))
    }
}

impl Param for DateOrTime {
    const KIND: Kind = Kind::one("date", "YYYY-MM-DD, or Unix time in seconds");

    fn parse(text: &str) -> Result<Self, ParamError> {
        let date = Date::parse(text).map(Self::Date);
        date.or_else(|_| UnixTime::parse(text).map(Self::Unix)).map_err(|_| ParamError::new(Self::KIND.written))
    }
}

text_form!(DateTime, Date, DateOrTime);

impl From<civil::DateTime> for DateTime {
    fn from(time: civil::DateTime) -> Self {
        Self(time)
    }
}

impl From<Timestamp> for DateTime {
    fn from(timestamp: Timestamp) -> Self {
        Self(TimeZone::UTC.to_datetime(timestamp))
    }
}

/// Rounds down to seconds. Fails for a time after the year 9999.
#[cfg(feature = "std")]
impl TryFrom<std::time::SystemTime> for DateTime {
    type Error = ParamError;

    fn try_from(time: std::time::SystemTime) -> Result<Self, ParamError> {
        Self::from_unix(time.into()).ok_or_else(|| ParamError::new("a time between the years -9999 and 9999"))
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date)
    }
}

impl From<civil::Date> for DateOrTime {
    fn from(date: civil::Date) -> Self {
        Self::Date(Date(date))
    }
}

impl From<UnixTime> for DateOrTime {
    fn from(time: UnixTime) -> Self {
        Self::Unix(time)
    }
}

impl DateTime {
    /// Returns the time after a duration from now, such as an expiry; at most the end of the year
    /// 9999.
    ///
    /// ```
    /// use core::time::Duration;
    /// use scaleengine_proto::UnixTime;
    /// use scaleengine_proto::param::DateTime;
    ///
    /// let in_an_hour = DateTime::after(Duration::from_secs(3600), UnixTime(1_700_000_000));
    /// assert_eq!(in_an_hour.to_string(), "2023-11-14 23:13:20");
    /// ```
    #[must_use]
    pub fn after(time: Duration, now: UnixTime) -> Self {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        let unix = UnixTime(now.0.saturating_add(seconds));
        let end = civil::date(9999, 12, 31).at(23, 59, 59, 0);
        // The conversion also fails before the year -9999, where `now` can be only by mistake.
        Self::from_unix(unix).unwrap_or(Self(if unix.0 < 0 { civil::DateTime::MIN } else { end }))
    }

    /// Returns the date and time of a Unix time; `None` before the year -9999 or after 9999.
    #[must_use]
    pub fn from_unix(time: UnixTime) -> Option<Self> {
        let epoch = civil::date(1970, 1, 1).at(0, 0, 0, 0);
        epoch.checked_add(SignedDuration::from_secs(time.0)).ok().map(Self)
    }

    /// Returns the time as a [`Timestamp`], which displays as RFC 3339: `2024-12-03T15:00:00Z`.
    /// `None` within a day of the end of the year 9999.
    #[must_use]
    pub fn to_timestamp(self) -> Option<Timestamp> {
        TimeZone::UTC.to_timestamp(self.0).ok()
    }

    /// Returns the Unix time.
    #[must_use]
    pub fn to_unix(self) -> UnixTime {
        UnixTime(self.0.duration_since(civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_secs())
    }
}

impl fmt::Display for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => date.fmt(f),
            Self::Unix(time) => time.fmt(f),
        }
    }
}

/// Displays the wire value.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y-%m-%d %H:%M:%S").fmt(f)
    }
}

/// Displays the wire value.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y-%m-%d").fmt(f)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for DateOrTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Date(date) => date.serialize(serializer),
            Self::Unix(time) => time.serialize(serializer),
        }
    }
}

impl From<DateTime> for Value {
    fn from(time: DateTime) -> Self {
        time.to_string().into()
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        date.to_string().into()
    }
}

impl From<DateOrTime> for Value {
    fn from(either: DateOrTime) -> Self {
        match either {
            DateOrTime::Date(date) => date.into(),
            DateOrTime::Unix(time) => time.into(),
        }
    }
}
