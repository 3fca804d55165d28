//! Connections that send as slowly as they can are cut: heads after 5 s, bodies after 10 s. Nobody else notices.
//!
//! The bar: `SLOW_CONNECTIONS=2000 cargo test --release -p docket --test it slow -- --include-ignored --nocapture`, with
//! `ulimit -n 20000`: both ends of every connection are in this process.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    latencies::Latencies,
    world::{Person, World},
};

/// Between one byte and the next.
const DRIP: Duration = Duration::from_millis(500);
/// What a busy machine may be late by.
const LATE: Duration = Duration::from_secs(2);

/// A way to be slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Says nothing at all.
    Silence,
    /// Never ends its head.
    Head,
    /// Was quick once, and never ends the head of its second request.
    SecondHead,
    /// Never ends its body, of which it said how long it will be.
    Body,
    /// Never ends its body, which comes in chunks.
    Chunks,
    /// Never ends a body that is passed on as it comes.
    Bulk,
}

const WAYS: [Way; 6] = [Way::Silence, Way::Head, Way::SecondHead, Way::Body, Way::Chunks, Way::Bulk];

impl Way {
    fn limit(self) -> Duration {
        match self {
            Self::Silence | Self::Head | Self::SecondHead => Duration::from_secs(5),
            Self::Body | Self::Chunks | Self::Bulk => Duration::from_secs(10),
        }
    }

    /// What is sent at once, and what comes drop by drop then.
    fn request(self, token: &str) -> (String, &'static [u8]) {
        let head = |path: &str, framing: &str| {
            format!(
                "POST {path} HTTP/1.1\r\nHost: docket.example\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
            )
        };
        match self {
            Self::Silence => (String::new(), b""),
            Self::Head | Self::SecondHead => {
                ("GET /api/tasks/ HTTP/1.1\r\nHost: docket.example\r\nX-Slow: ".to_owned(), b"x")
            }
            Self::Body => (head("/api/tasks/", "Content-Length: 60000") + "{\"title\": \"", b"x"),
            Self::Chunks => {
                (head("/api/tasks/", "Transfer-Encoding: chunked") + "a\r\n{\"title\":\"\r\n", b"1\r\nx\r\n")
            }
            Self::Bulk => (head("/api/tasks/bulk/", "Content-Length: 4000000") + "{\"operations\": [", b" "),
        }
    }
}

/// Is slow until it is cut off; tells how long that took.
async fn dawdle(address: SocketAddr, way: Way, token: &str) -> Duration {
    let mut stream = TcpStream::connect(address).await.unwrap();
    if way == Way::SecondHead {
        stream.write_all(b"GET /api/nothing/ HTTP/1.1\r\nHost: docket.example\r\n\r\n").await.unwrap();
        let mut byte = [0; 1];
        let mut answer = Vec::new();
        // Whole: the problem's last byte closes it.
        while !answer.ends_with(b"\"}") {
            assert_eq!(stream.read(&mut byte).await.unwrap(), 1, "{}", String::from_utf8_lossy(&answer));
            answer.push(byte[0]);
        }
    }
    let started = Instant::now();
    let (first, drop) = way.request(token);
    let (mut reader, mut writer) = stream.into_split();
    let dripping = async {
        let mut drips = interval(DRIP);
        let mut sent = writer.write_all(first.as_bytes()).await;
        while sent.is_ok() {
            drips.tick().await;
            sent = writer.write_all(drop).await;
        }
        // Refused: it was cut. What it was told may still be read.
    };
    let mut told = Vec::new();
    let hearing = reader.read_to_end(&mut told);
    let cut = async {
        tokio::select! {
            () = dripping => {}
            _ = hearing => {}
        }
    };
    timeout(way.limit() * 3, cut).await.unwrap_or_else(|_| panic!("{way:?} is not cut off"));
    let took = started.elapsed();
    let told = String::from_utf8_lossy(&told);
    // Whoever has said nothing is told nothing.
    assert_eq!(told.contains("\"type\":\"/problems/timeout\""), way != Way::Silence, "{way:?}: {told}");
    took
}

/// All of them at once, as many of each way.
async fn dawdle_all(world: &World, connections: usize) {
    let (address, token) = (world.system.address(), world.admin.token().unwrap());
    let all = (0..connections).map(|number| async move {
        let way = WAYS[number % WAYS.len()];
        (way, dawdle(address, way, token).await)
    });
    let cuts = join_all(all).await;
    for way in WAYS {
        let took: Latencies = cuts.iter().filter(|(of, _)| *of == way).map(|(_, took)| *took).collect();
        println!("{way:?}: {} cut after {:?} at most", took.len(), took.percentile(100));
        assert!(took.percentile(100) <= way.limit() + LATE, "{way:?}: {:?}", took.percentile(100));
    }
}

/// Reads the list of tasks again and again while something else is done.
async fn reads_beside(person: &Person, work: impl Future<Output = ()>) -> Latencies {
    let stop = CancellationToken::new();
    let reading = async {
        let mut took = Latencies::default();
        while !stop.is_cancelled() {
            let asked = Instant::now();
            person.get("/api/tasks/").await.expect(200);
            took.push(asked.elapsed());
        }
        took
    };
    let working = async {
        work.await;
        stop.cancel();
    };
    tokio::join!(reading, working).0
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dawdles_is_cut_off() {
    let world = World::start().await;
    dawdle_all(&world, 5 * WAYS.len()).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures: run it on a machine that has nothing else to do"]
async fn two_thousand_who_dawdle_hold_nobody_up() {
    let connections = std::env::var("SLOW_CONNECTIONS").map_or(2_000, |text| text.parse().unwrap());
    let world = World::start().await;
    let ann = world.person().await;
    for number in 0..20 {
        world.task(json!({"title": format!("T{number}"), "assigned_to": ann.email})).await;
    }
    reads_beside(&ann, tokio::time::sleep(Duration::from_secs(1))).await;
    let alone = reads_beside(&ann, tokio::time::sleep(Duration::from_secs(10))).await;
    let beside = reads_beside(&ann, dawdle_all(&world, connections)).await;
    let (before, during) = (alone.percentile(99), beside.percentile(99));
    println!(
        "GET /api/tasks/: alone p99 {before:?} of {}, beside {connections} slow connections p99 {during:?} of {}",
        alone.len(),
        beside.len()
    );
    assert!(during <= 2 * before, "p99 {before:?} became {during:?}");
    world.end().await;
}
