//! What an import of 100,000 tasks takes: time, and memory of the process that holds all three services (and this client).
//!
//!     cargo bench -p docket --bench import                # optimised; private servers, fsync off
//!     TASKS=10000 cargo bench -p docket --bench import    # fewer
//!
//! Fails when the process grows by more than 100 MB.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/it/world/mod.rs"]
#[allow(dead_code)]
mod world;

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use serde_json::Value;
use testkit::Answer;

use world::{Person, World};

/// Bytes, as people count them.
const TOLERATED_GROWTH: u64 = 100_000_000;

fn file(tasks: u64, people: &[Person]) -> Vec<u8> {
    let mut file = GzEncoder::new(Vec::new(), Compression::default());
    writeln!(file, "title,description,status,priority,due_date,assigned_to").unwrap();
    for number in 0..tasks {
        let person = &people[usize::try_from(number).unwrap() % people.len()].email;
        let priority = ["none", "low", "medium", "high", "urgent"][usize::try_from(number % 5).unwrap()];
        let day = 1 + number % 28;
        writeln!(
            file,
            "Task {number},\"What is to be done here, \"\"in two lines\"\":\nthis is the second one of number {number}.\",todo,{priority},2031-01-{day:02},{person}"
        )
        .unwrap();
    }
    file.finish().unwrap()
}

async fn import(world: &World, file: Vec<u8>) -> Value {
    let request = world.admin.request(Method::POST, "/api/tasks/import/").header("content-type", "text/csv");
    let answer =
        Answer::read(request.header("content-encoding", "gzip").body(file).send().await.unwrap()).await;
    let mut import = answer.json.clone();
    let mut told = Instant::now();
    while import["state"] == "running" {
        tokio::time::sleep(Duration::from_millis(100)).await;
        import = world.admin.get(answer.header("location")).await.expect(200).json;
        if told.elapsed() > Duration::from_secs(1) {
            eprintln!("{} lines read, {} tasks written", import["lines"], import["created"]);
            told = Instant::now();
        }
    }
    assert_eq!(import["state"], "succeeded", "{import}");
    import
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

/// Watches the memory until it is dropped.
struct Watch {
    peak: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Watch {
    fn start() -> Self {
        let watch = Self { peak: Arc::default(), stop: Arc::default() };
        let (peak, stop) = (Arc::clone(&watch.peak), Arc::clone(&watch.stop));
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                peak.fetch_max(resident(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        watch
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[tokio::main]
async fn main() {
    let tasks: u64 = std::env::var("TASKS").map_or(100_000, |text| text.parse().expect("TASKS"));
    let world = World::start().await;
    let mut people = Vec::new();
    for _ in 0..20 {
        people.push(world.person().await);
    }
    // Everything that is made once, at its first use, is made.
    import(&world, file(500, &people)).await;
    world.settled().await;
    let file = file(tasks, &people);
    let size = file.len();
    let (before, watch, started) = (resident(), Watch::start(), Instant::now());
    let import = import(&world, file).await;
    let took = started.elapsed();
    let peak = watch.peak.load(Ordering::Relaxed);
    drop(watch);
    let growth = peak.saturating_sub(before);
    println!(
        "{} tasks from {:.1} MB (gzip) in {:.1} s, {:.0} tasks/s",
        import["created"],
        size as f64 / 1e6,
        took.as_secs_f64(),
        tasks as f64 / took.as_secs_f64()
    );
    println!(
        "resident memory: {:.0} MB before, {:.0} MB at most, grown by {:.0} MB",
        before as f64 / 1e6,
        peak as f64 / 1e6,
        growth as f64 / 1e6
    );
    println!("events on their way: {}", world.pending().await);
    world.system.end().await;
    assert!(growth <= TOLERATED_GROWTH, "it was to grow by 100 MB at most");
}
