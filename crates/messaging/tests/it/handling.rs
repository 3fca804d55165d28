//! What the consumer must hold, over both buses.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::anyhow;
use diesel::{PgConnection, RunQueryDsl, sql_query, sql_types::BigInt};
use events::{Envelope, RoutingKey};
use messaging::{Consumer, EventHandler, HandleError, OutgoingMessage};
use uuid::Uuid;

use crate::world::{World, event, eventually, message, messages, over_both_buses, tasks};

over_both_buses!(
    an_event_has_its_effect_once,
    only_the_bad_event_becomes_a_dead_letter,
    what_is_not_understood_becomes_a_dead_letter,
    a_passing_fault_keeps_the_order,
    a_refused_statement_does_not_block_for_ever,
);

/// What to do with the event of a sequence number, other than to write its effect.
#[derive(Clone, Copy)]
pub enum Fault {
    Permanent,
    Passing,
    /// The database says no.
    Refused,
}

/// Writes one row per event.
#[derive(Default)]
pub struct Recorder {
    pub faults: Mutex<HashMap<i64, Fault>>,
    pub commits: AtomicUsize,
    pub committed: tokio::sync::Notify,
}

impl EventHandler for Recorder {
    fn handle(&self, conn: &mut PgConnection, event: &Envelope) -> Result<(), HandleError> {
        sql_query("INSERT INTO effects (sequence) VALUES ($1)")
            .bind::<BigInt, _>(event.sequence)
            .execute(conn)?;
        match self.faults.lock().unwrap().get(&event.sequence) {
            Some(Fault::Permanent) => Err(HandleError::Permanent("it cannot be".to_owned())),
            Some(Fault::Passing) => Err(HandleError::Passing(anyhow!("not now"))),
            Some(Fault::Refused) => Ok(sql_query("SELECT 1 / 0").execute(conn).map(drop)?),
            None => Ok(()),
        }
    }

    fn committed(&self, _: &[Arc<Envelope>]) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.committed.notify_one();
    }
}

impl Recorder {
    pub fn with(sequence: i64, fault: Fault) -> Arc<Self> {
        let recorder = Self::default();
        recorder.faults.lock().unwrap().insert(sequence, fault);
        Arc::new(recorder)
    }
}

pub fn consumer(world: &World, recorder: &Arc<Recorder>) -> Consumer {
    Consumer::new(world.db.clone(), Arc::clone(&world.bus), tasks(), Arc::clone(recorder) as _)
}

/// Steps until `count` deliveries have left the queue.
pub async fn settle(consumer: &mut Consumer, count: usize) {
    let mut settled = 0;
    while settled < count {
        settled += tokio::time::timeout(crate::world::PATIENCE, consumer.step()).await.unwrap().unwrap();
    }
    assert_eq!(settled, count);
}

async fn an_event_has_its_effect_once(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let sent = messages(1..=3);
    world.publish(&sent).await;
    world.publish(&sent[1..]).await;
    let recorder = Arc::new(Recorder::default());
    let mut consumer = consumer(&world, &recorder);
    settle(&mut consumer, 5).await;
    assert_eq!(world.effects().await, [1, 2, 3]);
    assert!(recorder.commits.load(Ordering::Relaxed) > 0);
    eventually("all are acknowledged", async || world.bus.depth("it.tasks").await.unwrap() == 0).await;
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}

async fn only_the_bad_event_becomes_a_dead_letter(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    world.publish(&messages(1..=5)).await;
    let recorder = Recorder::with(3, Fault::Permanent);
    let mut consumer = consumer(&world, &recorder);
    settle(&mut consumer, 5).await;
    assert_eq!(world.effects().await, [1, 2, 4, 5]);
    let letters = world.bus.dead_letters("it.tasks", 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "it cannot be");

    // Mended, it is driven back, and has its effect then; doing it all twice changes nothing.
    recorder.faults.lock().unwrap().clear();
    assert_eq!(world.bus.redrive("it.tasks").await.unwrap(), 1);
    settle(&mut consumer, 1).await;
    assert_eq!(world.bus.redrive("it.tasks").await.unwrap(), 0);
    assert_eq!(world.effects().await, [1, 2, 4, 5, 3]);
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}

async fn what_is_not_understood_becomes_a_dead_letter(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let good = event(RoutingKey::TaskCreated, Uuid::new_v4(), 1);
    let later = Envelope { kind: "docket.task.created.v9".to_owned(), id: Uuid::new_v4(), ..good.clone() };
    let later = OutgoingMessage {
        body: serde_json::to_string(&later).unwrap(),
        event_id: later.id,
        ..message(&good)
    };
    let torn = OutgoingMessage { body: "{\"specversion\":".to_owned(), ..messages(2..=2).remove(0) };
    world.publish(&[later, torn, message(&good)]).await;
    let mut consumer = consumer(&world, &Arc::default());
    settle(&mut consumer, 3).await;
    assert_eq!(world.effects().await, [1]);
    let letters = world.bus.dead_letters("it.tasks", 10).await.unwrap();
    let reasons: Vec<&str> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons[0].contains("unknown event type docket.task.created.v9"), "{reasons:?}");
    assert!(reasons[1].contains("not a CloudEvent"), "{reasons:?}");
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}

async fn a_passing_fault_keeps_the_order(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    world.publish(&messages(1..=4)).await;
    let recorder = Recorder::with(2, Fault::Passing);
    let mut consumer = consumer(&world, &recorder);
    settle(&mut consumer, 1).await;
    for _ in 0..20 {
        assert!(consumer.step().await.is_err(), "it must stay with the event");
    }
    assert_eq!(world.effects().await, [1]);
    recorder.faults.lock().unwrap().clear();
    settle(&mut consumer, 3).await;
    assert_eq!(world.effects().await, [1, 2, 3, 4]);
    assert!(world.bus.dead_letters("it.tasks", 10).await.unwrap().is_empty());
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}

async fn a_refused_statement_does_not_block_for_ever(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    world.publish(&messages(1..=2)).await;
    let recorder = Recorder::with(1, Fault::Refused);
    let mut consumer = consumer(&world, &recorder);
    let mut failures = 0;
    while world.effects().await.is_empty() {
        failures += usize::from(consumer.step().await.is_err());
        assert!(failures < 20, "it is never given up");
    }
    assert_eq!(failures, 7);
    assert_eq!(world.effects().await, [2]);
    let letters = world.bus.dead_letters("it.tasks", 10).await.unwrap();
    assert!(letters[0].reason.contains("division by zero"), "{}", letters[0].reason);
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}
