//! Whatever bytes come: never a 500, never a panic. Requests that the document tells of, mutated, and noise, on raw sockets.
//!
//! The bar: `RAW_REQUESTS=1000000 RAW_SENDERS=512 cargo test --release -p docket --test it raw -- --nocapture`, after
//! `ulimit -n 20000`. A failure names the seed that makes the same bytes again: `RAW_SEED`.

mod exchange;
mod mutation;
mod seeds;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;
use tokio::{sync::Mutex, task::JoinSet};

use crate::world::{PASSWORD, Person, World, sign_in};
use exchange::{Came, exchange};
use seeds::Seeds;

/// At once. Many only wait: a body that is shorter than was promised is waited for.
const SENDERS: u64 = 64;
/// A sender goes on with somebody new after so many requests, or so many answers in a row that its tokens are void.
const STINT: u64 = 4_000;
const VOID: u32 = 25;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect(name))
}

/// Panics of the system's own threads. (Those of tests are how tests fail.)
fn panics() -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let (former, counted) = (std::panic::take_hook(), Arc::clone(&count));
    std::panic::set_hook(Box::new(move |panic| {
        if panic.location().is_none_or(|location| !location.file().contains("tests/")) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        former(panic);
    }));
    count
}

/// Whose tokens the requests carry. What is sent may well sign them out, or delete them.
async fn somebody(world: &World) -> (Person, Person) {
    // One after the other: of many who sign in at once some are told to come back.
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    let admin = world.another_admin().await;
    // Made by an administrator: others would be throttled.
    let email = format!("{}@example.org", uuid::Uuid::new_v4().simple());
    world.admin.post("/api/users/register/", json!({"email": email, "password": PASSWORD})).await.expect(201);
    let user = sign_in(&world.anyone, &email).await;
    for n in 0..3 {
        let task = json!({"title": format!("T{n}"), "assigned_to": user.email});
        admin.post("/api/tasks/", task).await.expect(201);
    }
    (admin, user)
}

/// Sends requests until `left` is used up; counts the answers by status, 0 where there was none.
async fn send(world: Arc<World>, seed: u64, left: Arc<AtomicU64>) -> BTreeMap<u16, u64> {
    let (address, mut random) = (world.system.address(), StdRng::seed_from_u64(seed));
    let mut answers = BTreeMap::new();
    while left.load(Ordering::Relaxed) > 0 {
        let (admin, user) = somebody(&world).await;
        let seeds = Seeds::new(&admin, &user).await;
        let mut void = 0;
        for _ in 0..STINT {
            if void == VOID
                || left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                    .is_err()
            {
                break;
            }
            let request = if random.random_ratio(1, 20) {
                mutation::noise(&mut random)
            } else {
                mutation::mutated(seeds.one(&mut random), &mut random)
            };
            let came = exchange(address, &request).await;
            let status = match came {
                Came::Answer { status, .. } => status,
                Came::Nothing => 0,
            };
            if let Came::Answer { status: 500.., text } = &came {
                // 503 is what a login is told while others are being hashed.
                assert!(text.starts_with("HTTP/1.1 503"), "{}\n→ {text}", request.escape_ascii());
            }
            void = if status == 401 { void + 1 } else { 0 };
            *answers.entry(status).or_default() += 1;
        }
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bytes_whatever_make_a_500_or_a_panic() {
    let (requests, seed) = (number("RAW_REQUESTS", 1_000), number("RAW_SEED", rand::random()));
    println!("RAW_SEED={seed}");
    let (world, panics) = (Arc::new(World::start().await), panics());
    let (mut senders, left) = (JoinSet::new(), Arc::new(AtomicU64::new(requests)));
    for sender in 0..number("RAW_SENDERS", SENDERS).min(requests.div_ceil(200)) {
        senders.spawn(send(Arc::clone(&world), seed.wrapping_add(sender), Arc::clone(&left)));
    }
    let mut answers = BTreeMap::<u16, u64>::new();
    while let Some(counted) = senders.join_next().await {
        for (status, count) in counted.expect("see above for the request") {
            *answers.entry(status).or_default() += count;
        }
    }
    println!("{} requests, answered {answers:?}", answers.values().sum::<u64>());
    assert_eq!(answers.values().sum::<u64>(), requests);
    assert!(answers.contains_key(&200) && answers.contains_key(&400), "they reach nothing: {answers:?}");
    assert_eq!(panics.load(Ordering::Relaxed), 0, "panics");
    // All three go on as if nothing had been. (Logins from here may be throttled: many of those that were sent failed.)
    for (path, status) in [("/.well-known/jwks.json", 200), ("/api/tasks/", 401), ("/api/schema/", 200)] {
        world.anyone.get(path).await.expect(status);
    }
    Arc::into_inner(world).expect("all senders are done").end().await;
}
