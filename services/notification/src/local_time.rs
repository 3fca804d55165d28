//! Pure: from the clock on somebody's wall to an instant, also on the days when that clock is put forward or back.

use chrono::{
    DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Timelike as _, Utc,
    offset::LocalResult,
};
use chrono_tz::Tz;

/// Every gap and every fold of a clock begins and ends at a quarter of an hour.
const STEP: TimeDelta = TimeDelta::minutes(15);
/// No clock was ever put forward by more than a day (islands that changed sides of the date line).
const STEPS: usize = 4 * 24 + 1;

/// The first instant at which the clock in `zone` shows `date` and `time`, or, where it never does because it is put
/// forward over it, the instant at which it is put forward.
#[must_use]
pub fn first_instant(date: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    instants(date.and_time(time), zone).0
}

/// The next instant after `now` at which the clock in `zone` shows `time`.
#[must_use]
pub fn next(time: NaiveTime, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let mut date = now.with_timezone(&zone).date_naive();
    // Today, when the clock is put back today, or tomorrow; the day after when tomorrow does not exist.
    for _ in 0..3 {
        let (first, second) = instants(date.and_time(time), zone);
        if first > now {
            return first;
        }
        if second > now {
            return second;
        }
        let Some(tomorrow) = date.checked_add_days(Days::new(1)) else { break };
        date = tomorrow;
    }
    now
}

/// The first and the last instant of a local time: they differ where the clock is put back over it.
fn instants(mut local: NaiveDateTime, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    for _ in 0..STEPS {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(instant) => return (instant.to_utc(), instant.to_utc()),
            LocalResult::Ambiguous(first, second) => return (first.to_utc(), second.to_utc()),
            LocalResult::None => {
                let into_quarter = i64::from(local.minute() % 15) * 60 + i64::from(local.second());
                local = local - TimeDelta::seconds(into_quarter) + STEP;
            }
        }
    }
    (local.and_utc(), local.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn first(date: &str, time: &str, zone: Tz) -> DateTime<Utc> {
        first_instant(date.parse().expect("a date"), time.parse().expect("a time"), zone)
    }

    #[test]
    fn an_hour_that_the_clock_leaves_out_begins_when_it_is_put_forward() {
        assert_eq!(first("2026-03-29", "02:00:00", Tz::Europe__Berlin), at("2026-03-29T01:00:00Z"));
        assert_eq!(first("2026-03-29", "02:37:00", Tz::Europe__Berlin), at("2026-03-29T01:00:00Z"));
        // By half an hour.
        assert_eq!(first("2026-10-04", "02:00:00", Tz::Australia__Lord_Howe), at("2026-10-03T15:30:00Z"));
        // By a day: there was no 30 December 2011.
        assert_eq!(first("2011-12-30", "08:00:00", Tz::Pacific__Apia), at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn of_an_hour_that_comes_twice_the_first_counts_and_then_the_second() {
        let (zone, two) = (Tz::America__New_York, NaiveTime::from_hms_opt(1, 0, 0).expect("a time"));
        assert_eq!(first("2026-11-01", "01:00:00", zone), at("2026-11-01T05:00:00Z"));
        assert_eq!(next(two, zone, at("2026-11-01T05:00:00Z")), at("2026-11-01T06:00:00Z"));
        assert_eq!(next(two, zone, at("2026-11-01T06:00:00Z")), at("2026-11-02T06:00:00Z"));
    }

    #[test]
    fn next_is_today_or_tomorrow_where_they_live() {
        let seven = NaiveTime::from_hms_opt(7, 0, 0).expect("a time");
        assert_eq!(next(seven, Tz::Europe__Berlin, at("2026-07-01T04:59:00Z")), at("2026-07-01T05:00:00Z"));
        assert_eq!(next(seven, Tz::Europe__Berlin, at("2026-07-01T05:00:00Z")), at("2026-07-02T05:00:00Z"));
        // On 29 December 2011 at 23:00 in Apia the next seven o'clock was on the 31st.
        assert_eq!(next(seven, Tz::Pacific__Apia, at("2011-12-30T09:00:00Z")), at("2011-12-30T10:00:00Z"));
    }
}
