//! A whole year of digests against a model, in five zones whose clocks are put forward and back: the real `step()` on a
//! real Postgres. The model knows nothing of how an hour becomes an instant: it looks at the clock on somebody's wall, and
//! says that a digest goes when that first shows their hour on their day.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Timelike as _, Utc, Weekday};
use chrono_tz::Tz;
use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Date, Uuid as SqlUuid},
};
use notification_service::digest::Gatherer;
use uuid::Uuid;

use crate::store::Store;

/// Put forward over two o'clock (New York, Berlin), by half an hour (Lord Howe), and over midnight (Santiago, Cairo), and
/// back over the same.
const ZONES: [Tz; 5] = [
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::America__Santiago,
    Tz::Africa__Cairo,
];
/// The hours that clocks leave out or show twice, and one that they do not.
const HOURS: [u32; 5] = [0, 1, 2, 23, 8];
/// Clocks are changed on these days.
const WEEKLY: [(Weekday, u32); 2] = [(Weekday::Sun, 2), (Weekday::Fri, 0)];
const YEAR: i32 = 2026;
const LOOK: TimeDelta = TimeDelta::minutes(30);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Somebody, and what the model knows of them.
struct Person {
    id: Uuid,
    zone: Tz,
    hour: u32,
    weekday: Option<Weekday>,
    /// Told of something twice a day; otherwise now and then, and half of it is read at once.
    is_busy: bool,
    waiting: Vec<(DateTime<Utc>, bool)>,
    /// When the clock on the wall first showed the hour, of the latest day on which it did.
    hour_came: Option<(NaiveDate, DateTime<Utc>)>,
    digests: BTreeMap<NaiveDate, i64>,
}

impl Person {
    fn new(number: usize, zone: Tz, hour: u32, weekday: Option<Weekday>, is_busy: bool) -> Self {
        Self {
            id: Uuid::from_u128(7000 + number as u128),
            zone,
            hour,
            weekday,
            is_busy,
            waiting: Vec::new(),
            hour_came: None,
            digests: BTreeMap::new(),
        }
    }

    /// The clock on the wall goes on, whether or not the service looks; true when it first shows their hour on their day.
    fn live(&mut self, now: DateTime<Utc>) -> bool {
        let wall = now.with_timezone(&self.zone);
        let day = wall.date_naive();
        let is_day = self.weekday.is_none_or(|weekday| weekday == day.weekday());
        let is_new = is_day && wall.hour() >= self.hour && self.hour_came.is_none_or(|(came, _)| came < day);
        if is_new {
            self.hour_came = Some((day, now));
        }
        is_new
    }

    /// Whether a look makes a digest: of what came up to that hour and is not read, once a day, never of nothing.
    fn look(&mut self) -> bool {
        let Some((day, hour)) = self.hour_came else { return false };
        if self.digests.last_key_value().is_some_and(|(last, _)| *last >= day) {
            return false;
        }
        let (ripe, later): (Vec<_>, _) = self.waiting.iter().copied().partition(|(came, _)| *came <= hour);
        self.waiting = later;
        let unread = ripe.iter().filter(|(_, is_read)| !is_read).count();
        if unread > 0 {
            self.digests.insert(day, i64::try_from(unread).unwrap());
        }
        unread > 0
    }

    /// Digests of days of the year; the days around it are cut.
    fn in_year(&self) -> usize {
        self.digests.keys().filter(|day| day.year() == YEAR).count()
    }
}

fn people(hours: &[u32]) -> Vec<Person> {
    let mut people = Vec::new();
    for zone in ZONES {
        let daily = hours.iter().map(|hour| (*hour, None, true));
        let weekly = WEEKLY.map(|(day, hour)| (hour, Some(day), true));
        let seldom = [(2, None, false)];
        for (hour, weekday, is_busy) in daily.chain(weekly).chain(seldom) {
            people.push(Person::new(people.len(), zone, hour, weekday, is_busy));
        }
    }
    people
}

