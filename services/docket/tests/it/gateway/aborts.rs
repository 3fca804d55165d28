//! Half an answer never looks like a whole one.

use std::net::Ipv4Addr;

use docket::gateway::Upstreams;
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::{echo::Echoes, fronts, wire};

/// Answers that break off in the middle of their body.
const HALVES: [&str; 2] = [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello",
];

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_the_clients_connection() {
    let echoes = Echoes::start();
    for half in HALVES {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let task = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                wire::read_head(&mut stream).await;
                stream.write_all(half.as_bytes()).await.unwrap();
            }
        });
        for front in fronts(Upstreams { task, ..echoes.upstreams }).await {
            let answer = reqwest::get(format!("http://{}/api/tasks/", front.address)).await.unwrap();
            assert_eq!(answer.status(), 200, "{}: {half}", front.name);
            assert!(answer.bytes().await.is_err(), "{}: {half}", front.name);
        }
        serving.abort();
    }
}
