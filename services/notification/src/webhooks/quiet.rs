//! What people are told waits while they have quiet hours, on its way to their webhooks as on its way to their mailbox.
//! Events for administrators, and tests, do not.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{Array, Double, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::event_type::EventType;
use crate::preferences::quiet_hours::QuietHours;

/// When somebody is not to be disturbed.
#[derive(QueryableByName)]
pub(super) struct Quiet {
    /// The event's type.
    #[diesel(sql_type = Text)]
    kind: String,
    /// Where they live.
    #[diesel(sql_type = Text)]
    timezone: String,
    /// The first quiet minute of their day.
    #[diesel(sql_type = Nullable<SmallInt>)]
    quiet_from_minute: Option<i16>,
    /// The first that no longer is.
    #[diesel(sql_type = Nullable<SmallInt>)]
    quiet_to_minute: Option<i16>,
    /// The database's time.
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

impl Quiet {
    /// Seconds that it must wait, if it must.
    pub fn seconds(&self) -> Option<f64> {
        let Ok(EventType::Notification(_)) = self.kind.parse() else { return None };
        let (from, to) = self.quiet_from_minute.zip(self.quiet_to_minute)?;
        let zone = self.timezone.parse().unwrap_or(Tz::UTC);
        let end = QuietHours::from_minutes(from, to)?.end(zone, self.now)?;
        Some((end - self.now).as_seconds_f64())
    }
}

/// Puts deliveries back for so many seconds. That is no attempt, and takes nothing from the day in which it is tried.
pub(super) fn put_off(conn: &mut PgConnection, waiting: &[(Uuid, f64)]) -> QueryResult<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    let (ids, seconds): (Vec<Uuid>, Vec<f64>) = waiting.iter().copied().unzip();
    sql_query(
        "UPDATE webhook_deliveries d SET attempts = d.attempts - 1, leased_until = NULL, \
         answer = 'the recipient''s quiet hours', next_attempt_at = now() + q.seconds * interval '1 second', \
         give_up_at = d.give_up_at + q.seconds * interval '1 second' \
         FROM unnest($1, $2) AS q (id, seconds) WHERE d.id = q.id AND d.state = 'queued'",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Double>, _>(seconds)
    .execute(conn)
    .map(drop)
}
