//! Points in time, and where they come from.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use super::bounds::INLINE;

pub const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// A point in time in UTC, to the microsecond, in the years 1 to 9999: what both databases hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// 0001-01-01T00:00:00Z
    pub const FIRST: Self = Self::of_seconds(-62_135_596_800, 0);
    /// 9999-12-31T23:59:59.999999Z
    pub const LAST: Self = Self::of_seconds(253_402_300_799, 999_999_000);

    const fn of_seconds(seconds: i64, nanos: u32) -> Self {
        match DateTime::from_timestamp(seconds, nanos) {
            Some(time) => Self(time),
            None => Self(DateTime::UNIX_EPOCH),
        }
    }

    /// `None` outside of the years 1 to 9999. Anything finer than a microsecond is cut off.
    pub fn new(time: DateTime<Utc>) -> Option<Self> {
        let time = DateTime::from_timestamp_micros(time.timestamp_micros())?;
        (1..=9999).contains(&time.year()).then_some(Self(time))
    }

    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).and_then(Self::new)
    }

    /// RFC 3339 with any offset.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().and_then(|time| Self::new(time.to_utc()))
    }

    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Later by `seconds`, or earlier if they are negative; no further than there is time.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        TimeDelta::try_seconds(seconds)
            .and_then(|delta| self.0.checked_add_signed(delta))
            .and_then(Self::new)
            .unwrap_or(if seconds < 0 { Self::FIRST } else { Self::LAST })
    }

    /// The last microsecond before this.
    pub fn just_before(self) -> Self {
        Self::from_micros(self.micros() - 1).unwrap_or(Self::FIRST)
    }

    /// Whole seconds from `earlier` until this, cut off.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.micros() - earlier.micros()).div_euclid(MICROS_PER_SECOND)
    }

    /// The UTC day, such as `2026-11-22`.
    pub fn day(self) -> String {
        self.0.date_naive().to_string()
    }

    pub fn date(self) -> NaiveDate {
        self.0.date_naive()
    }

    /// The ISO week in UTC, such as `2026-W47`.
    pub fn week(self) -> String {
        let week = self.0.iso_week();
        format!("{}-W{:02}", week.year(), week.week())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).ok_or_else(|| {
            D::Error::custom("must be a time as in RFC 3339, such as 2026-11-22T07:01:41Z")
        })
    }
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{INLINE}Timestamp").into()
    }
}

/// A point in time as a query names it: as in RFC 3339, or a day, which means its start in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl Moment {
    /// The first and the last moment from `from` to before `to`; all time if both are absent.
    pub fn range(from: Option<Self>, to: Option<Self>) -> (Timestamp, Timestamp) {
        let last = to.map_or(Timestamp::LAST, |to| to.0.just_before());
        (from.map_or(Timestamp::FIRST, |from| from.0), last)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = || Timestamp::parse(&format!("{text}T00:00:00Z"));
        Timestamp::parse(&text).or_else(day).map(Self).ok_or_else(|| {
            D::Error::custom("must be a time such as 2026-11-22T07:01:41Z, or a day: 2026-11-22")
        })
    }
}

/// Where the time comes from: the machine, or a test's hand.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Microseconds since 1970, moved by whoever holds the other end.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::new(Utc::now()),
            Self::Manual(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
        .unwrap_or(Timestamp(DateTime::UNIX_EPOCH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_lead_no_further_than_there_is_time() {
        let noon = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
        for (seconds, there) in [
            (0, "2026-11-22T12:00:00.000000Z"),
            (-1, "2026-11-22T11:59:59.000000Z"),
            (400_000_000_000, "9999-12-31T23:59:59.999999Z"),
            (-400_000_000_000, "0001-01-01T00:00:00.000000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999999Z"),
            (i64::MIN, "0001-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(noon.plus_seconds(seconds).to_string(), there, "{seconds}");
        }
    }
}
