//! A database and a bus of its own for one test, and the words the tests are written in.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use diesel::{
    Connection, PgConnection, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use events::{Envelope, RoutingKey};
use messaging::{Bus, BusKind, BusSettings, Delivery, OutgoingMessage, QueueSpec, Subscription};
use serde_json::json;
use service_kit::db::{Db, DbSettings};
use tokio::time::timeout;
use uuid::Uuid;

use crate::servers;

/// How long something outside the test may take before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct World {
    pub db: Db,
    pub bus: Arc<dyn Bus>,
    pub url: String,
    settings: BusSettings,
    database: Database,
}

/// Dropped with the test, whatever became of it.
struct Database(String);

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.0);
        PgConnection::establish(servers::postgres()).unwrap().batch_execute(&drop).unwrap();
    }
}

impl World {
    pub async fn on_postgres() -> Self {
        Self::new(BusKind::Postgres, None).await
    }

    /// `None`, and said aloud, where there is no broker.
    pub async fn on_rabbitmq() -> Option<Self> {
        let url = tokio::task::spawn_blocking(servers::rabbitmq).await.unwrap();
        match url {
            Some(url) => Some(Self::new(BusKind::RabbitMq, Some(url.to_owned())).await),
            None => {
                eprintln!("SKIPPED: there is no RabbitMQ");
                None
            }
        }
    }

    async fn new(kind: BusKind, amqp_url: Option<String>) -> Self {
        let name = format!("it_{}", Uuid::new_v4().simple());
        let (url, database) = {
            let name = name.clone();
            tokio::task::spawn_blocking(move || create_database(&name)).await.unwrap()
        };
        let settings = BusSettings { kind, amqp_url, database_url: url.clone(), prefix: format!("{name}.") };
        let db = Db::new(&DbSettings {
            url: url.clone(),
            schema: "app".to_owned(),
            pool_size: 4,
            statement_timeout_ms: 5000,
        })
        .unwrap();
        let bus = messaging::connect(&settings).await.unwrap();
        Self { db, bus, url, settings, database }
    }

    /// A second way to the same bus, as another process would have it.
    pub async fn another_bus(&self) -> Arc<dyn Bus> {
        messaging::connect(&self.settings).await.unwrap()
    }

    /// The same broker and database under another prefix.
    pub async fn with_prefix(&self, prefix: &str) -> Arc<dyn Bus> {
        let settings =
            BusSettings { prefix: format!("{}{prefix}", self.settings.prefix), ..self.settings.clone() };
        messaging::connect(&settings).await.unwrap()
    }

    /// A name as it is on the broker.
    pub fn prefixed(&self, name: &str) -> String {
        format!("{}{name}", self.settings.prefix)
    }

    /// A second way to the same bus, its broker reached at this address.
    pub async fn direct(&self, amqp_url: &str) -> Arc<dyn Bus> {
        let settings = BusSettings { amqp_url: Some(amqp_url.to_owned()), ..self.settings.clone() };
        messaging::connect(&settings).await.unwrap()
    }

    /// The same world, its broker reached at another address.
    pub async fn through(mut self, amqp_url: String) -> Self {
        self.settings.amqp_url = Some(amqp_url);
        self.bus = messaging::connect(&self.settings).await.unwrap();
        self
    }

    pub async fn publish(&self, messages: &[OutgoingMessage]) {
        let results = self.bus.publisher().await.unwrap().publish(messages).await;
        for result in results {
            result.unwrap();
        }
    }

    pub async fn append(&self, events: &[Envelope]) {
        let events = events.to_vec();
        self.db
            .transaction(move |conn| Ok::<_, anyhow::Error>(messaging::append(conn, &events)?))
            .await
            .unwrap();
    }

    /// Sequence numbers of the effects that [`crate::handling::Recorder`] wrote, in the order of writing.
    pub async fn effects(&self) -> Vec<i64> {
        self.numbers("SELECT sequence AS number FROM effects ORDER BY id").await
    }

    pub async fn numbers(&self, query: &'static str) -> Vec<i64> {
        let rows: Vec<Number> =
            self.db.read(move |conn| Ok::<_, anyhow::Error>(sql_query(query).load(conn)?)).await.unwrap();
        rows.into_iter().map(|row| row.number).collect()
    }

