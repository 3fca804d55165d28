//! Many events: all of them again and again, and bad ones among them. With 300 events, or as many as `EVENTS` says:
//! `EVENTS=10000 cargo test -p messaging --test it amounts`.

use std::sync::Arc;

use chrono::DateTime;
use events::RoutingKey;
use messaging::{Consumer, QueueSpec, Relay, outbox};
use uuid::Uuid;

use crate::{
    handling::Recorder,
    world::{World, event, message, messages, over_both_buses, tasks},
};

over_both_buses!(
    what_is_published_again_and_again_adds_no_row,
    the_bad_ones_among_many_are_dead_letters_and_stay_it,
);

const BATCH: i64 = 100;

fn wanted() -> i64 {
    std::env::var("EVENTS").map_or(300, |text| text.parse().unwrap())
}

/// Steps until so many deliveries have left the queue.
async fn settle(consumer: &mut Consumer, count: i64) {
    let mut settled = 0;
    while settled < count {
        let step = tokio::time::timeout(crate::world::PATIENCE, consumer.step());
        settled += i64::try_from(step.await.unwrap().unwrap()).unwrap();
    }
    assert_eq!(settled, count);
}

async fn what_is_published_again_and_again_adds_no_row(world: World) {
    let queues = ["it.first", "it.second"].map(|name| QueueSpec::new(name, &["task.*"]));
    let recorder = Arc::new(Recorder::default());
    let mut consumers = Vec::new();
    for queue in queues {
        world.bus.declare(&queue).await.unwrap();
        let (db, bus) = (world.db.clone(), Arc::clone(&world.bus));
        consumers.push(Consumer::new(db, bus, queue, Arc::clone(&recorder) as _));
    }
    for first in (0..wanted()).step_by(100) {
        let batch = first..(first + BATCH).min(wanted());
        let events: Vec<_> =
            batch.map(|number| event(RoutingKey::TaskUpdated, Uuid::new_v4(), number)).collect();
        world.append(&events).await;
    }
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    for time in 0..4 {
        let mut sent = 0;
        while let marked @ 1.. = relay.step().await.unwrap() {
            sent += i64::try_from(marked).unwrap();
        }
        assert_eq!(sent, wanted());
        for consumer in &mut consumers {
            settle(consumer, wanted()).await;
        }
        let rows = world
            .numbers("SELECT count(*) AS number FROM inbox UNION ALL SELECT count(*) FROM effects")
            .await;
        assert_eq!(rows, [2 * wanted(); 2], "published {} times", time + 1);
        let work = |conn: &mut _| anyhow::Ok(outbox::replay(conn, DateTime::UNIX_EPOCH)?);
        assert_eq!(i64::try_from(world.db.transaction(work).await.unwrap()).unwrap(), wanted());
    }
    drop(consumers);
    world.remove(&["it.first", "it.second"]).await;
}

async fn the_bad_ones_among_many_are_dead_letters_and_stay_it(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let mut bad = 0;
    let mut publisher = world.bus.publisher().await.unwrap();
    for first in (1..=wanted()).step_by(100) {
        let mut batch = messages(first..=(first + BATCH - 1).min(wanted()));
        let mut torn = message(&event(RoutingKey::TaskUpdated, Uuid::new_v4(), 0));
        torn.body.truncate(40);
        batch.insert(batch.len() / 2, torn);
        bad += 1;
        assert!(publisher.publish(&batch).await.iter().all(Result::is_ok));
    }
    let recorder = Arc::new(Recorder::default());
    let mut consumer =
        Consumer::new(world.db.clone(), Arc::clone(&world.bus), tasks(), Arc::clone(&recorder) as _);
    settle(&mut consumer, wanted() + bad).await;
    for _ in 0..2 {
        let letters = world.bus.dead_letters("it.tasks", 1000).await.unwrap();
        assert_eq!(letters.len() as i64, bad);
        assert!(letters.iter().all(|letter| letter.reason.contains("not a CloudEvent")));
        let mut effects = world.effects().await;
        effects.sort_unstable();
        assert_eq!(effects, (1..=wanted()).collect::<Vec<_>>());
        assert_eq!(world.bus.redrive("it.tasks").await.unwrap(), bad.unsigned_abs());
        settle(&mut consumer, bad).await;
    }
    assert_eq!(world.bus.dead_letters("it.tasks", 1000).await.unwrap().len() as i64, bad);
    drop(consumer);
    world.remove(&["it.tasks"]).await;
}
