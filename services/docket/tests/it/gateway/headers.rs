//! What passes, what ends at the gateway, and what it writes itself.

use serde_json::json;

use super::{echo::Echoes, fronts, nginx::Nginx, wire};

#[tokio::test]
async fn nothing_of_the_callers_origin_is_believed_from_outside() {
    let echoes = Echoes::start();
    let forged = "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\nX-Forwarded-Host: evil.example\r\n\
                  X-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /evil\r\n\
                  X-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6;host=evil.example\r\n";
    for front in fronts(echoes.upstreams).await {
        let headers = &wire::send(front.address, "GET", "/api/tasks/", forged).await.json()["headers"];
        let what = format!("{}: {headers}", front.name);
        assert_eq!(headers["x-forwarded-for"], json!(["127.0.0.1"]), "{what}");
        assert_eq!(headers["x-forwarded-host"], json!(["docket.example"]), "{what}");
        assert_eq!(headers["x-forwarded-proto"], json!(["http"]), "{what}");
        assert_eq!(headers["host"], json!(["docket.example"]), "{what}");
        for absent in ["forwarded", "x-real-ip", "x-forwarded-port", "x-forwarded-prefix"] {
            assert!(headers.get(absent).is_none(), "{what}");
        }
    }
}

#[tokio::test]
async fn hop_by_hop_headers_end_here_and_the_others_pass() {
    let echoes = Echoes::start();
    let sent = "Keep-Alive: timeout=9\r\nTE: trailers\r\nTrailer: x-sum\r\nUpgrade: websocket\r\n\
                Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nX-Custom: kept\r\n\
                Authorization: Bearer t\r\nIf-Match: \"1\"\r\nAccept-Encoding: br\r\n\
                traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    let hop_by_hop =
        ["keep-alive", "te", "trailer", "upgrade", "proxy-connection", "proxy-authorization", "expect"];
    for front in fronts(echoes.upstreams).await {
        let answer = wire::send(front.address, "GET", "/api/tasks/", sent).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", front.name);
        let seen = &answer.json()["headers"];
        for name in hop_by_hop {
            assert!(seen.get(name).is_none(), "{}: {name}: {seen}", front.name);
        }
        let kept = ["x-custom", "authorization", "if-match", "accept-encoding", "traceparent"];
        for name in kept {
            assert_eq!(seen[name].as_array().map(Vec::len), Some(1), "{}: {name}: {seen}", front.name);
        }
        assert_eq!(answer.header("keep-alive"), None, "{}", front.name);
        let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").count();
        assert_eq!(cookies, 2, "{}: {answer:?}", front.name);
    }
}

#[tokio::test]
async fn the_request_id_is_the_callers_if_sane_and_goes_both_ways() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        let long = "x".repeat(65);
        for (sent, is_kept) in [("abc-1._", true), ("not sane", false), (long.as_str(), false)] {
            let line = format!("X-Request-Id: {sent}\r\n");
            let answer = wire::send(front.address, "GET", "/api/tasks/", &line).await;
            let answered = answer.header("x-request-id").unwrap();
            assert_eq!(answered == sent, is_kept, "{}: {answer:?}", front.name);
            assert!(!answered.is_empty() && answered.len() <= 64, "{}: {answer:?}", front.name);
            assert_eq!(answer.json()["headers"]["x-request-id"], json!([answered]), "{}", front.name);
        }
    }
}

#[tokio::test]
async fn a_coded_body_passes_as_it_is() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        let answer = wire::get(front.address, "/api/tasks/coded/").await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{}", front.name);
        assert_eq!(answer.header("content-length"), Some("15"), "{}", front.name);
        assert_eq!(answer.body, "not really gzip", "{}", front.name);
    }
}

#[tokio::test]
async fn nginx_logs_json_without_queries_and_limits_floods() {
    let echoes = Echoes::start();
    let changed = [("RATE_PER_SECOND", "1"), ("RATE_BURST", "1")];
    let Some(nginx) = Nginx::start_with(echoes.upstreams, &changed).await else {
        return;
    };
    let first = wire::send(nginx.address, "GET", "/api/tasks/?q=secret", "X-Request-Id: r-1\r\n").await;
    assert_eq!(first.status, 200);
    let mut last = wire::get(nginx.address, "/api/tasks/").await;
    for _ in 0..3 {
        last = wire::get(nginx.address, "/api/tasks/").await;
    }
    last.expect_problem(429, "throttled");
    assert_eq!(last.header("retry-after"), Some("1"));

    let log = testkit::eventually("five lines of log", async || {
        let log = nginx.access_log();
        (log.lines().count() == 5).then_some(log)
    })
    .await;
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!((&line["request_id"], &line["status"]), (&json!("r-1"), &json!(200)));
    assert_eq!(line["path"], "/api/tasks/");
    assert!(!log.contains("secret"));
    assert_eq!(wire::get(nginx.ops_address, "/livez").await.body, "ok\n");
}
