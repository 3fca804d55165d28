//! What clients may send, and what they are told: never a 500.

use reqwest::Method;
use serde_json::json;
use testkit::Client;

use crate::world::World;

async fn raw(client: &Client, content_type: &str, body: impl Into<reqwest::Body>) -> u16 {
    client
        .request(Method::POST, "/api/tasks/")
        .header("content-type", content_type)
        .body(body)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_strict() {
    let world = World::start().await;
    let admin = &world.admin;
    let json_type = "application/json";
    assert_eq!(raw(admin, json_type, "{").await, 400);
    assert_eq!(raw(admin, json_type, "").await, 400);
    assert_eq!(raw(admin, json_type, "[]").await, 400);
    assert_eq!(raw(admin, json_type, r#"{"title":"a","title":"b"}"#).await, 400);
    assert_eq!(raw(admin, json_type, vec![b'"', 0xff, b'"']).await, 400);
    assert_eq!(raw(admin, json_type, "[".repeat(60_000)).await, 400);
    assert_eq!(raw(admin, json_type, r#"{"title":"a\u0000b"}"#).await, 422);
    assert_eq!(raw(admin, json_type, format!(r#"{{"title":"{}"}}"#, "x".repeat(256 * 1024))).await, 413);
    assert_eq!(raw(admin, "text/plain", r#"{"title":"a"}"#).await, 415);
    assert_eq!(raw(admin, "application/json; charset=utf-8", r#"{"title":"a"}"#).await, 201);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_methods_and_errors_are_worded_alike_everywhere() {
    let world = World::start().await;
    for (method, path, status) in [
        (Method::GET, "/api/nothing/", 404),
        (Method::GET, "/api/tasks/not-a-uuid/", 404),
        (Method::GET, "/api/tasks/00000000-0000-7000-8000-000000000000/", 404),
        (Method::DELETE, "/api/tasks/", 405),
        (Method::PUT, "/api/users/login/", 405),
        (Method::POST, "/api/notifications/unread-count/", 405),
        (Method::GET, "/api//tasks/", 400),
        (Method::GET, "/api/tasks/a%2fb/", 400),
        (Method::GET, "/api/tasks%2f", 400),
        (Method::GET, "/api/users/me/?x=1", 400),
        (Method::GET, "/api/notifications/unread-count/?x=1", 400),
    ] {
        let answer = world.admin.send(method.clone(), path, None).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
        assert_eq!(answer.json["status"], status);
        assert!(answer.json["type"].as_str().unwrap().starts_with("/problems/"));
        assert_eq!(answer.json["request_id"], answer.header("x-request-id"), "{method} {path}");
        if status == 405 {
            assert!(!answer.header("allow").is_empty(), "{method} {path}");
        }
    }
    for path in [
        "/api/users/me",
        "/api/users/me/",
        "/api/tasks",
        "/api/tasks/",
        "/api/notifications",
        "/api/notifications/",
        "/api/users/dashboard",
        "/api/users/dashboard/",
        "/.well-known/jwks.json",
    ] {
        world.admin.get(path).await.expect(200);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_are_kept_when_sane() {
    let world = World::start().await;
    let given = world.anyone.with_header("X-Request-Id", "abc.DEF-1").get("/api/tasks/").await;
    assert_eq!(given.header("x-request-id"), "abc.DEF-1");
    let odd = world.anyone.with_header("X-Request-Id", "a b").get("/api/tasks/").await;
    assert_ne!(odd.header("x-request-id"), "a b");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_ours_are_refused_by_all_three() {
    let world = World::start().await;
    let token = world.admin.token().unwrap().to_owned();
    let parts: Vec<&str> = token.split('.').collect();
    let encode = |value: serde_json::Value| {
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, value.to_string())
    };
    let none = encode(json!({"alg": "none", "typ": "at+jwt"}));
    let hmac = encode(json!({"alg": "HS256", "typ": "at+jwt", "kid": "x"}));
    let forged = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{none}.{}.", parts[1]),
        format!("{hmac}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
        format!("{token}x"),
        token.to_uppercase(),
    ];
    for path in ["/api/users/me/", "/api/tasks/", "/api/notifications/"] {
        for forged in &forged {
            let answer = world.anyone.with_token(forged).get(path).await.expect(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        world.anyone.with_header("Authorization", &format!("Basic {token}")).get(path).await.expect(401);
    }
    world.end().await;
}
