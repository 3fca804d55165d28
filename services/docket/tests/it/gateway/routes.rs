//! One table of paths and who answers them, for both gateways.

use super::{echo::Echoes, fronts, wire};

const TABLE: &str = include_str!("../../routes.tsv");

fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('\t').unwrap())
}

#[tokio::test]
async fn both_gateways_send_every_path_to_the_same_place() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        for (target, expected) in cases() {
            let answer = wire::get(front.address, target).await;
            let what = format!("{}: {target}: {answer:?}", front.name);
            match expected {
                "404" => answer.expect_problem(404, "not-found"),
                "400" => answer.expect_problem(400, "bad-request"),
                service => {
                    assert_eq!(answer.status, 200, "{what}");
                    assert_eq!(answer.json()["service"], service, "{what}");
                    assert_eq!(answer.json()["target"], target, "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_target_in_absolute_form_is_routed_by_its_path() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        let answer = wire::get(front.address, "http://docket.example/api/tasks/?x=1").await;
        assert_eq!(answer.json()["service"], "task", "{}", front.name);
        assert_eq!(answer.json()["target"], "/api/tasks/?x=1", "{}", front.name);
        wire::get(front.address, "http://docket.example/metrics").await.expect_problem(404, "not-found");
    }
}

#[tokio::test]
async fn every_method_passes() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"] {
            let answer = wire::send(front.address, method, "/api/tasks/", "Content-Length: 0\r\n").await;
            assert_eq!(answer.json()["method"], method, "{}: {answer:?}", front.name);
        }
        let answer = wire::send(front.address, "HEAD", "/api/tasks/", "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{}: {answer:?}", front.name);
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert!(length > 0, "{}: {answer:?}", front.name);
    }
}

#[tokio::test]
async fn what_is_no_request_for_a_resource_is_refused() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        for request in ["CONNECT docket.example:443", "CONNECT *", "OPTIONS *", "GET api/tasks", "nonsense"] {
            let request = format!("{request} HTTP/1.1\r\nHost: docket.example\r\nConnection: close\r\n\r\n");
            let answer = wire::exchange(front.address, &request).await;
            assert!(matches!(answer.status, 400 | 405), "{}: {request}: {answer:?}", front.name);
        }
    }
}
