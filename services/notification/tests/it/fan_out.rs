//! Many events in the queue become as many notifications and mails, in their order, over both buses. With 1,000, or as
//! many as `EVENTS` says; how many a second those were is printed (`--nocapture`), and measured by
//! `cargo bench -p docket --bench events`.

use std::{sync::Arc, time::Instant};

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use events::{RoutingKey, TaskState};
use messaging::{Bus, BusKind, BusSettings, Consumer, OutgoingMessage, QueueSpec};
use uuid::Uuid;

use crate::store::{Store, event, task};

const PEOPLE: u128 = 50;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(store: &Store, table: &str) -> u128 {
    let query = format!("SELECT count(*) AS count FROM {table}");
    sql_query(query).get_result::<Count>(&mut store.connect()).unwrap().count.unsigned_abs().into()
}

fn wanted() -> u128 {
    std::env::var("EVENTS").map_or(1000, |text| text.parse().unwrap())
}

fn person(number: u128) -> Uuid {
    Uuid::from_u128(1_000_000 + number % PEOPLE)
}

async fn fill(bus: &dyn Bus) {
    let mut publisher = bus.publisher().await.unwrap();
    let numbers: Vec<u128> = (0..wanted()).collect();
    for chunk in numbers.chunks(500) {
        let batch: Vec<OutgoingMessage> = chunk.iter().map(|number| message(*number)).collect();
        assert!(publisher.publish(&batch).await.iter().all(Result::is_ok));
    }
}

fn message(number: u128) -> OutgoingMessage {
    let state = TaskState { assignee_id: Some(person(number)), ..task(number) };
    let assigned = event(RoutingKey::TaskAssigned, &state, None);
    OutgoingMessage {
        event_id: assigned.id,
        aggregate_id: assigned.subject,
        routing_key: RoutingKey::TaskAssigned.to_string(),
        body: serde_json::to_string(&assigned).unwrap(),
        created_at: assigned.time,
    }
}

async fn everybody_is_told(kind: BusKind, amqp_url: Option<String>) {
    let store = Store::open().await;
    let prefix = format!("it{}.", Uuid::new_v4().simple());
    let settings = BusSettings { kind, amqp_url, database_url: store.database.url().to_owned(), prefix };
    let bus = messaging::connect(&settings).await.unwrap();
    let (name, bindings) = events::routing::NOTIFICATION_EVENTS;
    let queue = QueueSpec::new(name, bindings);
    bus.declare(&queue).await.unwrap();
    fill(&*bus).await;

    let mut consumer = Consumer::new(store.db.clone(), Arc::clone(&bus), queue, Arc::new(store.intake()));
    let (start, mut taken, mut batches) = (Instant::now(), 0, 0);
    while taken < wanted() {
        taken += consumer.step().await.unwrap() as u128;
        batches += 1;
    }
    let rate = wanted() as f64 / start.elapsed().as_secs_f64();
    println!("{}: {rate:.0} notifications/s from the queue into rows, in {batches} batches", bus.name());
    for table in ["notifications", "mails", "tasks"] {
        assert_eq!(count(&store, table), wanted(), "{table}");
    }
    let told =
        store.told(person(7)).into_iter().map(|row| (row.position, row.task_title.unwrap_or_default()));
    let numbers = (7..wanted()).step_by(usize::try_from(PEOPLE).unwrap());
    let expected = (1..).zip(numbers.map(|number| format!("Task {number}")));
    assert_eq!(told.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    drop(consumer);
    bus.remove(name).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_on_postgres() {
    everybody_is_told(BusKind::Postgres, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_on_rabbitmq() {
    let url = tokio::task::spawn_blocking(testkit::rabbitmq).await.unwrap();
    if let Some(url) = url {
        everybody_is_told(BusKind::RabbitMq, Some(url.to_owned())).await;
    }
}
