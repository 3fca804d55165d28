//! The rows of deliveries on their way: leased by one sender at a time, a few per webhook, so that a slow one does not
//! hold up the others.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use service_kit::seal::SealingKey;
use uuid::Uuid;

use super::{
    model::Switch,
    quiet::{self, Quiet},
    secret::Secret,
};
use crate::{
    deliveries::model::Status,
    schema::{webhook_deliveries as d, webhooks as w},
};

/// A sender that has not settled a delivery by then is taken for dead, and it is sent again. Longer than an attempt.
const LEASE_SECONDS: i64 = 60;
/// Deliveries to one webhook at the same time.
pub const PER_WEBHOOK: i64 = 4;
/// How long settled deliveries are kept, for looking back.
const KEPT_DAYS: i64 = 30;

/// A delivery in a sender's hands. No `Debug`: it has secrets.
#[derive(Clone)]
pub struct Leased {
    /// The delivery.
    pub id: Uuid,
    /// Its webhook.
    pub webhook_id: Uuid,
    /// The header `webhook-id`.
    pub event_id: Uuid,
    /// The body.
    pub payload: String,
    /// Where it goes.
    pub url: String,
    /// What signs it, the newest first. Empty when none of them opens.
    pub secrets: Vec<Secret>,
    /// Attempts, this one included.
    pub attempts: i32,
    /// There is no attempt after this.
    pub give_up_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    webhook_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    event_id: Uuid,
    #[diesel(sql_type = Text)]
    payload: String,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Bytea)]
    secret: Vec<u8>,
    #[diesel(sql_type = Nullable<Bytea>)]
    former_secret: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    give_up_at: DateTime<Utc>,
    #[diesel(embed)]
    quiet: Quiet,
}

service_kit::statement! {
    /// One look at an index that is empty most of the time, whereas taking locks, and looks at every webhook.
    struct Due { limit: i64 => BigInt } -> SqlUuid;
    "SELECT id FROM webhook_deliveries WHERE state = 'queued' AND next_attempt_at <= now() LIMIT ?"
}

/// Whether a delivery may be due; cheap.
///
/// # Errors
/// The database's.
pub fn is_anything_due(conn: &mut PgConnection) -> QueryResult<bool> {
    let due: Vec<Uuid> = Due { limit: &1 }.load(conn)?;
    Ok(!due.is_empty())
}

/// Takes at most `limit` deliveries that are due, for a minute. Those of people who are not active, or are no
/// administrators any more and hear of all, wait; and so do those of people who have quiet hours.
///
/// # Errors
/// The database's.
pub fn lease(conn: &mut PgConnection, key: &SealingKey, limit: i64) -> QueryResult<Vec<Leased>> {
    // One at a time takes, or several would take more than a webhook's share together.
    sql_query("SELECT pg_advisory_xact_lock(hashtextextended('webhook lease ' || current_schema(), 0))")
        .execute(conn)?;
    let rows: Vec<Row> = sql_query(
        "WITH busy AS (SELECT webhook_id, count(*) AS count FROM webhook_deliveries \
           WHERE state = 'queued' AND leased_until > now() GROUP BY webhook_id), \
         due AS (SELECT d.id FROM webhooks w \
           JOIN directory_users u ON u.id = w.user_id AND u.is_active AND NOT u.deleted \
             AND (w.scope = 'own' OR u.role = 'admin') \
           CROSS JOIN LATERAL (SELECT id, next_attempt_at FROM webhook_deliveries \
             WHERE webhook_id = w.id AND state = 'queued' AND next_attempt_at <= now() ORDER BY next_attempt_at \
             LIMIT greatest(0, $1 - coalesce((SELECT count FROM busy WHERE busy.webhook_id = w.id), 0))) d \
           WHERE w.status = 'enabled' ORDER BY d.next_attempt_at LIMIT $2), \
         leased AS (UPDATE webhook_deliveries d SET attempts = d.attempts + 1, \
           leased_until = now() + $3 * interval '1 second', next_attempt_at = now() + $3 * interval '1 second' \
           FROM due WHERE d.id = due.id AND d.state = 'queued' RETURNING d.*) \
         SELECT l.id, l.webhook_id, l.event_id, l.payload, w.url, w.secret, \
           CASE WHEN w.former_secret_until > now() THEN w.former_secret END AS former_secret, l.attempts, l.give_up_at, \
           l.type AS kind, u.timezone, p.quiet_from_minute, p.quiet_to_minute, now() AS now \
         FROM leased l JOIN webhooks w ON w.id = l.webhook_id JOIN directory_users u ON u.id = w.user_id \
         LEFT JOIN preferences p ON p.user_id = w.user_id ORDER BY l.id",
    )
    .bind::<BigInt, _>(PER_WEBHOOK)
    .bind::<BigInt, _>(limit)
    .bind::<BigInt, _>(LEASE_SECONDS)
    .load(conn)?;
    let waiting: Vec<(Uuid, f64)> =
        rows.iter().filter_map(|row| Some((row.id, row.quiet.seconds()?))).collect();
    quiet::put_off(conn, &waiting)?;
    let due = rows.into_iter().filter(|row| row.quiet.seconds().is_none());
    Ok(due.map(|row| opened(row, key)).collect())
}

fn opened(row: Row, key: &SealingKey) -> Leased {
    let sealed = std::iter::once(row.secret).chain(row.former_secret);
    let open = |sealed: Vec<u8>| match key.open(row.webhook_id.as_bytes(), &sealed) {
        Ok(secret) => Some(Secret::from_bytes(secret)),
        Err(error) => {
            log::error!("webhook {}: {error}", row.webhook_id);
            None
        }
    };
    Leased {
        id: row.id,
        webhook_id: row.webhook_id,
        event_id: row.event_id,
        payload: row.payload,
        url: row.url,
        secrets: sealed.filter_map(open).collect(),
        attempts: row.attempts,
        give_up_at: row.give_up_at,
    }
}

/// Puts a delivery back that was settled, with a new day before it; true when it was.
///
/// # Errors
/// The database's.
pub fn requeue(conn: &mut PgConnection, id: Uuid) -> QueryResult<bool> {
    let requeued = sql_query(
        "UPDATE webhook_deliveries SET state = 'queued', settled_at = NULL, attempts = 0, leased_until = NULL, \
         next_attempt_at = now(), give_up_at = now() + interval '24 hours' WHERE id = $1 AND state <> 'queued'",
    )
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    Ok(requeued > 0)
}

/// The same for an administrator, who may try again what failed or was skipped, of an enabled webhook.
///
/// # Errors
/// The database's.
pub fn requeue_given_up(conn: &mut PgConnection, id: Uuid) -> QueryResult<bool> {
    let given_up: Option<Uuid> = d::table
        .inner_join(w::table)
        .filter(d::id.eq(id))
        .filter(d::state.eq_any([Status::Failed, Status::Skipped]))
        .filter(w::status.eq(Switch::Enabled))
        .select(d::id)
        .first(conn)
        .optional()?;
    given_up.map_or(Ok(false), |id| requeue(conn, id))
}

/// Forgets deliveries that were settled long ago, at most `batch` of them; tells how many.
///
/// # Errors
/// The database's.
pub fn prune(conn: &mut PgConnection, batch: i32) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE state <> 'queued' \
         AND settled_at < now() - $2 * interval '1 day' LIMIT $1)",
    )
    .bind::<Integer, _>(batch)
    .bind::<BigInt, _>(KEPT_DAYS)
    .execute(conn)
}
