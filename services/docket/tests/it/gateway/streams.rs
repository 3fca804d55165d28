//! Event streams: each event leaves at once, and who hangs up is noticed.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::{Front, echo::Echoes, fronts, wire};

const STREAM: &str =
    "GET /api/notifications/stream/ HTTP/1.1\r\nHost: docket.example\r\nAccept: text/event-stream\r\n\r\n";

/// Opens the stream and reads its first event.
pub async fn open(front: &Front) -> TcpStream {
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    stream.write_all(STREAM.as_bytes()).await.unwrap();
    let head = wire::parse(&wire::read_head(&mut stream).await);
    assert_eq!(head.status, 200, "{}: {head:?}", front.name);
    assert_eq!(head.header("content-type"), Some("text/event-stream"), "{}: {head:?}", front.name);
    read_until(&mut stream, "event 0\n\n").await;
    stream
}

async fn read_until(stream: &mut TcpStream, end: &str) {
    let mut text = String::new();
    while !text.contains(end) {
        let read = timeout(testkit::PATIENCE, stream.read_u8()).await;
        text.push(char::from(read.unwrap_or_else(|_| panic!("no {end:?} in {text:?}")).unwrap()));
    }
}

#[tokio::test]
async fn each_event_arrives_before_the_next_is_sent() {
    for index in 0..2 {
        let echoes = Echoes::start();
        let Some(front) = fronts(echoes.upstreams).await.into_iter().nth(index) else {
            continue;
        };
        let mut stream = open(&front).await;
        for number in 1..4 {
            echoes.stage.next_event.add_permits(1);
            read_until(&mut stream, &format!("event {number}\n\n")).await;
        }
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_ends_the_services_stream_too() {
    for index in 0..2 {
        let echoes = Echoes::start();
        let Some(front) = fronts(echoes.upstreams).await.into_iter().nth(index) else {
            continue;
        };
        drop(open(&front).await);
        // A server may notice only when it next writes, so there is something to write.
        let gone = async {
            loop {
                let waiting = timeout(Duration::from_millis(50), echoes.stage.stream_dropped.notified());
                if waiting.await.is_ok() {
                    break;
                }
                echoes.stage.next_event.add_permits(1);
            }
        };
        assert!(timeout(testkit::PATIENCE, gone).await.is_ok(), "{}", front.name);
    }
}
