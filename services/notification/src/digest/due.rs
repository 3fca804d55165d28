//! Pure: whether somebody's digest is due.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::{
    local_time::first_instant,
    preferences::model::{Digest, Weekday},
};

/// A week back, and the same day of the week before.
const DAYS_BACK: u64 = 7;

/// When somebody wants their digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How often.
    pub digest: Digest,
    /// At which hour, 0 to 23.
    pub hour: u32,
    /// On which day, if weekly.
    pub weekday: Weekday,
    /// Where they live.
    pub zone: Tz,
}

/// The day whose digest is due at `now`, and since when: the latest whose hour has come. None when it was made already
/// (`last` is the day of the latest one), or when nothing has waited since before that hour (`oldest`): what came after
/// it waits for the next one. So it is one a day, also for a service that was down at that hour.
#[must_use]
pub fn due(
    plan: Plan,
    last: Option<NaiveDate>,
    oldest: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let (date, since) = latest(plan, now)?;
    (last.is_none_or(|last| last < date) && oldest <= since).then_some((date, since))
}

fn latest(plan: Plan, now: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
    let time = NaiveTime::from_hms_opt(plan.hour, 0, 0)?;
    let today = now.with_timezone(&plan.zone).date_naive();
    let days = (0..=DAYS_BACK).filter_map(|back| today.checked_sub_days(Days::new(back)));
    days.filter(|day| is_day(plan, *day)).find_map(|day| {
        let since = first_instant(day, time, plan.zone);
        // Islands that changed sides of the date line have had no such day.
        let exists = since.with_timezone(&plan.zone).date_naive() == day;
        (exists && since <= now).then_some((day, since))
    })
}

fn is_day(plan: Plan, day: NaiveDate) -> bool {
    match plan.digest {
        Digest::Off => false,
        Digest::Daily => true,
        Digest::Weekly => day.weekday() == chrono::Weekday::from(plan.weekday),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{TimeDelta, Timelike as _};

    use super::*;

    /// Half an hour of daylight saving, none, both hemispheres, across midnight, and the date line.
    const ZONES: [Tz; 10] = [
        Tz::Australia__Lord_Howe,
        Tz::America__New_York,
        Tz::Europe__Berlin,
        Tz::America__Sao_Paulo,
        Tz::Pacific__Apia,
        Tz::Pacific__Kiritimati,
        Tz::America__Santiago,
        Tz::Asia__Kathmandu,
        Tz::Africa__Cairo,
        Tz::UTC,
    ];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn plan(zone: Tz, digest: Digest, hour: u32) -> Plan {
        Plan { digest, hour, weekday: Weekday::Monday, zone }
    }

    const STEP: TimeDelta = TimeDelta::minutes(30);

    /// Lives through the time in steps of half an hour, with something new in each, looks whenever `looks` says, and
    /// tells when each digest came.
    fn live(
        plan: Plan,
        from: &str,
        to: &str,
        looks: impl Fn(DateTime<Utc>) -> bool,
    ) -> BTreeMap<NaiveDate, DateTime<Utc>> {
        let (mut now, end) = (at(from), at(to));
        let (mut last, mut oldest, mut came) = (None, now, BTreeMap::new());
        while now < end {
            if looks(now)
                && let Some((date, since)) = due(plan, last, oldest, now)
            {
                assert!(came.insert(date, now).is_none(), "{plan:?}: twice on {date}");
                last = Some(date);
                // What came up to that hour has gone with it.
                oldest = since + STEP;
            }
            now += STEP;
        }
        came
    }

    fn days(zone: Tz, from: &str, to: &str) -> Vec<NaiveDate> {
        let (mut now, end, mut days) = (at(from), at(to), Vec::new());
        while now < end {
            days.push(now.with_timezone(&zone).date_naive());
            now += STEP;
        }
        days.dedup();
        days
    }

    #[test]
    fn exactly_one_a_day_at_its_hour_over_years_of_clocks_put_forward_and_back() {
        for zone in ZONES {
            one_a_day(zone, "2026-01-01T00:00:00Z", "2027-01-02T00:00:00Z");
        }
        // Apia left out a day in 2011, and Sao Paulo put its clock forward at midnight until 2018.
        one_a_day(Tz::Pacific__Apia, "2011-11-01T00:00:00Z", "2012-05-01T00:00:00Z");
        one_a_day(Tz::America__Sao_Paulo, "2017-06-01T00:00:00Z", "2018-12-01T00:00:00Z");
    }

    fn one_a_day(zone: Tz, from: &str, to: &str) {
        for hour in [0, 2, 8, 23] {
            let came = live(plan(zone, Digest::Daily, hour), from, to, |_| true);
            let all = days(zone, from, to);
            // The first and the last day are cut: their hour may lie outside.
            for day in &all[1..all.len() - 1] {
                let when = came.get(day).unwrap_or_else(|| panic!("{zone} {hour}: none on {day}"));
                let local = when.with_timezone(&zone);
                assert_eq!(local.date_naive(), *day, "{zone} {hour}");
                // At its hour, or when the clock was put forward over it.
                assert!((hour..=hour + 1).contains(&local.hour()), "{zone} {hour}: {local}");
                assert!(local.minute() <= 30, "{zone} {hour}: {local}");
            }
            assert!(came.keys().all(|day| all.contains(day)), "{zone} {hour}: a day that never was");
        }
    }

    #[test]
    fn exactly_one_a_week() {
        for zone in ZONES {
            let weekly = plan(zone, Digest::Weekly, 8);
            let came = live(weekly, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", |_| true);
            assert_eq!(came.len(), 52, "{zone}");
            assert!(came.keys().all(|day| day.weekday() == chrono::Weekday::Mon), "{zone}");
        }
    }

    #[test]
    fn a_service_that_was_down_makes_up_for_it_once() {
        let berlin = plan(Tz::Europe__Berlin, Digest::Daily, 8);
        // Away from the evening of the 1st to the night of the 4th.
        let (from, to) = (at("2026-07-01T18:00:00Z"), at("2026-07-03T22:30:00Z"));
        let looks = |now: DateTime<Utc>| now < from || now >= to;
        let came = live(berlin, "2026-07-01T00:00:00Z", "2026-07-05T00:00:00Z", looks);
        let times: Vec<_> = came.values().map(|when| when.format("%d %H:%M").to_string()).collect();
        assert_eq!(times, ["01 06:00", "03 22:30", "04 06:00"]);
    }

    #[test]
    fn what_comes_after_the_hour_waits_for_the_next_and_another_hour_makes_no_second() {
        let utc = plan(Tz::UTC, Digest::Daily, 8);
        assert_eq!(due(utc, None, at("2026-07-01T09:00:00Z"), at("2026-07-01T10:00:00Z")), None);
        let tomorrow = due(utc, None, at("2026-07-01T09:00:00Z"), at("2026-07-02T08:00:00Z"));
        assert_eq!(tomorrow.map(|(date, _)| date), NaiveDate::from_ymd_opt(2026, 7, 2));
        let (today, noon) = (NaiveDate::from_ymd_opt(2026, 7, 1), plan(Tz::UTC, Digest::Daily, 12));
        assert_eq!(due(noon, today, at("2026-07-01T09:00:00Z"), at("2026-07-01T12:00:00Z")), None);
        // Nor does a move to where it is still yesterday.
        let hawaii = plan(Tz::Pacific__Honolulu, Digest::Daily, 8);
        assert_eq!(due(hawaii, today, at("2026-07-01T09:00:00Z"), at("2026-07-01T18:00:00Z")), None);
    }
}
