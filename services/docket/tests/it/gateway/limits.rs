//! How large a request may be, and how it is framed.

use super::{echo::Echoes, fronts, wire};

const KIB: usize = 1024;
const IMPORT: &str = "/api/tasks/import/";
const LIMITS: [(&str, usize); 4] = [
    ("/api/users/", 64 * KIB),
    ("/api/tasks/", 256 * KIB),
    ("/api/tasks/bulk/", 4 * KIB * KIB),
    (IMPORT, 16 * KIB * KIB),
];

fn post(target: &str, framing: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: docket.example\r\nContent-Type: application/json\r\n{framing}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn sized(target: &str, length: usize) -> Vec<u8> {
    post(target, &format!("Content-Length: {length}"), &vec![b'x'; length])
}

fn chunked(target: &str, length: usize) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in vec![b'x'; length].chunks(16 * KIB) {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    post(target, "Transfer-Encoding: chunked", &body)
}

#[tokio::test]
async fn a_body_may_have_64_kib_and_what_describes_tasks_more() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        for make in [sized, chunked] {
            for (target, limit) in LIMITS {
                let answer = wire::exchange(front.address, make(target, limit)).await;
                assert_eq!(answer.status, 200, "{}: {target}: {answer:?}", front.name);
                assert_eq!(answer.json()["length"], limit, "{}: {target}", front.name);
                wire::exchange(front.address, make(target, limit + 1)).await.expect_problem(413, "too-large");
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_was_promised_too_large_is_not_waited_for() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        let promise = post("/api/tasks/", "Content-Length: 1000000000", b"");
        wire::exchange(front.address, promise).await.expect_problem(413, "too-large");
    }
}

#[tokio::test]
async fn a_client_may_ask_first() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        for target in ["/api/tasks/", IMPORT] {
            let request = post(target, "Expect: 100-continue\r\nContent-Length: 5", b"hello");
            let answer = wire::exchange(front.address, request).await;
            assert_eq!(answer.status, 100, "{}: {answer:?}", front.name);
            assert!(answer.body.starts_with("HTTP/1.1 200"), "{}: {answer:?}", front.name);
            assert!(answer.body.contains("\"length\":5"), "{}: {answer:?}", front.name);
            assert!(!answer.body.contains("100-continue"), "{}: {answer:?}", front.name);
        }
    }
}

#[tokio::test]
async fn an_early_refusal_of_a_large_body_arrives() {
    let echoes = Echoes::start();
    for front in fronts(echoes.upstreams).await {
        let answer = wire::exchange(front.address, sized("/api/tasks/import/early/", 4 * KIB * KIB)).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, "early"), "{}: {answer:?}", front.name);
    }
}

#[tokio::test]
async fn a_request_that_could_be_read_in_two_ways_is_refused() {
    let echoes = Echoes::start();
    let smuggled = "0\r\n\r\nGET /api/users/ HTTP/1.1\r\nHost: x\r\n\r\n";
    let framings = [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Content-Length: 4\r\nContent-Length: 5",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Content-Length: +4",
    ];
    for front in fronts(echoes.upstreams).await {
        for framing in framings {
            let answer =
                wire::exchange(front.address, post("/api/tasks/", framing, smuggled.as_bytes())).await;
            assert!(matches!(answer.status, 400 | 501), "{}: {framing}: {answer:?}", front.name);
            assert!(!answer.body.contains("HTTP/1.1 200"), "{}: {framing}: {answer:?}", front.name);
        }
        let two_hosts = "GET /api/tasks/ HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n";
        assert_eq!(wire::exchange(front.address, two_hosts).await.status, 400, "{}", front.name);
    }
}
