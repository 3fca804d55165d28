//! What the relay must hold, over both buses.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use diesel::PgConnection;
use events::RoutingKey;
use messaging::{
    Bus, DeadLetter, OutgoingMessage, PublishError, Publisher, QueueSpec, Relay, Subscription, backlog,
    outbox,
};
use uuid::Uuid;

use crate::{
    handling::{Recorder, consumer, settle},
    world::{World, event, over_both_buses, take_sequences, tasks},
};

over_both_buses!(
    what_is_committed_is_sent_once,
    what_is_published_twice_has_one_effect,
    a_failed_event_holds_back_its_aggregate_only,
    a_bus_that_lost_everything_is_filled_again,
);

async fn what_is_committed_is_sent_once(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let aggregate = Uuid::new_v4();
    let events: Vec<_> = (1..=150).map(|number| event(RoutingKey::TaskUpdated, aggregate, number)).collect();
    world.append(&events).await;
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    assert_eq!(relay.step().await.unwrap(), 100);
    assert_eq!(relay.step().await.unwrap(), 50);
    assert_eq!(relay.step().await.unwrap(), 0);
    let mut sequences = Vec::new();
    while sequences.len() < 150 {
        let deliveries = crate::world::take(&mut subscription, 10).await;
        sequences.extend(deliveries.iter().map(crate::world::sequence));
        subscription.ack(&deliveries).await.unwrap();
    }
    assert_eq!(sequences, (1..=150).collect::<Vec<_>>());
    let left = world.db.read(|conn| Ok::<_, anyhow::Error>(backlog(conn)?)).await.unwrap();
    assert_eq!((left.unsent, left.oldest_age_seconds), (0, 0.0));
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

async fn what_is_published_twice_has_one_effect(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let events: Vec<_> =
        (1..=3).map(|number| event(RoutingKey::TaskCreated, Uuid::new_v4(), number)).collect();
    world.append(&events).await;
    // It dies when the bus has taken the events and before they are marked.
    let mut dying = Relay::new(world.db.clone(), Arc::new(Deaf(Arc::clone(&world.bus))), "it");
    assert!(dying.step().await.is_err());
    assert_eq!(world.bus.depth("it.tasks").await.unwrap(), 3);
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    assert_eq!(relay.step().await.unwrap(), 3);

    let mut consumer = consumer(&world, &Arc::new(Recorder::default()));
    settle(&mut consumer, 6).await;
    assert_eq!(world.effects().await, [1, 2, 3]);
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}

async fn a_failed_event_holds_back_its_aggregate_only(world: World) {
    let mut subscription = world.bus.subscribe(&tasks()).await.unwrap();
    let (stuck, free) = (Uuid::new_v4(), Uuid::new_v4());
    world.append(&[event(RoutingKey::UserUpdated, stuck, 1), event(RoutingKey::TaskUpdated, stuck, 2)]).await;
    world.append(&[event(RoutingKey::TaskUpdated, free, 3)]).await;
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    assert_eq!(relay.step().await.unwrap(), 1, "no queue wants user.updated yet");
    assert_eq!(take_sequences(&mut subscription, 1).await, [3]);

    world.execute("UPDATE outbox SET next_attempt_at = now() + interval '1 hour' WHERE attempts > 0").await;
    world.append(&[event(RoutingKey::TaskUpdated, free, 4)]).await;
    assert_eq!(relay.step().await.unwrap(), 1, "the stuck aggregate waits");
    assert_eq!(take_sequences(&mut subscription, 1).await, [4]);
    assert_eq!(
        world
            .numbers("SELECT attempts::bigint AS number FROM outbox WHERE sent_at IS NULL ORDER BY id")
            .await,
        [1, 0]
    );

    world.bus.declare(&QueueSpec::new("it.tasks", &["user.*"])).await.unwrap();
    world.execute("UPDATE outbox SET next_attempt_at = now()").await;
    assert_eq!(relay.step().await.unwrap(), 2);
    assert_eq!(take_sequences(&mut subscription, 2).await, [1, 2]);
    drop(subscription);
    world.remove(&["it.tasks"]).await;
}

async fn a_bus_that_lost_everything_is_filled_again(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    for number in 1..=3 {
        world.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), number)]).await;
    }
    assert_eq!(relay.step().await.unwrap(), 3);
    world.execute("UPDATE outbox SET sent_at = now() - interval '2 hours' WHERE id = 1").await;
    let mut first = consumer(&world, &Arc::new(Recorder::default()));
    settle(&mut first, 3).await;
    drop(first);
    world.execute("DELETE FROM inbox WHERE event_id = (SELECT event_id FROM outbox WHERE id = 3)").await;
    world.execute("DELETE FROM effects WHERE sequence = 3").await;
    world.bus.remove("it.tasks").await.unwrap();

    world.bus.declare(&tasks()).await.unwrap();
    let since = Utc::now() - TimeDelta::hours(1);
    let again = move |conn: &mut PgConnection| Ok::<_, anyhow::Error>(outbox::replay(conn, since)?);
    assert_eq!(world.db.transaction(again).await.unwrap(), 2);
    assert_eq!(relay.step().await.unwrap(), 2);
    let mut second = consumer(&world, &Arc::new(Recorder::default()));
    settle(&mut second, 2).await;
    assert_eq!(world.effects().await, [1, 2, 3], "the second was seen, the third was lost");
    drop(second);
    world.remove(&["it.tasks"]).await;
}

/// A bus whose publisher never hears the confirms.
struct Deaf(Arc<dyn Bus>);

#[async_trait]
impl Bus for Deaf {
    fn name(&self) -> &'static str {
        "deaf"
    }
    async fn publisher(&self) -> anyhow::Result<Box<dyn Publisher>> {
        Ok(Box::new(DeafPublisher(self.0.publisher().await?)))
    }
    async fn subscribe(&self, queue: &QueueSpec) -> anyhow::Result<Box<dyn Subscription>> {
        self.0.subscribe(queue).await
    }
    async fn declare(&self, queue: &QueueSpec) -> anyhow::Result<()> {
        self.0.declare(queue).await
    }
    async fn dead_letters(&self, queue: &str, limit: usize) -> anyhow::Result<Vec<DeadLetter>> {
        self.0.dead_letters(queue, limit).await
    }
    async fn dead_letter_count(&self, _: &str) -> anyhow::Result<u64> {
        Ok(0)
    }

    async fn redrive(&self, queue: &str) -> anyhow::Result<u64> {
        self.0.redrive(queue).await
    }
    async fn drop_dead_letters(&self, queue: &str) -> anyhow::Result<u64> {
        self.0.drop_dead_letters(queue).await
    }
    async fn depth(&self, queue: &str) -> anyhow::Result<u64> {
        self.0.depth(queue).await
    }
    async fn remove(&self, queue: &str) -> anyhow::Result<()> {
        self.0.remove(queue).await
    }
}

struct DeafPublisher(Box<dyn Publisher>);

#[async_trait]
impl Publisher for DeafPublisher {
    async fn publish(&mut self, batch: &[OutgoingMessage]) -> Vec<Result<(), PublishError>> {
        self.0.publish(batch).await;
        vec![Err(PublishError::Disconnected("it died".to_owned())); batch.len()]
    }
}
