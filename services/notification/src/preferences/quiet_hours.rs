//! Pure: the hours in which mails and webhooks wait, where somebody lives.

use chrono::{DateTime, NaiveTime, Timelike as _, Utc};
use chrono_tz::Tz;
use paperclip::{actix::Apiv2Schema, v2::models::DefaultSchemaRaw};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service_kit::http::{Field, Fields, FromFields};

use super::requests::inner;
use crate::local_time;

/// From one time of the day to another, over midnight if need be. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// The first quiet minute.
    from: NaiveTime,
    /// The first that no longer is.
    to: NaiveTime,
}

impl QuietHours {
    /// From minutes of the day; `None` when the two are not times of day, or the same.
    #[must_use]
    pub fn from_minutes(from: i16, to: i16) -> Option<Self> {
        let time = |minutes: i16| {
            NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(minutes).ok()? * 60, 0)
        };
        let hours = Self { from: time(from)?, to: time(to)? };
        (hours.from != hours.to).then_some(hours)
    }

    /// The same as minutes of the day.
    #[must_use]
    pub fn minutes(self) -> (i16, i16) {
        let minutes = |time: NaiveTime| i16::try_from(time.num_seconds_from_midnight() / 60).unwrap_or(0);
        (minutes(self.from), minutes(self.to))
    }

    /// When they end, if they hold at `now` in `zone`.
    #[must_use]
    pub fn end(self, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let time = now.with_timezone(&zone).time();
        let is_quiet = if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        };
        is_quiet.then(|| local_time::next(self.to, zone, now))
    }
}

/// Hours in which mails and webhooks wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Apiv2Schema)]
pub struct QuietHoursView {
    /// `HH:MM`, where you live.
    pub from: String,
    /// `HH:MM`; earlier than `from` means the next day.
    pub to: String,
}

impl From<QuietHours> for QuietHoursView {
    fn from(hours: QuietHours) -> Self {
        let text = |time: NaiveTime| time.format("%H:%M").to_string();
        Self { from: text(hours.from), to: text(hours.to) }
    }
}

/// A time of the day.
struct TimeOfDay(NaiveTime);

impl Field for TimeOfDay {
    fn from_json(value: Value) -> Result<Self, String> {
        let text = value.as_str().filter(|text| text.len() == "HH:MM".len()).unwrap_or_default();
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
        time.map(Self).ok_or_else(|| "must be a time of the day, HH:MM".to_owned())
    }

    fn wire() -> Value {
        json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "22:00"})
    }
}

impl FromFields for QuietHours {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (from, to) = (fields.required::<TimeOfDay>("from"), fields.required::<TimeOfDay>("to"));
        let hours = Self { from: from?.0, to: to?.0 };
        if hours.from == hours.to { fields.fail("to", "must differ from from") } else { Some(hours) }
    }
}

/// Documented as it is shown.
impl paperclip::v2::schema::Apiv2Schema for QuietHours {
    fn name() -> Option<String> {
        QuietHoursView::name()
    }

    fn raw_schema() -> DefaultSchemaRaw {
        QuietHoursView::raw_schema()
    }
}

impl Field for QuietHours {
    fn from_json(value: Value) -> Result<Self, String> {
        inner(value)
    }

    fn wire() -> Value {
        Fields::wire::<Self>()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hours(from: &str, to: &str) -> QuietHours {
        QuietHours::from_json(json!({"from": from, "to": to})).expect("valid")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn over_midnight_and_within_a_day_where_they_live() {
        let (night, zone) = (hours("22:00", "07:00"), Tz::Europe__Berlin);
        assert_eq!(night.end(zone, at("2026-07-01T19:59:59Z")), None);
        assert_eq!(night.end(zone, at("2026-07-01T20:00:00Z")), Some(at("2026-07-02T05:00:00Z")));
        assert_eq!(night.end(zone, at("2026-07-02T04:59:59Z")), Some(at("2026-07-02T05:00:00Z")));
        assert_eq!(night.end(zone, at("2026-07-02T05:00:00Z")), None);
        let noon = hours("12:00", "13:30");
        assert_eq!(noon.end(Tz::UTC, at("2026-07-01T12:00:00Z")), Some(at("2026-07-01T13:30:00Z")));
        assert_eq!(noon.end(Tz::UTC, at("2026-07-01T13:30:00Z")), None);
    }

    #[test]
    fn the_night_on_which_the_clock_is_put_forward_is_shorter() {
        let night = hours("22:00", "02:30");
        let end = night.end(Tz::Europe__Berlin, at("2026-03-28T22:00:00Z"));
        assert_eq!(end, Some(at("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn minutes_and_words_come_back() {
        let night = hours("22:00", "07:05");
        let (from, to) = night.minutes();
        assert_eq!(QuietHours::from_minutes(from, to), Some(night));
        assert_eq!(QuietHoursView::from(night), QuietHoursView { from: "22:00".into(), to: "07:05".into() });
        for (from, to) in [("22:00", "22:00"), ("24:00", "07:00"), ("7:00", "08:00"), ("22:00:00", "07:00")] {
            assert!(QuietHours::from_json(json!({"from": from, "to": to})).is_err(), "{from} {to}");
        }
    }
}
