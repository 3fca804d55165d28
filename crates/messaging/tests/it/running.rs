//! Relay and consumer as they run in a service, over both buses.

use std::{sync::Arc, time::Instant};

use events::RoutingKey;
use messaging::Relay;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    handling::{Recorder, consumer},
    world::{PATIENCE, World, event, eventually, over_both_buses, tasks},
};

over_both_buses!(an_event_arrives_without_waiting_for_a_poll, another_relay_takes_over);

fn run_relay(world: &World, stop: &CancellationToken) -> JoinHandle<()> {
    tokio::spawn(Relay::new(world.db.clone(), Arc::clone(&world.bus), "it").run(stop.clone()))
}

async fn an_event_arrives_without_waiting_for_a_poll(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    let stop = CancellationToken::new();
    let recorder = Arc::new(Recorder::default());
    let relay = run_relay(&world, &stop);
    let consumer = tokio::spawn(consumer(&world, &recorder).run(stop.clone()));
    let mut times = Vec::new();
    for number in 1..=40 {
        world.append(&[event(RoutingKey::TaskCreated, Uuid::new_v4(), number)]).await;
        let committed = Instant::now();
        tokio::time::timeout(PATIENCE, recorder.committed.notified()).await.unwrap();
        times.push(committed.elapsed());
    }
    assert_eq!(world.effects().await, (1..=40).collect::<Vec<_>>());
    times.sort();
    let (median, slowest) = (times[20], times[38]);
    println!("{}: commit to commit p50 {median:?}, p97 {slowest:?}", world.bus.name());
    // A missed wake-up costs up to a second on either side.
    assert!(median.as_millis() < 250, "{median:?}: that is the poll, not a wake-up");
    stop.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    world.remove(&["it.tasks"]).await;
}

async fn another_relay_takes_over(world: World) {
    let recorder = Arc::new(Recorder::default());
    let stop = CancellationToken::new();
    world.bus.declare(&tasks()).await.unwrap();
    let consumer = tokio::spawn(consumer(&world, &recorder).run(stop.clone()));
    let first_stop = CancellationToken::new();
    let first = run_relay(&world, &first_stop);
    let second = run_relay(&world, &stop);
    let aggregate = Uuid::new_v4();
    world.append(&[event(RoutingKey::TaskCreated, aggregate, 1)]).await;
    eventually("the first event arrives", async || world.effects().await == [1]).await;
    first_stop.cancel();
    first.await.unwrap();
    world.append(&[event(RoutingKey::TaskUpdated, aggregate, 2)]).await;
    eventually("the second event arrives", async || world.effects().await == [1, 2]).await;
    // As when the database restarts: every long-lived connection is gone at once.
    assert!(world.kill_connections("docket %").await > 0);
    world.append(&[event(RoutingKey::TaskUpdated, aggregate, 3)]).await;
    eventually("the third event arrives", async || world.effects().await == [1, 2, 3]).await;
    stop.cancel();
    second.await.unwrap();
    consumer.await.unwrap();
    world.remove(&["it.tasks"]).await;
}
