//! What the launcher's gateway alone can do: what `Connection` names ends there (nginx passes it), and how it ends.

use std::time::{Duration, Instant};

use tokio::{io::AsyncReadExt as _, time::timeout};

use super::{Front, echo::Echoes, launcher, streams, wire};

#[tokio::test]
async fn an_open_stream_does_not_hold_up_the_end() {
    let echoes = Echoes::start();
    let gateway = launcher(echoes.upstreams);
    let front = Front { name: "launcher", address: gateway.address, _nginx: None };
    let mut stream = streams::open(&front).await;

    let started = Instant::now();
    let stopping = tokio::spawn(gateway.stop());
    let mut rest = String::new();
    let ended = timeout(Duration::from_secs(1), stream.read_to_string(&mut rest)).await;
    assert!(ended.is_ok_and(|read| read.is_ok()), "the stream goes on");
    assert!(rest.ends_with("0\r\n\r\n"), "the stream ends in good order: {rest:?}");
    stopping.await.unwrap();
    // actix looks once a second whether its connections are gone.
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    // Not at once: a child that another test is about to start holds a copy of every socket until it runs.
    let connect = async || tokio::net::TcpStream::connect(front.address).await;
    testkit::eventually("nobody to listen any more", async || connect().await.err()).await;
}

#[tokio::test]
async fn what_the_connection_header_names_ends_here() {
    let echoes = Echoes::start();
    let gateway = launcher(echoes.upstreams);
    let request = "GET /api/tasks/ HTTP/1.1\r\nHost: docket.example\r\nConnection: close, X-Private\r\n\
                   x-private: 1\r\nx-public: 1\r\n\r\n";
    let seen = wire::exchange(gateway.address, request).await.json();
    assert!(seen["headers"].get("x-private").is_none(), "{seen}");
    assert!(seen["headers"].get("x-public").is_some(), "{seen}");
    gateway.stop().await;
}

#[tokio::test]
async fn a_head_that_cannot_be_read_is_refused_in_words() {
    let echoes = Echoes::start();
    let gateway = launcher(echoes.upstreams);
    let many = "X-Header: x\r\n".repeat(100);
    wire::exchange(gateway.address, "GET\r\n\r\n").await.expect_problem(400, "bad-request");
    let head = format!("GET / HTTP/1.1\r\nHost: docket.example\r\n{many}\r\n");
    wire::exchange(gateway.address, head).await.expect_problem(431, "request");
    gateway.stop().await;
}
