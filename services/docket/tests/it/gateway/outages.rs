//! A service that is down: 503 with Retry-After for its own routes, and nothing for the others.

use std::net::{Ipv4Addr, SocketAddr};

use docket::gateway::Upstreams;
use tokio::net::TcpListener;

use super::{echo::Echoes, fronts, nginx::Nginx, wire};

#[tokio::test]
async fn a_dead_service_is_unavailable_and_the_others_go_on() {
    let echoes = Echoes::start();
    let dead: SocketAddr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    for front in fronts(Upstreams { task: dead, ..echoes.upstreams }).await {
        for _ in 0..3 {
            let answer = wire::get(front.address, "/api/tasks/").await;
            answer.expect_problem(503, "unavailable");
            assert_eq!(answer.header("retry-after"), Some("2"), "{}", front.name);
        }
        assert_eq!(wire::get(front.address, "/api/users/").await.json()["service"], "user", "{}", front.name);
    }
}

#[tokio::test]
async fn a_service_that_hangs_up_without_a_word_is_unavailable() {
    let echoes = Echoes::start();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let rude = listener.local_addr().unwrap();
    let hanging_up = tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    for front in fronts(Upstreams { task: rude, ..echoes.upstreams }).await {
        wire::send(front.address, "POST", "/api/tasks/", "Content-Length: 0\r\n")
            .await
            .expect_problem(503, "unavailable");
    }
    hanging_up.abort();
}

/// nginx writes the request beside each error, and the URL of a feed is a secret.
#[tokio::test]
async fn what_is_said_of_errors_holds_no_secret_of_a_feed() {
    let echoes = Echoes::start();
    let dead: SocketAddr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let Some(nginx) = Nginx::start(Upstreams { notification: dead, ..echoes.upstreams }).await else {
        return;
    };
    for file in ["tasks.ics", "notifications.atom"] {
        let answer = wire::get(nginx.address, &format!("/api/notifications/feeds/open-sesame/{file}")).await;
        answer.expect_problem(503, "unavailable");
    }
    // Of what is no secret it tells.
    wire::get(nginx.address, "/api/notifications/feeds/").await.expect_problem(503, "unavailable");
    assert!(nginx.error_log().contains("GET /api/notifications/feeds/ "), "{}", nginx.error_log());
    for log in [nginx.error_log(), nginx.access_log()] {
        assert!(!log.contains("sesame"), "{log}");
    }
    assert!(nginx.access_log().contains("/api/notifications/feeds/***/tasks.ics"), "{}", nginx.access_log());
}
