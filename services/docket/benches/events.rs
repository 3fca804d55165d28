//! How many events a second become notifications, on either bus:
//!
//! - fan-out: they wait in the queue, and the notification service takes them in;
//! - all the way: they wait in the task service's outbox; the relay carries them while the other side takes them in.
//!
//! ```text
//! cargo bench -p docket --bench events                # optimised; private servers
//! DURABLE=1 cargo bench -p docket --bench events      # Postgres waits for the disk, as it does in production
//! EVENTS=100000 ROUNDS=5 BUS=rabbitmq cargo bench -p docket --bench events
//! ```
//!
//! Each event assigns another task; 500 people are told, who want each notification by mail too (those stay in the
//! queue). Fails when an event does not become exactly one notification and one mail, never for being slow.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::Utc;
use clap::Parser as _;
use diesel::{
    QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query, sql_types::BigInt,
};
use directory::{Directory, UserService};
use events::{Change, Changes, Envelope, EventActor, RoutingKey, TaskData, TaskState};
use messaging::{Bus, BusKind, BusSettings, Consumer, OutgoingMessage, QueueSpec, Relay};
use notification_service::{intake::handler::Intake, reminders, webhooks};
use service_kit::db::Db;
use testkit::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PEOPLE: u64 = 500;
/// Events of one statement that fills the outbox, and of one batch that fills the queue.
const CHUNK: usize = 500;
/// Nothing arrives for so long: something is broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// The whole is looked at in so many parts: what is sustained is so in each of them.
const PARTS: u64 = 10;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Two services' schemas, and a bus, of one round.
struct Round {
    database: TestDatabase,
    task: Db,
    notification: Db,
    bus: Arc<dyn Bus>,
    queue: QueueSpec,
    events: u64,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Round {
    async fn prepare(kind: BusKind, amqp_url: Option<String>, events: u64) -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::create).await.unwrap();
        let arguments = ["bench", "--database-url", database.url(), "--cursor-secret", "bench"];
        let task = task_service::migrate(&task_service::Config::parse_from(arguments)).await.unwrap();
        let notification =
            notification_service::migrate(&notification_service::Config::parse_from(arguments))
                .await
                .unwrap();
        database
            .connect("notification")
            .batch_execute(&format!(
                "INSERT INTO directory_users (id, email, role, is_active, timezone, deleted, sequence) \
                 SELECT lpad(to_hex(n), 32, '0')::uuid, 'person' || n || '@example.org', 'user', true, 'Europe/Berlin', \
                   false, 1 FROM generate_series(1, {PEOPLE}) AS n"
            ))
            .unwrap();
        let prefix = format!("bench{}.", Uuid::new_v4().simple());
        let settings = BusSettings { kind, amqp_url, database_url: database.url().to_owned(), prefix };
        let bus = messaging::connect(&settings).await.unwrap();
        let (name, bindings) = events::routing::NOTIFICATION_EVENTS;
        let queue = QueueSpec::new(name, bindings);
        bus.declare(&queue).await.unwrap();
        Self { database, task, notification, bus, queue, events }
    }

    fn assignments(&self) -> Vec<Envelope> {
        (1..=self.events).map(|number| assigned(number, 1 + number % PEOPLE)).collect()
    }

    async fn fill_queue(&self) {
        let mut publisher = self.bus.publisher().await.unwrap();
        for chunk in self.assignments().chunks(CHUNK) {
            let batch: Vec<OutgoingMessage> = chunk.iter().map(message).collect();
            assert!(publisher.publish(&batch).await.iter().all(Result::is_ok));
        }
    }

    fn fill_outbox(&self) {
        let mut conn = self.database.connect(task_service::SCHEMA);
        for chunk in self.assignments().chunks(CHUNK) {
            messaging::outbox::append(&mut conn, chunk).unwrap();
        }
        conn.batch_execute("VACUUM ANALYZE outbox").unwrap();
    }

    fn consumer(&self) -> Consumer {
        // Nobody is asked anything: everybody is known.
        let users = UserService::new(reqwest::Client::new(), "http://127.0.0.1:9");
        let directory = Directory::new(self.notification.clone(), users);
        let intake = Intake::new(directory, reminders::Waker::default(), webhooks::Waker::default());
        let (db, bus) = (self.notification.clone(), Arc::clone(&self.bus));
        Consumer::new(db, bus, self.queue.clone(), Arc::new(intake))
    }

    fn number(&self, query: &str) -> u64 {
        let row: Number =
            sql_query(query).get_result(&mut self.database.connect(notification_service::SCHEMA)).unwrap();
        row.number.unsigned_abs()
    }

    /// Waits until all are told; events a second, of the whole and of the slowest part.
    async fn measure(&self) -> (f64, f64) {
        let part = (self.events / PARTS).max(1);
        let (began, mut told, mut slowest) = (Instant::now(), 0, f64::MAX);
        let (mut part_began, mut part_told) = (began, 0);
        let mut heard = began;
        while told < self.events {
            tokio::time::sleep(Duration::from_millis(10)).await;
            // Places given out: as many as notifications, and few rows to read.
            let query = "SELECT coalesce(sum(latest), 0)::bigint AS number FROM user_positions";
            let now = tokio::task::block_in_place(|| self.number(query));
            if now > told {
                heard = Instant::now();
            }
            assert!(heard.elapsed() < PATIENCE, "{now} of {} were told", self.events);
            told = now;
            if told - part_told >= part {
                slowest = f64::min(slowest, (told - part_told) as f64 / part_began.elapsed().as_secs_f64());
                (part_began, part_told) = (Instant::now(), told);
            }
        }
        (self.events as f64 / began.elapsed().as_secs_f64(), slowest)
    }

    /// Every event was told once, and is gone.
    async fn end(self) {
        for table in ["notifications", "mails", "inbox", "tasks"] {
            assert_eq!(
                self.number(&format!("SELECT count(*) AS number FROM {table}")),
                self.events,
                "{table}"
            );
        }
        assert_eq!(self.number("SELECT count(*) AS number FROM task.outbox WHERE sent_at IS NULL"), 0);
        self.bus.remove(&self.queue.name).await.unwrap();
    }
}

