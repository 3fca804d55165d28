//! Taking messages: the queue's one active consumer holds an advisory lock, and everything it does runs on the
//! connection that holds it, so a consumer that lost the lock can neither take nor acknowledge.
//!
//! Leases and acknowledgements are written without waiting for the disk: one that is lost in a crash means a second
//! delivery, which the inbox drops.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use diesel::{
    Connection, PgConnection, QueryResult, Queryable, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid},
};
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{CHANNEL, dead, install};
use crate::{
    bus::{DELIVERY_LIMIT, Delivery, Subscription},
    session::{Plan, Session},
};

/// The net under the wake-ups.
const POLL: Duration = Duration::from_secs(1);

service_kit::statement! {
    /// Leased for 30 s: nobody else takes them while the lock is held; the lease shows operators what is in work,
    /// and gives back what a consumer took and never answered.
    struct Lease { queue: str => Text, max: i64 => BigInt }
    -> (BigInt, SqlUuid, Text, Text, Integer);
    "WITH due AS MATERIALIZED (SELECT id FROM bus.messages \
     WHERE queue = ? AND (leased_until IS NULL OR leased_until < now()) ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED) \
     UPDATE bus.messages m SET leased_until = now() + interval '30 seconds', attempts = m.attempts + 1 \
     FROM due WHERE m.id = due.id RETURNING m.id, m.event_id, m.routing_key, m.body, m.attempts"
}

service_kit::statement! {
    struct Acknowledge { ids: [i64] => Array<BigInt> } -> BigInt;
    "DELETE FROM bus.messages WHERE id = ANY(?)"
}

#[derive(Queryable)]
struct Row {
    id: i64,
    event_id: Uuid,
    routing_key: String,
    body: String,
    attempts: i32,
}

pub(super) struct PostgresSubscription {
    session: Session,
    queue: Arc<str>,
    wake: Arc<Notify>,
    /// Taken from the table and not yet handed out: a caller that gives up waiting loses nothing.
    taken: Arc<Mutex<VecDeque<Delivery>>>,
}

impl PostgresSubscription {
    pub fn open(url: &str, queue: String) -> anyhow::Result<Self> {
        let queue: Arc<str> = queue.into();
        let wake = Arc::new(Notify::new());
        let taken = Arc::new(Mutex::new(VecDeque::new()));
        let plan = Plan {
            url: url.to_owned(),
            name: format!("docket consumer of {queue}"),
            lock: Some(format!("docket bus queue {queue}")),
            setup: Box::new({
                let (queue, taken) = (Arc::clone(&queue), Arc::clone(&taken));
                move |conn| {
                    lock(&taken).clear();
                    start(conn, &queue)?;
                    Ok(vec![CHANNEL.to_owned()])
                }
            }),
            notified: Box::new({
                let (queue, wake) = (Arc::clone(&queue), Arc::clone(&wake));
                move |notification| {
                    if *notification.payload == *queue {
                        wake.notify_one();
                    }
                }
            }),
        };
        Ok(Self { session: Session::spawn(plan, &CancellationToken::new())?, queue, wake, taken })
    }

    fn hand_out(&self, max: usize) -> Vec<Delivery> {
        let mut taken = lock(&self.taken);
        let count = taken.len().min(max);
        taken.drain(..count).collect()
    }
}

#[async_trait]
impl Subscription for PostgresSubscription {
    async fn next(&mut self, max: usize) -> anyhow::Result<Vec<Delivery>> {
        loop {
            self.session.ready().await?;
            let deliveries = self.hand_out(max);
            if !deliveries.is_empty() {
                return Ok(deliveries);
            }
            let (queue, taken) = (Arc::clone(&self.queue), Arc::clone(&self.taken));
            let found = self.session.run(move |conn| take(conn, &queue, max, &taken)).await?;
            if !found {
                let _ = timeout(POLL, self.wake.notified()).await;
            }
        }
    }

    async fn ack(&mut self, deliveries: &[Delivery]) -> anyhow::Result<()> {
        let ids: Vec<i64> = deliveries.iter().map(row_id).collect();
        self.session.run(move |conn| Acknowledge { ids: &ids }.execute(conn)).await?;
        Ok(())
    }

    async fn dead_letter(&mut self, delivery: Delivery, reason: &str) -> anyhow::Result<()> {
        let reason = reason.to_owned();
        self.session.run(move |conn| dead::bury(conn, &[row_id(&delivery)], &reason)).await?;
        Ok(())
    }
}

/// What the last consumer had in its hands when it died is free again, in its place: nothing waits for a lease to
/// run out, and order is kept.
fn start(conn: &mut PgConnection, queue: &str) -> QueryResult<()> {
    conn.batch_execute("SET statement_timeout = 5000; SET synchronous_commit = off")?;
    install(conn)?;
    sql_query("UPDATE bus.messages SET leased_until = NULL WHERE queue = $1 AND leased_until IS NOT NULL")
        .bind::<Text, _>(queue)
        .execute(conn)?;
    Ok(())
}

/// Leases up to `max` messages. False when there was none.
fn take(
    conn: &mut PgConnection,
    queue: &str,
    max: usize,
    taken: &Mutex<VecDeque<Delivery>>,
) -> QueryResult<bool> {
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let mut rows: Vec<Row> = conn.transaction(|conn| {
        let rows: Vec<Row> = Lease { queue, max: &limit }.load(conn)?;
        let (rows, deadly): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.attempts <= 1 + DELIVERY_LIMIT);
        if !deadly.is_empty() {
            let ids: Vec<i64> = deadly.iter().map(|row| row.id).collect();
            dead::bury(conn, &ids, "delivery limit reached: no consumer came to an end with it")?;
        }
        Ok::<_, diesel::result::Error>(rows)
    })?;
    if rows.is_empty() {
        return Ok(false);
    }
    failpoints::fail_point!("postgres_bus::leased");
    rows.sort_unstable_by_key(|row| row.id);
    lock(taken).extend(rows.into_iter().map(delivery));
    Ok(true)
}

fn delivery(row: Row) -> Delivery {
    Delivery {
        event_id: Some(row.event_id),
        routing_key: row.routing_key,
        body: row.body.into_bytes(),
        redelivered: row.attempts > 1,
        tag: row.id.unsigned_abs(),
    }
}

fn row_id(delivery: &Delivery) -> i64 {
    i64::try_from(delivery.tag).unwrap_or(i64::MAX)
}

/// The queue is whole after every statement on it, so a panic elsewhere does not spoil it.
fn lock(taken: &Mutex<VecDeque<Delivery>>) -> std::sync::MutexGuard<'_, VecDeque<Delivery>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}
