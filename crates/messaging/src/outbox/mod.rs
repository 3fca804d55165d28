//! The outbox: events are rows of the service's own schema, written in the transaction of the change they tell of.
//! The table's definition is `sql/outbox.sql`; the [relay](crate::relay) empties it.

mod new_events;

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Double, Text, Timestamptz, Uuid as SqlUuid},
};
use events::Envelope;
use service_kit::db::Db;
use uuid::Uuid;

pub use new_events::{EventColumns, NewEvents, WAKE_RELAY};

/// How long sent rows are kept, for looking back and for `replay`.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// Rows that one statement deletes: short locks, short transactions.
const PRUNE_BATCH: i64 = 1000;

service_kit::statement! {
    /// NOTIFY takes one lock for the whole cluster and holds it through the commit's fsync, so that commits which
    /// notify queue up one behind the other (measured: 14,000 commits/s without, 3,900 with). So a writer notifies
    /// only when the relay sleeps. The relay says so by an exclusive lock; a writer shows by its shared one that
    /// rows are on their way, and while there are any, the relay does not go to sleep.
    struct InsertEvents {
        event_ids: [Uuid] => Array<SqlUuid>,
        aggregate_ids: [Uuid] => Array<SqlUuid>,
        routing_keys: [&'static str] => Array<Text>,
        bodies: [String] => Array<Text>,
    }
    -> Text;
    "WITH put AS (INSERT INTO outbox (event_id, aggregate_id, routing_key, body) SELECT * FROM unnest(?, ?, ?, ?)) \
     SELECT pg_notify('outbox_' || current_schema(), '')::text WHERE NOT pg_try_advisory_xact_lock_shared(\
     hashtextextended('outbox relay asleep in ' || current_schema(), 0))"
}

/// Adds `events` to the outbox, in their order, and wakes the relay at the commit. Call it in the transaction of
/// the change, after the lock on the aggregate's row: that makes the outbox's order the order of the changes.
///
/// # Errors
/// The database's; and `SerializationError` for an event whose type has no routing key.
pub fn append(conn: &mut PgConnection, events: &[Envelope]) -> QueryResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let EventColumns { event_ids, aggregate_ids, routing_keys, bodies } = &EventColumns::of(events)?;
    InsertEvents { event_ids, aggregate_ids, routing_keys, bodies }.execute(conn)?;
    failpoints::fail_point!("outbox::appended");
    Ok(())
}

/// What the bus has not taken yet: the first thing to watch.
#[derive(Debug, Clone, Copy, PartialEq, QueryableByName)]
pub struct OutboxBacklog {
    /// Rows.
    #[diesel(sql_type = BigInt)]
    pub unsent: i64,
    /// Age of the oldest of them; 0 when there is none.
    #[diesel(sql_type = Double)]
    pub oldest_age_seconds: f64,
}

/// Counts the unsent rows.
///
/// # Errors
/// The database's.
pub fn backlog(conn: &mut PgConnection) -> QueryResult<OutboxBacklog> {
    sql_query(
        "SELECT count(*) AS unsent, coalesce(extract(epoch FROM clock_timestamp() - \
         (SELECT created_at FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 1)), 0)::float8 AS oldest_age_seconds \
         FROM outbox WHERE sent_at IS NULL",
    )
    .get_result(conn)
}

/// Has everything that was sent since `since` sent again, as far as it is still kept: for a bus that lost its data.
/// Consumers drop what they have seen. Returns how many.
///
/// # Errors
/// The database's.
pub fn replay(conn: &mut PgConnection, since: DateTime<Utc>) -> QueryResult<usize> {
    sql_query("UPDATE outbox SET sent_at = NULL, attempts = 0, next_attempt_at = now() WHERE sent_at >= $1")
        .bind::<Timestamptz, _>(since)
        .execute(conn)
}

/// `replay`, the command of every service that tells of events.
#[derive(Debug, Clone, Args)]
pub struct ReplayCommand {
    /// RFC 3339, for instance 2030-01-31T12:00:00Z.
    #[arg(long)]
    pub since: DateTime<Utc>,
}

impl ReplayCommand {
    /// Has them sent again, and says how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn run(self, db: &Db) -> anyhow::Result<()> {
        let count = db.transaction(move |conn| anyhow::Ok(replay(conn, self.since)?)).await?;
        println!("{count} events will be sent again.");
        Ok(())
    }
}

/// Deletes up to `batch` rows that were sent more than `kept` ago; returns how many. They are found by their place
/// (`ctid`): no plan for that reads more than these rows.
///
/// # Errors
/// The database's.
pub fn prune_batch(conn: &mut PgConnection, kept: Duration, batch: i64) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM outbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM outbox \
         WHERE sent_at < now() - $1 * interval '1 second' ORDER BY sent_at LIMIT $2))",
    )
    .bind::<Double, _>(kept.as_secs_f64())
    .bind::<BigInt, _>(batch)
    .execute(conn)
}

/// Deletes the rows that were sent more than 7 days ago, in batches; returns how many. [`crate::Relay::run`] does
/// this by itself.
///
/// # Errors
/// The database's.
pub async fn prune_outbox(db: &Db) -> anyhow::Result<u64> {
    let mut pruned = 0;
    loop {
        let batch: usize =
            db.read(|conn| Ok::<_, anyhow::Error>(prune_batch(conn, KEPT, PRUNE_BATCH)?)).await?;
        pruned += batch as u64;
        if (batch as i64) < PRUNE_BATCH {
            return Ok(pruned);
        }
    }
}
