//! The rows of mails: leased by one sender at a time, then settled or put off.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use mail::Verdict;
use service_kit::context::RequestContext;
use uuid::Uuid;

/// A sender that has not settled its mails by then is taken for dead, and they are sent again.
const LEASE_SECONDS: i64 = 120;
/// How long settled mails are kept, for looking back.
const KEPT_DAYS: i64 = 7;

/// A mail in a sender's hands.
#[derive(Debug, Clone, QueryableByName)]
pub struct Row {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// See [`super::Kind`].
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Where it goes; of a password reset, what was typed.
    #[diesel(sql_type = Text)]
    pub address: String,
    /// Attempts, this one included.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// When it was asked for.
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// From where.
    #[diesel(sql_type = Nullable<Text>)]
    pub client_address: Option<String>,
    /// By which program.
    #[diesel(sql_type = Nullable<Text>)]
    pub user_agent: Option<String>,
    /// By which request.
    #[diesel(sql_type = Nullable<Text>)]
    pub request_id: Option<String>,
}

impl Row {
    /// The context of the request that asked for it.
    #[must_use]
    pub fn context(&self) -> RequestContext {
        let context = RequestContext::from_headers(self.request_id.as_deref(), None);
        match &self.client_address {
            Some(client) => context.seen_from(client.clone(), self.user_agent.as_deref()),
            None => context,
        }
    }
}

/// Takes at most `limit` mails that are due, for two minutes.
///
/// # Errors
/// The database's.
pub fn lease(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Row>> {
    sql_query(
        "UPDATE mails SET attempts = attempts + 1, next_attempt_at = now() + $2 * interval '1 second' \
         WHERE id IN (SELECT id FROM mails WHERE state = 'queued' AND next_attempt_at <= now() \
           ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *",
    )
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(LEASE_SECONDS)
    .load(conn)
}

/// Writes down what became of one.
///
/// # Errors
/// The database's.
pub fn settle(conn: &mut PgConnection, id: Uuid, verdict: &Verdict) -> QueryResult<()> {
    let (state, answer, delay) = match verdict {
        Verdict::Sent(answer) => ("sent", answer, Duration::ZERO),
        Verdict::Failed(answer) => ("failed", answer, Duration::ZERO),
        Verdict::Skipped(answer) => ("skipped", answer, Duration::ZERO),
        Verdict::Later(answer, delay) | Verdict::Waits(answer, delay) => ("queued", answer, *delay),
    };
    sql_query(
        "UPDATE mails SET state = $2, answer = $3, next_attempt_at = now() + $4 * interval '1 second', \
         settled_at = CASE WHEN $2 = 'queued' THEN NULL ELSE now() END WHERE id = $1 AND state = 'queued'",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(state)
    .bind::<Text, _>(answer)
    .bind::<Double, _>(delay.as_secs_f64())
    .execute(conn)
    .map(drop)
}

/// Where mail is not set up: at most `batch` of the waiting ones will not go; tells how many.
///
/// # Errors
/// The database's.
pub fn skip(conn: &mut PgConnection, batch: i64) -> QueryResult<usize> {
    sql_query(
        "UPDATE mails SET state = 'skipped', answer = 'mail is not set up', settled_at = now() WHERE id IN \
         (SELECT id FROM mails WHERE state = 'queued' ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<BigInt, _>(batch)
    .execute(conn)
}

/// Forgets mails that were settled a week ago, at most `batch` of them; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE state <> 'queued' \
         AND settled_at < now() - $2 * interval '1 day' LIMIT $1)",
    )
    .bind::<Integer, _>(batch)
    .bind::<BigInt, _>(KEPT_DAYS)
    .execute(conn)
}
