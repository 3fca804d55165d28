//! Pages of other origins: exactly those of the setting may call the API from a browser.

use reqwest::Method;
use serde_json::json;
use service_kit::settings::EdgeSettings;
use testkit::{Answer, Client};

use crate::world::World;

const FRIEND: &str = "https://app.example.org";

async fn preflight(anyone: &Client, origin: &str, path: &str, method: &str) -> Answer {
    anyone
        .with_header("Origin", origin)
        .with_header("Access-Control-Request-Method", method)
        .with_header("Access-Control-Request-Headers", "authorization,content-type,if-match")
        .send(Method::OPTIONS, path, None)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_origins_that_are_named_may_call_all_three_services() {
    let edge = EdgeSettings { cors_allowed_origins: FRIEND.parse().unwrap(), ..EdgeSettings::default() };
    let world = World::with_edge(edge).await;
    for (path, method) in
        [("/api/users/me/", "PATCH"), ("/api/tasks/", "POST"), ("/api/notifications/preferences/", "PUT")]
    {
        let allowed = preflight(&world.anyone, FRIEND, path, method).await.expect(200);
        assert_eq!(allowed.header("access-control-allow-origin"), FRIEND);
        assert!(allowed.header("access-control-allow-methods").contains(method), "{path}");
        assert!(allowed.header("access-control-allow-headers").contains("if-match"), "{path}");
        assert!(allowed.header("access-control-allow-credentials").is_empty());
        assert!(allowed.header("vary").to_lowercase().contains("origin"), "{path}");
        assert!(!allowed.header("x-request-id").is_empty(), "{path}");

        for stranger in
            ["https://evil.example", "null", "https://app.example.org.evil.example", "http://app.example.org"]
        {
            let refused = preflight(&world.anyone, stranger, path, method).await.expect(400);
            assert_eq!(refused.header("access-control-allow-origin"), "", "{stranger}");
            assert_eq!(refused.header("content-type"), "application/problem+json", "{stranger}");
        }
    }

    let created = world.admin.with_header("Origin", FRIEND).post("/api/tasks/", json!({"title": "a"})).await;
    let exposed = created.expect(201).header("access-control-expose-headers").to_lowercase();
    for name in ["etag", "location", "x-request-id", "retry-after", "idempotency-replayed"] {
        assert!(exposed.contains(name), "{name} is not among {exposed}");
    }
    let error = world.anyone.with_header("Origin", FRIEND).get("/api/tasks/").await.expect(401);
    assert_eq!(error.header("access-control-allow-origin"), FRIEND, "errors can be read too");
    let other =
        world.admin.with_header("Origin", "https://evil.example").get("/api/tasks/").await.expect(200);
    assert_eq!(other.header("access-control-allow-origin"), "");
    assert!(other.header("vary").to_lowercase().contains("origin"), "a cache must not mix the two up");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_there_is_no_other_origin() {
    let world = World::start().await;
    let refused = preflight(&world.anyone, FRIEND, "/api/tasks/", "POST").await.expect(405);
    assert!(!refused.header("allow").is_empty());
    let plain = world.admin.with_header("Origin", FRIEND).get("/api/tasks/").await.expect(200);
    assert_eq!(plain.header("access-control-allow-origin"), "");
    world.end().await;
}