fn settle(store: &Store, people: &[Person]) {
    for Person { id, zone, hour, weekday, .. } in people {
        let digest = if weekday.is_some() { "weekly" } else { "daily" };
        let day = weekday.map_or("monday", |day| if day == Weekday::Sun { "sunday" } else { "friday" });
        store.execute(&format!(
            "INSERT INTO directory_users VALUES ('{id}', '{id}@example.org', NULL, 'user', true, '{zone}', NULL, false, 1);
             INSERT INTO preferences (user_id, remind_before_minutes, digest, digest_hour, digest_weekday, version)
             VALUES ('{id}', 1440, '{digest}', {hour}, '{day}', 1)"
        ));
    }
}

/// Tells people of something, as rows: that news become gathered mails is looked at elsewhere.
fn tell(store: &Store, people: &mut [Person], now: DateTime<Utc>, random: &mut u64) {
    let mut mails = Vec::new();
    for person in people {
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (is_told, is_read) = if person.is_busy {
            (true, false)
        } else {
            ((*random >> 33).is_multiple_of(5), (*random >> 40).is_multiple_of(2))
        };
        if is_told {
            person.waiting.push((now, is_read));
            mails.push(format!("('{}'::uuid, {is_read})", person.id));
        }
    }
    store.execute(&format!(
        "WITH told AS (SELECT gen_random_uuid() AS id, person, is_read FROM (VALUES {}) t (person, is_read)),
           seen AS (INSERT INTO notifications
             (id, event_id, user_id, position, type, task_id, message, created_at, read_at)
             SELECT id, id, person, (SELECT coalesce(max(position), 0) + 1 FROM notifications WHERE user_id = person),
               'assigned', id, 'm', '{now}', CASE WHEN is_read THEN timestamptz '{now}' END FROM told)
         INSERT INTO mails (id, event_id, user_id, type, task_id, subject, body, state, created_at)
           SELECT id, id, person, 'assigned', id, 's', 'b', 'gathered', '{now}' FROM told",
        mails.join(","),
    ));
}

/// All digests there are, and how many notifications are in each.
fn made(store: &Store) -> BTreeMap<(Uuid, NaiveDate), i64> {
    #[derive(QueryableByName)]
    struct Made {
        #[diesel(sql_type = SqlUuid)]
        user_id: Uuid,
        #[diesel(sql_type = Date)]
        local_date: NaiveDate,
        #[diesel(sql_type = BigInt)]
        notifications: i64,
    }
    let query = "SELECT d.user_id, d.local_date, count(m.id) AS notifications \
         FROM digests d LEFT JOIN mails m ON m.digest_id = d.mail_id AND m.user_id = d.user_id GROUP BY 1, 2";
    let rows: Vec<Made> = sql_query(query).load(&mut store.connect()).unwrap();
    rows.into_iter().map(|row| ((row.user_id, row.local_date), row.notifications)).collect()
}

