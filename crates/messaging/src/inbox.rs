//! The inbox: which events a consumer has dealt with. Its row is written in the same transaction as what follows
//! from the event, so that a second delivery finds it and does nothing. The table's definition is `sql/inbox.sql`.

use std::{collections::HashSet, time::Duration};

use diesel::{
    PgConnection, QueryResult, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Double, Text, Uuid as SqlUuid},
};
use service_kit::db::Db;
use uuid::Uuid;

/// How long rows are kept: longer than a dead letter may lie before it is redriven.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// Rows that one statement deletes: short locks, short transactions.
const PRUNE_BATCH: i64 = 1000;

service_kit::statement! {
    /// In the order of the ids, so that two transactions which meet the same events do not deadlock.
    struct InsertSeen {
        consumer: str => Text,
        event_ids: [Uuid] => Array<SqlUuid>,
    }
    -> SqlUuid;
    "INSERT INTO inbox (consumer, event_id) SELECT ?, id FROM unnest(?) AS id ORDER BY id \
     ON CONFLICT DO NOTHING RETURNING event_id"
}

/// True when `consumer` has not seen the event before; it has now, if the transaction commits.
///
/// # Errors
/// The database's.
pub fn first_time(conn: &mut PgConnection, consumer: &str, event_id: Uuid) -> QueryResult<bool> {
    Ok(!first_times(conn, consumer, &[event_id])?.is_empty())
}

/// Which of the events `consumer` has not seen before, in one statement.
///
/// # Errors
/// The database's.
pub fn first_times(
    conn: &mut PgConnection,
    consumer: &str,
    event_ids: &[Uuid],
) -> QueryResult<HashSet<Uuid>> {
    let new: Vec<Uuid> = InsertSeen { consumer, event_ids }.load(conn)?;
    Ok(new.into_iter().collect())
}

/// Deletes up to `batch` rows older than `kept`; returns how many. They are found by their place (`ctid`): no plan for
/// that reads more than these rows.
///
/// # Errors
/// The database's.
pub fn prune_batch(conn: &mut PgConnection, kept: Duration, batch: i64) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM inbox WHERE ctid = ANY(ARRAY(SELECT ctid FROM inbox \
         WHERE received_at < now() - $1 * interval '1 second' ORDER BY received_at LIMIT $2))",
    )
    .bind::<Double, _>(kept.as_secs_f64())
    .bind::<BigInt, _>(batch)
    .execute(conn)
}

/// Deletes the rows older than 90 days, in batches; returns how many. [`crate::Consumer::run`] does this by itself.
///
/// # Errors
/// The database's.
pub async fn prune_inbox(db: &Db) -> anyhow::Result<u64> {
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
