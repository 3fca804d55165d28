//! The bus as tables in Postgres (schema `bus`), for Docket without a broker: a row per message and queue, taken
//! under a lease by the queue's one active consumer. NOTIFY only wakes; the rows are the truth.

mod dead;
mod publisher;
mod schema;
mod subscription;

use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Array, BigInt, Text},
};
use tokio::{sync::OnceCell, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    bus::{Bus, DeadLetter, Publisher, QueueSpec, Subscription},
    session::{Plan, Session},
};

pub use schema::install;

/// The channel on which every publisher tells the queues that got something.
const CHANNEL: &str = "docket_bus";
/// How long a command waits for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// The adapter.
pub struct PostgresBus {
    url: String,
    prefix: String,
    /// For commands; publishers and subscriptions have sessions of their own.
    session: OnceCell<Session>,
}

impl PostgresBus {
    /// A bus in the database at `url`. Does not connect yet.
    #[must_use]
    pub fn new(url: String, prefix: String) -> Self {
        Self { url, prefix, session: OnceCell::new() }
    }

    fn queue(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn exchange(&self) -> String {
        format!("{}{}", self.prefix, events::routing::EXCHANGE)
    }

    /// Rows of the queue in one of the bus's tables.
    async fn count(&self, table: &'static str, queue: &str) -> anyhow::Result<u64> {
        let queue = self.queue(queue);
        self.run(move |conn| {
            let query = format!("SELECT count(*) AS count FROM bus.{table} WHERE queue = $1");
            let rows: Count = sql_query(query).bind::<Text, _>(queue).get_result(conn)?;
            Ok(rows.count.unsigned_abs())
        })
        .await
    }

    async fn run<T, F>(&self, work: F) -> anyhow::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    {
        let open =
            || async { Session::spawn(plan(&self.url, "docket bus commands"), &CancellationToken::new()) };
        let session = self.session.get_or_try_init(open).await?;
        timeout(CONNECT, session.ready()).await.context("the bus database cannot be reached")??;
        session.run(work).await
    }
}

/// A session that installs the bus when it is missing, and limits how long a statement may take.
fn plan(url: &str, name: &str) -> Plan {
    Plan {
        url: url.to_owned(),
        name: name.to_owned(),
        lock: None,
        setup: Box::new(|conn| {
            conn.batch_execute("SET statement_timeout = 5000")?;
            install(conn)?;
            Ok(Vec::new())
        }),
        notified: Box::new(|_| {}),
    }
}

#[async_trait]
impl Bus for PostgresBus {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn publisher(&self) -> anyhow::Result<Box<dyn Publisher>> {
        let session = Session::spawn(plan(&self.url, "docket bus publisher"), &CancellationToken::new())?;
        Ok(Box::new(publisher::PostgresPublisher::new(session, self.exchange())))
    }

    async fn subscribe(&self, queue: &QueueSpec) -> anyhow::Result<Box<dyn Subscription>> {
        self.declare(queue).await?;
        Ok(Box::new(subscription::PostgresSubscription::open(&self.url, self.queue(&queue.name))?))
    }

    async fn declare(&self, queue: &QueueSpec) -> anyhow::Result<()> {
        let (exchange, name, patterns) = (self.exchange(), self.queue(&queue.name), queue.bindings.clone());
        self.run(move |conn| {
            sql_query(
                "INSERT INTO bus.bindings (exchange, queue, pattern) SELECT $1, $2, * FROM unnest($3) \
                 ON CONFLICT DO NOTHING",
            )
            .bind::<Text, _>(exchange)
            .bind::<Text, _>(name)
            .bind::<Array<Text>, _>(patterns)
            .execute(conn)
        })
        .await?;
        Ok(())
    }

    async fn dead_letters(&self, queue: &str, limit: usize) -> anyhow::Result<Vec<DeadLetter>> {
        let queue = self.queue(queue);
        self.run(move |conn| dead::list(conn, &queue, limit)).await
    }

    async fn dead_letter_count(&self, queue: &str) -> anyhow::Result<u64> {
        self.count("dead", queue).await
    }

    async fn redrive(&self, queue: &str) -> anyhow::Result<u64> {
        let queue = self.queue(queue);
        self.run(move |conn| dead::redrive(conn, &queue)).await
    }

    async fn drop_dead_letters(&self, queue: &str) -> anyhow::Result<u64> {
        let queue = self.queue(queue);
        self.run(move |conn| dead::discard(conn, &queue)).await
    }

    async fn depth(&self, queue: &str) -> anyhow::Result<u64> {
        self.count("messages", queue).await
    }

    async fn remove(&self, queue: &str) -> anyhow::Result<()> {
        let queue = self.queue(queue);
        self.run(move |conn| {
            for table in ["bindings", "messages", "dead"] {
                sql_query(format!("DELETE FROM bus.{table} WHERE queue = $1"))
                    .bind::<Text, _>(&queue)
                    .execute(conn)?;
            }
            Ok(())
        })
        .await
    }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
