//! How much faster a thousand tasks are created in one call than by a thousand calls: through the whole system, over HTTP,
//! on a connection that is kept. The single calls go one after the other, and eight at a time.
//!
//!     cargo bench -p docket --bench bulk                  # optimised; private servers, fsync off
//!     DATABASE_URL=postgresql://… cargo bench -p docket --bench bulk   # on a server of yours
//!
//! Fails when bulk is not 15 times as fast as one call after the other.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/it/world/mod.rs"]
#[allow(dead_code)]
mod world;

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use world::World;

const TASKS: usize = 1000;
const ROUNDS: usize = 5;
const WANTED: f64 = 15.0;

fn task(number: usize, assignee: &str) -> Value {
    json!({
        "title": format!("Task {number}"), "description": "Two sentences of text, as people write them. This is the second.",
        "priority": "medium", "due_date": "2031-01-31", "assigned_to": assignee,
    })
}

async fn singly(world: &World, assignee: &str, at_a_time: usize) -> Duration {
    let started = Instant::now();
    let calls = (0..TASKS).map(|number| async move {
        world.admin.post("/api/tasks/", task(number, assignee)).await.expect(201);
    });
    stream::iter(calls).buffer_unordered(at_a_time).collect::<Vec<()>>().await;
    started.elapsed()
}

async fn in_bulk(world: &World, assignee: &str) -> Duration {
    let operation = |number| json!({"op": "create", "task": task(number, assignee)});
    let body = json!({"operations": (0..TASKS).map(operation).collect::<Vec<Value>>()});
    let started = Instant::now();
    let answer = world.admin.post("/api/tasks/bulk/", body).await.expect(200);
    assert_eq!(answer.json["succeeded"], TASKS);
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[tokio::main]
async fn main() {
    let world = World::start().await;
    let ann = world.person().await;
    let (mut one, mut eight, mut bulk) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // What the calls before have set in motion is not to be paid for by the next.
        one.push(singly(&world, &ann.email, 1).await);
        drained(&world).await;
        eight.push(singly(&world, &ann.email, 8).await);
        drained(&world).await;
        bulk.push(in_bulk(&world, &ann.email).await);
        drained(&world).await;
    }
    let (one, eight, bulk) = (median(one), median(eight), median(bulk));
    let times = |single: Duration| single.as_secs_f64() / bulk.as_secs_f64();
    println!("{TASKS} tasks, median of {ROUNDS} rounds");
    println!("one call after the other  {:8.1} ms", one.as_secs_f64() * 1e3);
    println!("eight calls at a time     {:8.1} ms", eight.as_secs_f64() * 1e3);
    println!("one call in bulk          {:8.1} ms", bulk.as_secs_f64() * 1e3);
    println!(
        "bulk is {:.1} times as fast as one after the other, {:.1} times as fast as eight at a time",
        times(one),
        times(eight)
    );
    world.end().await;
    assert!(times(one) >= WANTED, "bulk was to be {WANTED} times as fast");
}

async fn drained(world: &World) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while world.pending().await > 0 {
        assert!(Instant::now() < deadline, "events are still on their way");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