    pub async fn execute(&self, statement: &'static str) {
        self.db.read(move |conn| Ok::<_, anyhow::Error>(conn.batch_execute(statement)?)).await.unwrap();
    }

    /// Ends the connections whose application name is like `pattern`; returns how many.
    pub async fn kill_connections(&self, pattern: &'static str) -> i64 {
        let killed: Number = self
            .db
            .read(move |conn| {
                let query = "SELECT count(pg_terminate_backend(pid)) AS number FROM pg_stat_activity \
                             WHERE datname = current_database() AND application_name LIKE $1";
                Ok::<_, anyhow::Error>(sql_query(query).bind::<Text, _>(pattern).get_result(conn)?)
            })
            .await
            .unwrap();
        killed.number
    }

    /// Takes away what would outlive the database.
    pub async fn remove(self, queues: &[&str]) {
        for queue in queues {
            // A test that killed connections may have killed this one: it comes back by itself.
            eventually("the queue to be removed", async || self.bus.remove(queue).await.is_ok()).await;
        }
        drop(self.database);
    }
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn create_database(name: &str) -> (String, Database) {
    let server = servers::postgres();
    PgConnection::establish(server).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let (before, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(before, query)| (before, format!("?{query}")));
    let (host, _) = before.rsplit_once('/').unwrap();
    let url = format!("{host}/{name}{query}");
    let mut conn = PgConnection::establish(&url).unwrap();
    conn.batch_execute("CREATE SCHEMA app; SET search_path = app").unwrap();
    for table in [include_str!("../../sql/outbox.sql"), include_str!("../../sql/inbox.sql")] {
        conn.batch_execute(table).unwrap();
    }
    conn.batch_execute("CREATE TABLE effects (id bigserial PRIMARY KEY, sequence bigint NOT NULL)").unwrap();
    (url, Database(name.to_owned()))
}

/// The queue of most tests.
pub fn tasks() -> QueueSpec {
    QueueSpec::new("it.tasks", &["task.*"])
}

pub fn event(key: RoutingKey, aggregate: Uuid, sequence: i64) -> Envelope {
    Envelope::new(key, aggregate, sequence, 0, &json!({ "text": "Grüße" })).unwrap()
}

pub fn message(event: &Envelope) -> OutgoingMessage {
    OutgoingMessage {
        event_id: event.id,
        aggregate_id: event.subject,
        routing_key: event.routing_key().unwrap().as_str().to_owned(),
        body: serde_json::to_string(event).unwrap(),
        created_at: Utc::now(),
    }
}

/// One message per sequence number, each of an aggregate of its own.
pub fn messages(sequences: std::ops::RangeInclusive<i64>) -> Vec<OutgoingMessage> {
    sequences.map(|number| message(&event(RoutingKey::TaskCreated, Uuid::new_v4(), number))).collect()
}

pub fn sequence(delivery: &Delivery) -> i64 {
    serde_json::from_slice::<Envelope>(&delivery.body).unwrap().sequence
}

/// The next `count` deliveries, however many turns that takes.
pub async fn take(subscription: &mut Box<dyn Subscription>, count: usize) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    while deliveries.len() < count {
        let missing = count - deliveries.len();
        let next = timeout(PATIENCE, subscription.next(missing)).await;
        deliveries.extend(next.expect("no message came").unwrap());
    }
    deliveries
}

pub async fn take_sequences(subscription: &mut Box<dyn Subscription>, count: usize) -> Vec<i64> {
    take(subscription, count).await.iter().map(sequence).collect()
}

/// Polls until `true`: for what other threads and processes do in their own time.
pub async fn eventually<F: AsyncFnMut() -> bool>(what: &str, mut holds: F) {
    let waited = timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(waited.is_ok(), "in vain: {what}");
}

/// Runs each of these tests once over each bus.
macro_rules! over_both_buses {
    ($($test:ident),* $(,)?) => {
        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(crate::world::World::on_postgres().await).await;
                }
            )*
        }
        mod on_rabbitmq {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    if let Some(world) = crate::world::World::on_rabbitmq().await {
                        super::$test(world).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use over_both_buses;
