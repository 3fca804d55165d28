//! Dead letters: rows of their own table, out of the consumers' way until someone has looked.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::CHANNEL;
use crate::bus::DeadLetter;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    event_id: Uuid,
    #[diesel(sql_type = Text)]
    routing_key: String,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Timestamptz)]
    died_at: DateTime<Utc>,
}

/// Moves messages from their queue to its dead letters.
pub(super) fn bury(conn: &mut PgConnection, ids: &[i64], reason: &str) -> QueryResult<usize> {
    sql_query(
        "WITH gone AS (DELETE FROM bus.messages WHERE id = ANY($1) \
         RETURNING id, queue, event_id, routing_key, body, published_at) \
         INSERT INTO bus.dead (queue, event_id, routing_key, body, reason, published_at) \
         SELECT queue, event_id, routing_key, body, $2, published_at FROM gone ORDER BY id",
    )
    .bind::<Array<BigInt>, _>(ids)
    .bind::<Text, _>(reason)
    .execute(conn)
}

pub(super) fn list(conn: &mut PgConnection, queue: &str, limit: usize) -> QueryResult<Vec<DeadLetter>> {
    let rows: Vec<Row> = sql_query(
        "SELECT event_id, routing_key, reason, body, died_at FROM bus.dead WHERE queue = $1 ORDER BY id LIMIT $2",
    )
    .bind::<Text, _>(queue)
    .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX))
    .load(conn)?;
    let letter = |row: Row| DeadLetter {
        event_id: Some(row.event_id),
        routing_key: row.routing_key,
        reason: row.reason,
        body: row.body,
        died_at: Some(row.died_at),
    };
    Ok(rows.into_iter().map(letter).collect())
}

/// Back to the end of the queue, as if published now.
pub(super) fn redrive(conn: &mut PgConnection, queue: &str) -> QueryResult<u64> {
    let count = sql_query(
        "WITH back AS (DELETE FROM bus.dead WHERE queue = $1 RETURNING id, queue, event_id, routing_key, body) \
         INSERT INTO bus.messages (queue, event_id, routing_key, body) \
         SELECT queue, event_id, routing_key, body FROM back ORDER BY id",
    )
    .bind::<Text, _>(queue)
    .execute(conn)?;
    sql_query("SELECT pg_notify($1, $2)").bind::<Text, _>(CHANNEL).bind::<Text, _>(queue).execute(conn)?;
    Ok(count as u64)
}

pub(super) fn discard(conn: &mut PgConnection, queue: &str) -> QueryResult<u64> {
    let count = sql_query("DELETE FROM bus.dead WHERE queue = $1").bind::<Text, _>(queue).execute(conn)?;
    Ok(count as u64)
}
