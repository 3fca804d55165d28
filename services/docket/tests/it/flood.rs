//! A flood of logins starves nobody who has signed in.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    latencies::Latencies,
    world::{PASSWORD, Person, World, login},
};

const LOGINS: usize = 100;
const IDLE: Duration = Duration::from_secs(5);

/// A minute, if not told otherwise.
fn measured() -> Duration {
    let seconds = std::env::var("FLOOD_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

/// Reads the list of tasks, one after the other, for so long.
async fn reads(person: &Person, time: Duration) -> Latencies {
    let (start, mut took) = (Instant::now(), Latencies::default());
    while start.elapsed() < time {
        let asked = Instant::now();
        person.get("/api/tasks/").await.expect(200);
        took.push(asked.elapsed());
    }
    took
}

/// Signs in again and again, as somebody with a hundred scripts would, until stopped; counts the answers.
async fn flood(world: &World, stop: &CancellationToken) -> BTreeMap<u16, usize> {
    let one = |number: usize| async move {
        let mut answers = BTreeMap::<u16, usize>::new();
        while !stop.is_cancelled() {
            let email = format!("nobody{number}@example.org");
            *answers.entry(login(&world.anyone, &email, PASSWORD).await.status).or_default() += 1;
        }
        answers
    };
    let mut all = BTreeMap::new();
    for answers in join_all((0..LOGINS).map(one)).await {
        for (status, count) in answers {
            *all.entry(status).or_default() += count;
        }
    }
    all
}

/// The bar: `TEST_BCRYPT_COST=12 cargo test --release -p docket --test it -- --ignored --nocapture flood`. The clients run
/// in the same process and take their share of the machine. `FLOOD_SECONDS` makes it shorter.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures for a minute: run it on a machine that has nothing else to do"]
async fn a_hundred_logins_at_once_leave_reading_quick() {
    let world = World::start().await;
    let ann = world.person().await;
    for number in 0..20 {
        world.task(json!({"title": format!("T{number}"), "assigned_to": ann.email})).await;
    }
    reads(&ann, Duration::from_millis(500)).await;
    let idle = reads(&ann, IDLE).await;
    let stop = CancellationToken::new();
    let under = async {
        let took = reads(&ann, measured()).await;
        stop.cancel();
        took
    };
    let (under, answers) = tokio::join!(under, flood(&world, &stop));
    let (before, during) = (idle.percentile(99), under.percentile(99));
    println!(
        "GET /api/tasks/: idle p99 {before:?} of {}, under {LOGINS} logins p99 {during:?} (median {:?}) of {}; logins answered {answers:?}",
        idle.len(),
        under.percentile(50),
        under.len(),
    );
    assert!(answers.keys().all(|status| [401, 429, 503].contains(status)), "{answers:?}");
    assert!(answers.contains_key(&503) || answers.contains_key(&429), "nobody was turned away: {answers:?}");
    assert!(during <= 2 * before + Duration::from_millis(50), "p99 {before:?} became {during:?}");
    world.end().await;
}
