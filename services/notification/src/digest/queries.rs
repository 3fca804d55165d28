//! Who waits for a digest, and making one: in the caller's transaction.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::due::Plan;
use crate::{
    language::Language,
    preferences::model::{Digest, Weekday},
};

/// People that one look reads.
pub const BATCH: i64 = 1000;

/// Somebody for whom mails are gathered.
#[derive(Debug, Clone, QueryableByName)]
pub struct Waiting {
    /// Who.
    #[diesel(sql_type = SqlUuid)]
    pub user_id: Uuid,
    #[diesel(sql_type = Text)]
    timezone: String,
    #[diesel(sql_type = Text)]
    digest: Digest,
    #[diesel(sql_type = SmallInt)]
    digest_hour: i16,
    #[diesel(sql_type = Text)]
    digest_weekday: Weekday,
    /// In which language.
    #[diesel(sql_type = Text)]
    pub language: Language,
    /// Since when the first of them waits.
    #[diesel(sql_type = Timestamptz)]
    pub oldest: DateTime<Utc>,
    /// The day of their latest digest.
    #[diesel(sql_type = Nullable<Date>)]
    pub last: Option<NaiveDate>,
    /// The database's time.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
}

impl Waiting {
    /// When they want it.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan {
            digest: self.digest,
            hour: u32::try_from(self.digest_hour).unwrap_or(0),
            weekday: self.digest_weekday,
            zone: self.timezone.parse().unwrap_or(Tz::UTC),
        }
    }
}

/// The people for whom mails are gathered, by id, after `after`; [`BATCH`] at most.
///
/// # Errors
/// The database's.
pub fn waiting(conn: &mut PgConnection, after: Uuid) -> QueryResult<Vec<Waiting>> {
    sql_query(
        "SELECT w.user_id, coalesce(d.timezone, 'UTC') AS timezone, p.digest, p.digest_hour, p.digest_weekday, \
           p.language, w.oldest, (SELECT max(g.local_date) FROM digests g WHERE g.user_id = w.user_id) AS last, \
           now() AS now \
         FROM (SELECT user_id, min(created_at) AS oldest FROM mails WHERE state = 'gathered' AND user_id > $1 \
           GROUP BY user_id ORDER BY user_id LIMIT $2) w \
         JOIN preferences p ON p.user_id = w.user_id LEFT JOIN directory_users d ON d.id = w.user_id ORDER BY w.user_id",
    )
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(BATCH)
    .load(conn)
}

/// Takes what was gathered for `user` up to `since` into the mail `id`, unless it was read, archived, snoozed or deleted
/// in the app meanwhile. Returns on how many tasks and notifications that is; 0 when nothing is left, or when the digest of
/// that day is made already.
///
/// # Errors
/// The database's.
pub fn gather(
    conn: &mut PgConnection,
    user: Uuid,
    date: NaiveDate,
    since: DateTime<Utc>,
    id: Uuid,
) -> QueryResult<(usize, usize)> {
    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = BigInt)]
        tasks: i64,
        #[diesel(sql_type = BigInt)]
        notifications: i64,
    }
    let made = sql_query(
        "INSERT INTO digests (user_id, local_date, mail_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<Date, _>(date)
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    if made == 0 {
        return Ok((0, 0));
    }
    let taken: Taken = sql_query(
        "WITH taken AS (UPDATE mails m SET settled_at = now(), digest_id = CASE WHEN seen.yes THEN NULL ELSE $3 END, \
             state = CASE WHEN seen.yes THEN 'skipped' ELSE 'digested' END, \
             answer = CASE WHEN seen.yes THEN 'read before the digest' ELSE 'in the digest ' || $3 END \
           FROM mails g CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM notifications n \
             WHERE n.event_id = g.event_id AND n.user_id = g.user_id AND (n.read_at IS NOT NULL \
               OR n.archived_at IS NOT NULL OR n.snoozed_until IS NOT NULL OR n.deleted_at IS NOT NULL)) AS yes) seen \
           WHERE g.id = m.id AND m.user_id = $1 AND m.state = 'gathered' AND m.created_at <= $2 \
           RETURNING m.id, m.task_id, m.digest_id) \
         SELECT count(DISTINCT task_id) AS tasks, count(*) AS notifications FROM taken \
         WHERE digest_id IS NOT NULL",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<Timestamptz, _>(since)
    .bind::<SqlUuid, _>(id)
    .get_result(conn)?;
    if taken.notifications == 0 {
        sql_query("DELETE FROM digests WHERE mail_id = $1 AND user_id = $2")
            .bind::<SqlUuid, _>(id)
            .bind::<SqlUuid, _>(user)
            .execute(conn)?;
    }
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    Ok((count(taken.tasks), count(taken.notifications)))
}

/// Forgets on which days digests were made, long ago; at most `batch` of them; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM digests WHERE (user_id, local_date) IN (SELECT user_id, local_date FROM digests \
         WHERE made_at < now() - interval '100 days' LIMIT $1)",
    )
    .bind::<diesel::sql_types::Integer, _>(batch)
    .execute(conn)
}
