//! How many events a second go all the way. Run in a release build:
//! `DURABLE=1 cargo test --release -p messaging -- --ignored --nocapture throughput`.

use std::{sync::Arc, time::Instant};

use diesel::PgConnection;
use events::{Envelope, RoutingKey};
use messaging::{Consumer, EventHandler, HandleError, Relay};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::{World, event, eventually, tasks};

const EVENTS: usize = 10_000;

/// Leaves the inbox row as the only effect.
struct Nothing;

impl EventHandler for Nothing {
    fn handle(&self, _: &mut PgConnection, _: &Envelope) -> Result<(), HandleError> {
        Ok(())
    }
}

async fn measure(world: World) {
    world.bus.declare(&tasks()).await.unwrap();
    for _ in 0..EVENTS / 100 {
        let events: Vec<_> =
            (0..100).map(|number| event(RoutingKey::TaskCreated, Uuid::new_v4(), number)).collect();
        world.append(&events).await;
    }
    let mut relay = Relay::new(world.db.clone(), Arc::clone(&world.bus), "it");
    let start = Instant::now();
    while relay.step().await.unwrap() > 0 {}
    let relayed = EVENTS as f64 / start.elapsed().as_secs_f64();

    let start = Instant::now();
    let stop = CancellationToken::new();
    let consumer =
        Consumer::new(world.db.clone(), Arc::clone(&world.bus), tasks(), Arc::new(Nothing)).run(stop.clone());
    let consumer = tokio::spawn(consumer);
    eventually("all are handled", async || {
        world.numbers("SELECT count(*) AS number FROM inbox").await == [i64::try_from(EVENTS).unwrap()]
    })
    .await;
    let handled = EVENTS as f64 / start.elapsed().as_secs_f64();
    println!("{}: {relayed:.0} events/s outbox to bus, {handled:.0} events/s bus to inbox", world.bus.name());
    stop.cancel();
    consumer.await.unwrap();
    world.remove(&["it.tasks"]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and takes its time"]
async fn on_postgres() {
    measure(World::on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and takes its time"]
async fn on_rabbitmq() {
    if let Some(world) = World::on_rabbitmq().await {
        measure(world).await;
    }
}