fn assigned(number: u64, to: u64) -> Envelope {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let assignee = Uuid::from_u128(to.into());
    let task = TaskState {
        id,
        title: format!("Task {number}"),
        description: "Two sentences of text, as people write them. This is the second.".to_owned(),
        status: "todo".to_owned(),
        priority: "medium".to_owned(),
        due_date: Some(now + Duration::from_secs(7 * 24 * 3600)),
        assignee_id: Some(assignee),
        assigned_to: Some(format!("person{to}@example.org")),
        created_by: Uuid::from_u128(u128::MAX),
        version: 1,
        created_at: now,
        updated_at: now,
        completed_at: None,
        deleted_at: None,
    };
    let to = serde_json::to_value(assignee).unwrap();
    let change = Change { from: serde_json::Value::Null, to };
    let data = TaskData {
        task,
        changes: Changes::from([("assignee_id".to_owned(), change)]),
        actor: EventActor {
            id: Some(Uuid::from_u128(u128::MAX)),
            email: Some("admin@example.org".to_owned()),
        },
    };
    Envelope::new(RoutingKey::TaskAssigned, id, 1, 0, &data).unwrap()
}

fn message(event: &Envelope) -> OutgoingMessage {
    OutgoingMessage {
        event_id: event.id,
        aggregate_id: event.subject,
        routing_key: RoutingKey::TaskAssigned.to_string(),
        body: serde_json::to_string(event).unwrap(),
        created_at: event.time,
    }
}

async fn fan_out(round: Round) -> (f64, f64) {
    round.fill_queue().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(round.consumer().run(stop.clone()));
    let rates = round.measure().await;
    stop.cancel();
    consumer.await.unwrap();
    round.end().await;
    rates
}

async fn all_the_way(round: Round) -> (f64, f64) {
    tokio::task::block_in_place(|| round.fill_outbox());
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(round.consumer().run(stop.clone()));
    let relay = Relay::new(round.task.clone(), Arc::clone(&round.bus), "task");
    let relay = tokio::spawn(relay.run(stop.clone()));
    let rates = round.measure().await;
    stop.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    round.end().await;
    rates
}

fn show(what: &str, mut rates: Vec<(f64, f64)>) {
    rates.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (whole, slowest) = rates[rates.len() / 2];
    println!("{what:28} {whole:8.0} events/s, {slowest:8.0} in the slowest tenth");
}

#[tokio::main]
async fn main() {
    let (events, rounds) = (setting("EVENTS", 10_000), setting("ROUNDS", 3));
    let amqp_url = tokio::task::spawn_blocking(testkit::rabbitmq).await.unwrap();
    let wanted = std::env::var("BUS").ok();
    let buses = [
        ("rabbitmq", amqp_url.map(|url| (BusKind::RabbitMq, Some(url.to_owned())))),
        ("postgres", Some((BusKind::Postgres, None))),
    ];
    println!("{events} events, median of {rounds} rounds");
    for (name, bus) in buses {
        let Some((kind, url)) = bus.filter(|_| wanted.as_deref().is_none_or(|wanted| wanted == name)) else {
            continue;
        };
        let (mut out, mut through) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            out.push(fan_out(Round::prepare(kind, url.clone(), events).await).await);
            through.push(all_the_way(Round::prepare(kind, url.clone(), events * 3).await).await);
        }
        show(&format!("{name}: fan-out"), out);
        show(&format!("{name}: all the way"), through);
    }
}
