//! The relay's SQL: what is due, and what became of it.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, Queryable, RunQueryDsl,
    sql_types::{Array, BigInt, Double, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::bus::OutgoingMessage;

/// Events of one batch.
pub(super) const BATCH: usize = 100;

service_kit::statement! {
    /// By id, never after the highest id seen: a smaller id may commit later. An event waits while another one of its
    /// aggregate is put off. Those are read once for all: looked up for each event, by a plan that is kept from when the
    /// outbox was empty, all that had been sent was gone through each time while something held the vacuum back.
    struct Due { limit: i64 => BigInt }
    -> (BigInt, SqlUuid, SqlUuid, Text, Text, Integer, Timestamptz);
    "SELECT id, event_id, aggregate_id, routing_key, body, attempts, created_at FROM outbox \
     WHERE sent_at IS NULL AND next_attempt_at <= now() AND aggregate_id NOT IN (SELECT aggregate_id FROM outbox \
       WHERE sent_at IS NULL AND attempts > 0 AND next_attempt_at > now()) \
     ORDER BY id LIMIT ?"
}

service_kit::statement! {
    /// Without waiting for the disk: a mark that is lost in a crash means that the event is published again, and dropped
    /// by the inboxes.
    struct MarkSent { ids: [i64] => Array<BigInt> } -> BigInt;
    "UPDATE outbox SET sent_at = clock_timestamp() FROM (SELECT set_config('synchronous_commit', 'off', true)) AS quickly \
     WHERE id = ANY(?) AND sent_at IS NULL"
}

service_kit::statement! {
    struct PutOff { ids: [i64] => Array<BigInt>, seconds: [f64] => Array<Double> } -> BigInt;
    "UPDATE outbox SET attempts = attempts + 1, next_attempt_at = now() + failed.seconds * interval '1 second' \
     FROM unnest(?, ?) AS failed (id, seconds) WHERE outbox.id = failed.id AND sent_at IS NULL"
}

/// An event that the bus has not taken yet.
#[derive(Debug, Queryable)]
pub(super) struct Pending {
    pub id: i64,
    pub event_id: Uuid,
    aggregate_id: Uuid,
    pub routing_key: String,
    body: String,
    pub attempts: i32,
    created_at: DateTime<Utc>,
}

impl Pending {
    pub fn message(&self) -> OutgoingMessage {
        OutgoingMessage {
            event_id: self.event_id,
            aggregate_id: self.aggregate_id,
            routing_key: self.routing_key.clone(),
            body: self.body.clone(),
            created_at: self.created_at,
        }
    }
}

/// A row that is to be tried again in so many seconds.
pub(super) struct Failure {
    pub id: i64,
    pub seconds: f64,
}

pub(super) fn due(conn: &mut PgConnection) -> QueryResult<Vec<Pending>> {
    Due { limit: &(BATCH as i64) }.load(conn)
}

/// Each by a transaction of its own: that the one is written does not depend on the other.
pub(super) fn settle(conn: &mut PgConnection, sent: &[i64], failures: &[Failure]) -> QueryResult<()> {
    if !sent.is_empty() {
        MarkSent { ids: sent }.execute(conn)?;
    }
    if !failures.is_empty() {
        let ids: Vec<i64> = failures.iter().map(|failure| failure.id).collect();
        let seconds: Vec<f64> = failures.iter().map(|failure| failure.seconds).collect();
        PutOff { ids: &ids, seconds: &seconds }.execute(conn)?;
    }
    failpoints::fail_point!("relay::marked");
    Ok(())
}
