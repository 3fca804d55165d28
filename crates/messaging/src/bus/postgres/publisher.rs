//! Publishing: one statement puts a whole batch into its queues; its commit is the confirm.

use std::{collections::HashSet, time::Duration};

use async_trait::async_trait;
use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use tokio::time::timeout;
use uuid::Uuid;

use super::CHANNEL;
use crate::{
    bus::{OutgoingMessage, PublishError, Publisher, topic},
    session::Session,
};

/// How long a batch may wait for a connection, and then for its commit.
const PATIENCE: Duration = Duration::from_secs(5);

service_kit::statement! {
    struct Bindings { exchange: str => Text } -> (Text, Text);
    "SELECT queue, pattern FROM bus.bindings WHERE exchange = ?"
}

service_kit::statement! {
    /// Row ids follow the order of the arrays.
    struct InsertMessages {
        queues: [&'a str] => Array<Text>,
        event_ids: [Uuid] => Array<SqlUuid>,
        routing_keys: [&'a str] => Array<Text>,
        bodies: [&'a str] => Array<Text>,
        channel: str => Text,
    }
    -> Text;
    "WITH put AS (INSERT INTO bus.messages (queue, event_id, routing_key, body) \
     SELECT * FROM unnest(?, ?, ?, ?) RETURNING queue) \
     SELECT pg_notify(?, queue)::text FROM (SELECT DISTINCT queue FROM put) AS queues"
}

pub(super) struct PostgresPublisher {
    session: Session,
    exchange: String,
}

impl PostgresPublisher {
    pub fn new(session: Session, exchange: String) -> Self {
        Self { session, exchange }
    }

    async fn put(&self, batch: Vec<OutgoingMessage>) -> anyhow::Result<Vec<Result<(), PublishError>>> {
        self.session.ready().await?;
        let exchange = self.exchange.clone();
        self.session.run(move |conn| conn.transaction(|conn| put(conn, &exchange, &batch))).await
    }
}

#[async_trait]
impl Publisher for PostgresPublisher {
    async fn publish(&mut self, batch: &[OutgoingMessage]) -> Vec<Result<(), PublishError>> {
        let failed = match timeout(PATIENCE * 2, self.put(batch.to_vec())).await {
            Ok(Ok(results)) => return results,
            // The transaction as a whole failed, whatever the database's reason: nothing was taken.
            Ok(Err(error)) => PublishError::Disconnected(format!("{error:#}")),
            Err(_) => PublishError::Timeout,
        };
        vec![Err(failed); batch.len()]
    }
}

/// Puts each message into every queue that is bound to its key.
fn put(
    conn: &mut PgConnection,
    exchange: &str,
    batch: &[OutgoingMessage],
) -> QueryResult<Vec<Result<(), PublishError>>> {
    // Read anew for each batch: a queue that was just declared must not miss what comes after.
    let bindings: Vec<(String, String)> = Bindings { exchange }.load(conn)?;
    let mut rows = Rows::default();
    let mut failed = HashSet::new();
    let mut results = Vec::with_capacity(batch.len());
    for message in batch {
        if failed.contains(&message.aggregate_id) {
            results.push(Err(PublishError::HeldBack));
        } else if rows.add(message, &bindings) {
            results.push(Ok(()));
        } else {
            failed.insert(message.aggregate_id);
            results.push(Err(PublishError::Unroutable));
        }
    }
    if !rows.queues.is_empty() {
        InsertMessages {
            queues: &rows.queues,
            event_ids: &rows.event_ids,
            routing_keys: &rows.routing_keys,
            bodies: &rows.bodies,
            channel: CHANNEL,
        }
        .execute(conn)?;
        failpoints::fail_point!("postgres_bus::inserted");
    }
    Ok(results)
}

/// The columns of what is to be inserted.
#[derive(Default)]
struct Rows<'a> {
    queues: Vec<&'a str>,
    event_ids: Vec<Uuid>,
    routing_keys: Vec<&'a str>,
    bodies: Vec<&'a str>,
}

impl<'a> Rows<'a> {
    /// One row for each queue that takes the message, however many of its patterns do. False when none does.
    fn add(&mut self, message: &'a OutgoingMessage, bindings: &'a [(String, String)]) -> bool {
        let first = self.queues.len();
        for (queue, pattern) in bindings {
            if topic::matches(pattern, &message.routing_key)
                && !self.queues[first..].contains(&queue.as_str())
            {
                self.queues.push(queue);
                self.event_ids.push(message.event_id);
                self.routing_keys.push(&message.routing_key);
                self.bodies.push(&message.body);
            }
        }
        self.queues.len() > first
    }
}
