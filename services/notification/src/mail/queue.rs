//! The rows of mails: leased by one sender at a time, then settled or put off.

use std::time::Duration;

use ::mail::Verdict;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{
        Array, BigInt, Bool, Double, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
    },
};
use uuid::Uuid;

use crate::{language::Language, notifications::kind::Kind, preferences::quiet_hours::QuietHours};

/// A sender that has not settled its mails by then is taken for dead, and they are sent again.
pub(super) const LEASE_SECONDS: i64 = 120;
/// Why a mail is skipped where there is no way to send it.
pub const NOT_SET_UP: &str = "mail is not set up";
/// How long settled mails are kept, for looking back.
const KEPT_DAYS: i64 = 90;

/// A mail in a sender's hands.
#[derive(Debug, Clone, QueryableByName)]
pub struct Row {
    /// The notification's id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// For whom.
    #[diesel(sql_type = SqlUuid)]
    pub user_id: Uuid,
    /// The notification's type, or `digest` or `test`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The task.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub task_id: Option<Uuid>,
    /// Subject.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// The sentence.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// In which language these are.
    #[diesel(sql_type = Text)]
    pub language: Language,
    /// Attempts, this one included.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// The recipient's address today; `None` while nothing is known of them.
    #[diesel(sql_type = Nullable<Text>)]
    pub address: Option<String>,
    /// Whether their account is active.
    #[diesel(sql_type = Nullable<Bool>)]
    pub is_active: Option<bool>,
    /// Where they live.
    #[diesel(sql_type = Nullable<Text>)]
    pub timezone: Option<String>,
    /// The first quiet minute of their day.
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub quiet_from_minute: Option<i16>,
    /// The first that no longer is.
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub quiet_to_minute: Option<i16>,
    /// The database's time.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
}

impl Row {
    /// When the quiet hours end in which it must wait, if it must.
    #[must_use]
    pub fn quiet_until(&self) -> Option<DateTime<Utc>> {
        // A gathered mail comes at the hour that was chosen for it, and a test is waited for.
        self.kind.parse::<Kind>().ok()?;
        let (from, to) = self.quiet_from_minute.zip(self.quiet_to_minute)?;
        let zone = self.timezone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
        QuietHours::from_minutes(from, to)?.end(zone, self.now)
    }
}

/// Takes at most `limit` mails that are due, for two minutes.
///
/// # Errors
/// The database's.
pub fn lease(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Row>> {
    sql_query(
        "WITH due AS (SELECT id FROM mails WHERE state = 'queued' AND next_attempt_at <= now() \
           ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED), \
         leased AS (UPDATE mails m SET attempts = m.attempts + 1, \
           next_attempt_at = now() + $2 * interval '1 second' FROM due WHERE m.id = due.id RETURNING m.*) \
         SELECT l.id, l.user_id, l.type AS kind, l.task_id, l.subject, l.body, l.language, l.attempts, d.email AS address, \
           d.is_active AND NOT d.deleted AS is_active, d.timezone, p.quiet_from_minute, p.quiet_to_minute, now() AS now \
         FROM leased l LEFT JOIN directory_users d ON d.id = l.user_id \
         LEFT JOIN preferences p ON p.user_id = l.user_id ORDER BY l.id",
    )
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(LEASE_SECONDS)
    .load(conn)
}

/// Writes down what became of them, in one statement.
///
/// # Errors
/// The database's.
pub fn settle(conn: &mut PgConnection, settled: &[(Uuid, Verdict)]) -> QueryResult<()> {
    let (mut ids, mut states, mut answers, mut delays) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut untried, mut tried) = (Vec::new(), Vec::new());
    for (id, verdict) in settled {
        let (state, answer, delay) = match verdict {
            Verdict::Sent(answer) => ("sent", answer, Duration::ZERO),
            Verdict::Failed(answer) => ("failed", answer, Duration::ZERO),
            Verdict::Skipped(answer) => ("skipped", answer, Duration::ZERO),
            Verdict::Later(answer, delay) | Verdict::Waits(answer, delay) => ("queued", answer, *delay),
        };
        untried.push(i32::from(matches!(verdict, Verdict::Waits(..))));
        tried.push(!matches!(verdict, Verdict::Waits(..) | Verdict::Skipped(_)));
        ids.push(*id);
        states.push(state);
        answers.push(answer.as_str());
        delays.push(delay.as_secs_f64());
    }
    sql_query(
        "UPDATE mails m SET state = s.state, answer = s.answer, attempts = m.attempts - s.untried, \
         address = CASE WHEN s.tried THEN coalesce((SELECT d.email FROM directory_users d WHERE d.id = m.user_id), \
           m.address) ELSE m.address END, \
         next_attempt_at = now() + s.delay * interval '1 second', \
         settled_at = CASE WHEN s.state = 'queued' THEN NULL ELSE now() END \
         FROM unnest($1, $2, $3, $4, $5, $6) AS s (id, state, answer, delay, untried, tried) \
         WHERE m.id = s.id AND m.state = 'queued'",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(states)
    .bind::<Array<Text>, _>(answers)
    .bind::<Array<Double>, _>(delays)
    .bind::<Array<Integer>, _>(untried)
    .bind::<Array<Bool>, _>(tried)
    .execute(conn)
    .map(drop)
}

/// Where mail is not set up: at most `batch` of the waiting ones will not go; tells how many.
///
/// # Errors
/// The database's.
pub fn skip(conn: &mut PgConnection, batch: i64) -> QueryResult<usize> {
    sql_query(
        "UPDATE mails SET state = 'skipped', answer = $2, settled_at = now() WHERE id IN \
         (SELECT id FROM mails WHERE state = 'queued' ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<BigInt, _>(batch)
    .bind::<Text, _>(NOT_SET_UP)
    .execute(conn)
}

/// Forgets mails that were settled long ago, at most `batch` of them; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE state NOT IN ('queued', 'gathered') \
         AND settled_at < now() - $2 * interval '1 day' LIMIT $1)",
    )
    .bind::<Integer, _>(batch)
    .bind::<BigInt, _>(KEPT_DAYS)
    .execute(conn)
}