/// Lives through the year in steps of half an hour, looking but for when the service is down, and holds each look against
/// the model.
async fn live(hours: &[u32], is_up: impl Fn(DateTime<Utc>) -> bool) -> Vec<Person> {
    let store = Store::open().await;
    let mut people = people(hours);
    settle(&store, &people);
    let gatherer = Gatherer::new(store.db.clone());
    let (mut now, end, mut random) = (at("2025-12-30T00:00:00Z"), at("2027-01-03T00:00:00Z"), 1);
    // The model has to have seen everybody's hour once.
    let mut before = now - TimeDelta::days(9);
    while before < now {
        for person in &mut people {
            person.live(before);
        }
        before += LOOK;
    }
    while now < end {
        if now.hour().is_multiple_of(12) && now.minute() == 0 {
            tell(&store, &mut people, now, &mut random);
        }
        if now.day() == 1 && now.hour() == 0 && now.minute() == 0 {
            // A year passes in a minute, and Postgres does not get round to it by itself.
            store.execute("VACUUM ANALYZE mails");
        }
        let come = people.iter_mut().filter_map(|person| person.live(now).then_some(())).count();
        let was_down = !is_up(now - LOOK);
        // Between everybody's hours fewer looks will do.
        if is_up(now) && (come > 0 || was_down || now.hour().is_multiple_of(3)) {
            let expected = people.iter_mut().filter_map(|person| person.look().then_some(person.id)).count();
            // These are the days on which clocks are changed; three days a week say enough of the others.
            let is_close = matches!(now.weekday(), Weekday::Fri | Weekday::Sat | Weekday::Sun);
            if expected > 0 && is_close && !was_down {
                let early = gatherer.step(Some(now - TimeDelta::seconds(1))).await.unwrap();
                assert_eq!(early, 0, "a second before {now}");
            }
            assert_eq!(gatherer.step(Some(now)).await.unwrap(), expected, "at {now}");
            if expected > 0 && is_close {
                assert_eq!(gatherer.step(Some(now)).await.unwrap(), 0, "again at {now}");
            }
        }
        now += LOOK;
    }
    let expected: BTreeMap<_, _> = people
        .iter()
        .flat_map(|person| person.digests.iter().map(|(day, count)| ((person.id, *day), *count)))
        .collect();
    let made = made(&store);
    for (key, count) in &expected {
        assert_eq!(made.get(key), Some(count), "{key:?}");
    }
    assert_eq!(made.len(), expected.len());
    people
}

#[tokio::test]
async fn a_year_of_digests_is_one_a_day_and_one_a_week_at_the_hour_on_the_wall() {
    for zone in ZONES {
        let offset = |day: u32| {
            let noon = NaiveDate::from_yo_opt(YEAR, day).unwrap().and_hms_opt(12, 0, 0).unwrap();
            chrono::Offset::fix(noon.and_utc().with_timezone(&zone).offset()).local_minus_utc()
        };
        let changes = (2..=365).filter(|day| offset(*day) != offset(day - 1)).count();
        assert_eq!(changes, 2, "{zone}: a year without both changes proves nothing");
    }
    let people = live(&HOURS, |_| true).await;
    for person in people.iter().filter(|person| person.is_busy) {
        let expected = if person.weekday.is_some() { 52 } else { 365 };
        assert_eq!(person.in_year(), expected, "{} {} {:?}", person.zone, person.hour, person.weekday);
    }
    for person in people.iter().filter(|person| !person.is_busy) {
        assert!((10..200).contains(&person.in_year()), "{}", person.in_year());
    }
}

#[tokio::test]
async fn a_year_with_outages_makes_up_for_each_once() {
    let down = [
        // Over each change of a clock, and some that cut a day in the middle.
        ("2026-03-07T20:00:00Z", "2026-03-08T09:30:00Z"),
        ("2026-03-28T12:00:00Z", "2026-03-31T02:00:00Z"),
        ("2026-04-04T10:00:00Z", "2026-04-05T06:30:00Z"),
        ("2026-04-23T20:00:00Z", "2026-04-24T01:30:00Z"),
        ("2026-06-01T00:00:00Z", "2026-06-17T13:30:00Z"),
        ("2026-09-05T18:00:00Z", "2026-09-07T04:00:00Z"),
        ("2026-10-03T10:00:00Z", "2026-10-04T02:00:00Z"),
        ("2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-10-29T20:30:00Z", "2026-10-29T22:30:00Z"),
        ("2026-11-01T04:30:00Z", "2026-11-01T06:30:00Z"),
    ]
    .map(|(from, to)| (at(from), at(to)));
    let people = live(&HOURS[..1], |now| !down.iter().any(|(from, to)| (*from..*to).contains(&now))).await;
    for person in people.iter().filter(|person| person.is_busy && person.weekday.is_none()) {
        // Fifteen or sixteen days of June, and up to four of March, were made up for by one.
        assert!((345..=365 - 14).contains(&person.in_year()), "{} {}", person.zone, person.in_year());
    }
}
