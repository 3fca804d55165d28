//! A due date as clients write it: an instant with any offset, or a day, which ends where the caller lives.

use chrono::{
    DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _, Utc,
};
use chrono_tz::Tz;
use paperclip::v2::{
    models::{DataType, DataTypeFormat},
    schema::TypedData,
};
use serde_json::{Value, json};
use service_kit::http::{Field, Param};

/// A due date that was understood. It lies in the years 1970 to 9999, whatever the time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueDate {
    /// An instant, in whole seconds.
    Instant(DateTime<Utc>),
    /// A day of somebody's calendar.
    Day(NaiveDate),
}

impl DueDate {
    /// Parses `YYYY-MM-DD` or RFC 3339; fractions of a second are cut off.
    ///
    /// # Errors
    /// The clause for the client.
    pub fn parse(text: &str) -> Result<Self, String> {
        let range = || "must lie in the years 1970 to 9999".to_owned();
        if text.len() == "YYYY-MM-DD".len()
            && let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        {
            return Self::day(day).ok_or_else(range);
        }
        let instant = DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|instant| DateTime::from_timestamp(instant.timestamp(), 0))
            .ok_or_else(|| "must be an RFC 3339 time with an offset, or a date YYYY-MM-DD".to_owned())?;
        if (1970..=9999).contains(&instant.year()) { Ok(Self::Instant(instant)) } else { Err(range()) }
    }

    /// A day off either end is left out, for the end of the day may be another day in UTC.
    fn day(day: NaiveDate) -> Option<Self> {
        let earliest = NaiveDate::from_ymd_opt(1970, 1, 2)?;
        let latest = NaiveDate::from_ymd_opt(9999, 12, 30)?;
        (earliest..=latest).contains(&day).then_some(Self::Day(day))
    }

    /// The instant that is meant by somebody who lives in `zone`: of a day, its last second.
    #[must_use]
    pub fn instant(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => last_second(day, zone),
        }
    }

    /// The instant before which everything is due before this: of a day, its first second.
    #[must_use]
    pub fn beginning(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => {
                last_second(day.checked_sub_days(Days::new(1)).unwrap_or(day), zone)
                    + chrono::TimeDelta::seconds(1)
            }
        }
    }
}

/// 23:59:59 of that day. Where the clock shows it twice the later one; where it is skipped (whole days have been) the
/// instant at which it would have been without the skip.
fn last_second(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = midnight + chrono::TimeDelta::seconds(24 * 3600 - 1);
    match zone.from_local_datetime(&local).latest() {
        Some(instant) => instant.to_utc(),
        None => without_skip(local, midnight, zone),
    }
}

fn without_skip(local: NaiveDateTime, before: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let earlier = before - chrono::TimeDelta::days(1);
    let offset = zone.offset_from_utc_datetime(&earlier).fix();
    (local - chrono::TimeDelta::seconds(i64::from(offset.local_minus_utc()))).and_utc()
}

impl Field for DueDate {
    fn from_json(value: Value) -> Result<Self, String> {
        Self::parse(value.as_str().unwrap_or_default())
    }

    fn wire() -> Value {
        wire()
    }
}

impl Param for DueDate {
    fn from_param(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }

    fn wire() -> Value {
        wire()
    }
}

/// The years are those of [`DueDate::parse`], but for its first and last day.
fn wire() -> Value {
    json!({
        "type": "string",
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}],
        "pattern": r"^(197[1-9]|19[89]\d|[2-9]\d{3})-",
        "example": "2030-01-31T17:00:00+01:00",
    })
}

impl TypedData for DueDate {
    fn data_type() -> DataType {
        DataType::String
    }

    fn format() -> Option<DataTypeFormat> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, zone: &str) -> String {
        let zone = zone.parse().expect("a zone");
        let instant = DueDate::parse(text).expect(text).instant(zone);
        serde_json::to_value(instant).expect("JSON").as_str().expect("text").to_owned()
    }

    #[test]
    fn an_instant_keeps_its_moment_in_whole_seconds_whatever_the_zone() {
        for zone in ["UTC", "Asia/Tokyo"] {
            assert_eq!(at("2030-05-01T12:00:00.999+02:00", zone), "2030-05-01T10:00:00Z");
            assert_eq!(at("2030-05-01T12:00:00Z", zone), "2030-05-01T12:00:00Z");
            assert_eq!(at("2016-12-31T23:59:60Z", zone), "2016-12-31T23:59:59Z");
        }
    }

    #[test]
    fn a_day_ends_where_the_caller_lives() {
        assert_eq!(at("2030-01-15", "UTC"), "2030-01-15T23:59:59Z");
        assert_eq!(at("2030-01-15", "America/New_York"), "2030-01-16T04:59:59Z");
        assert_eq!(at("2030-07-15", "America/New_York"), "2030-07-16T03:59:59Z");
        assert_eq!(at("2030-01-15", "Pacific/Kiritimati"), "2030-01-15T09:59:59Z");
    }

    #[test]
    fn a_day_whose_end_is_skipped_or_comes_twice_still_has_one() {
        // Samoa had no 30 December 2011.
        assert_eq!(at("2011-12-30", "Pacific/Apia"), "2011-12-31T09:59:59Z");
        // In Havana the clock goes back from 1:00 to 0:00: the day before ends once.
        assert_eq!(at("2025-11-01", "America/Havana"), "2025-11-02T03:59:59Z");
        // In Asunción it went back at midnight, so that 23:59:59 came twice.
        assert_eq!(at("2023-03-25", "America/Asuncion"), "2023-03-26T03:59:59Z");
    }

    #[test]
    fn a_day_begins_where_the_one_before_ends() {
        let beginning = |text: &str| DueDate::parse(text).expect(text).beginning(chrono_tz::Europe::Berlin);
        assert_eq!(beginning("2030-01-15").to_rfc3339(), "2030-01-14T23:00:00+00:00");
        assert_eq!(beginning("2030-01-15T08:00:00Z").to_rfc3339(), "2030-01-15T08:00:00+00:00");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for bad in [
            "",
            "tomorrow",
            "2030-1-05",
            "2030-02-30",
            "2030-01-15T10:00:00",
            "2030-01-15 ",
            "20300115",
            "1969-12-31",
            "1970-01-01",
            "9999-12-31",
            "0000-01-01",
            "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00",
            "+12030-01-15",
            "2030-01-15T25:00:00Z",
            "2030-13-01",
        ] {
            assert!(DueDate::parse(bad).is_err(), "{bad}");
        }
        assert!(DueDate::from_json(serde_json::json!(5)).is_err());
    }
}
