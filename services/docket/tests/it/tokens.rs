//! Personal access tokens: shown once, within their scopes, in all three services, until they are revoked.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Client;

use crate::world::{ADMIN, PASSWORD, Person, World, sign_in};

/// One call in each service.
const EVERYWHERE: [&str; 3] = ["/api/users/me/", "/api/tasks/", "/api/notifications/"];
const READS: [&str; 3] = ["profile:read", "tasks:read", "notifications:read"];

async fn create(owner: &Person, scopes: &[&str]) -> (Value, Client) {
    let body = json!({"name": "CI", "scopes": scopes});
    let created = owner.post("/api/users/me/tokens/", body).await.expect(201);
    let client = owner.with_token(created.json["token"].as_str().unwrap());
    (created.json, client)
}

fn token_path(token: &Value) -> String {
    format!("/api/users/me/tokens/{}/", token["id"].as_str().unwrap())
}

async fn void_everywhere(token: &Client) {
    for path in EVERYWHERE {
        testkit::eventually(&format!("401 at {path}"), async || {
            (token.get(path).await.status == 401).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_works_in_all_services_and_is_over_when_revoked() {
    let world = World::start().await;
    let ann = world.person().await;
    let body = json!({"name": " CI ", "scopes": READS, "expires_at": "2999-01-01T00:00:00Z"});
    let created = ann.post("/api/users/me/tokens/", body).await.expect(201);
    let secret = created.json["token"].as_str().unwrap();
    assert!(secret.starts_with("dkt_") && secret.len() == 53, "{secret}");
    assert!(secret.starts_with(created.json["hint"].as_str().unwrap()));
    assert_eq!(created.json["name"], "CI");

    let list = ann.get("/api/users/me/tokens/?count=true").await.expect(200);
    assert_eq!((&list.json["count"], list.results().len()), (&json!(1), 1));
    let one = ann.get(created.header("location")).await.expect(200);
    for shown in [&list.text, &one.text] {
        assert!(!shown.contains(secret) && !shown.contains("\"hash\""), "{shown}");
    }

    let token = world.anyone.with_token(secret);
    for path in EVERYWHERE {
        token.get(path).await.expect(200);
    }
    let dashboard = token.get("/api/users/dashboard/").await.expect(200);
    assert_eq!(dashboard.json["sections"], json!({"user": "ok", "tasks": "ok", "notifications": "ok"}));
    let current = token.get("/api/users/me/tokens/current/").await.expect(200);
    assert_eq!(
        (&current.json["id"], &current.json["user"]["email"]),
        (&created.json["id"], &json!(ann.email))
    );
    ann.get("/api/users/me/tokens/current/").await.expect(404);

    testkit::eventually("its last use to be told", async || {
        let one = ann.get(created.header("location")).await.expect(200);
        one.json["last_used_at"].is_string().then_some(())
    })
    .await;

    world.person().await.delete(created.header("location")).await.expect(404);
    ann.delete(created.header("location")).await.expect(204);
    ann.delete(created.header("location")).await.expect(404);
    void_everywhere(&token).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_nothing_outside_its_scopes_and_nothing_that_needs_a_session() {
    let world = World::start().await;
    let (_, reader) = create(&world.admin, &READS).await;
    let refused = reader.post("/api/tasks/", json!({"title": "T"})).await.expect(403);
    assert_eq!(refused.json["type"], "/problems/insufficient-scope");
    assert_eq!(
        refused.header("www-authenticate"),
        "Bearer error=\"insufficient_scope\", scope=\"tasks:write\""
    );
    reader.get("/api/users/").await.expect(403);

    let all: Vec<&str> = service_kit::auth::Scope::ALL.map(|scope| scope.as_str()).to_vec();
    let (token, everything) = create(&world.admin, &all).await;
    everything.post("/api/tasks/", json!({"title": "T"})).await.expect(201);
    everything.get("/api/users/").await.expect(200);
    everything.patch("/api/users/me/", json!({"timezone": "Europe/Berlin"})).await.expect(200);
    let password = json!({"current_password": PASSWORD, "new_password": "another good one 7"});
    let address = json!({"email": "new@example.org", "current_password": PASSWORD});
    for refused in [
        everything.post("/api/users/me/tokens/", json!({"name": "more", "scopes": READS})).await,
        everything.get("/api/users/me/tokens/").await,
        everything.delete(&token_path(&token)).await,
        everything.post("/api/users/me/password/", password).await,
        everything.get("/api/users/me/sessions/").await,
        everything.get("/api/users/me/totp/").await,
        everything.patch("/api/users/me/", address).await,
    ] {
        assert_eq!((refused.status, &refused.json["type"]), (403, &json!("/problems/session-required")));
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_never_more_than_its_owner() {
    let world = World::start().await;
    let (disabled, deleted, demoted) =
        (world.person().await, world.person().await, world.another_admin().await);
    let (_, of_disabled) = create(&disabled, &READS).await;
    let (_, of_deleted) = create(&deleted, &READS).await;
    let (_, of_demoted) = create(&demoted, &["users:read", "tasks:write", "tasks:read"]).await;
    for path in EVERYWHERE {
        of_disabled.get(path).await.expect(200);
        of_deleted.get(path).await.expect(200);
    }
    of_demoted.get("/api/users/").await.expect(200);
    of_demoted.post("/api/tasks/", json!({"title": "T"})).await.expect(201);

    world.admin.patch(&disabled.path(), json!({"is_active": false})).await.expect(200);
    world.admin.delete(&deleted.path()).await.expect(204);
    world.admin.patch(&demoted.path(), json!({"role": "user"})).await.expect(200);
    void_everywhere(&of_disabled).await;
    void_everywhere(&of_deleted).await;
    of_demoted.get("/api/users/").await.expect(403);
    testkit::eventually("the demoted one's token to create no tasks", async || {
        (of_demoted.post("/api/tasks/", json!({"title": "T"})).await.status == 403).then_some(())
    })
    .await;
    of_demoted.get("/api/tasks/").await.expect(200);

    // Given back with the account.
    world.admin.patch(&disabled.path(), json!({"is_active": true})).await.expect(200);
    of_disabled.get("/api/users/me/").await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_when_it_was_to_end() {
    let world = World::start().await;
    let ann = world.person().await;
    let soon = (chrono::Utc::now() + Duration::from_secs(2)).to_rfc3339();
    let body = json!({"name": "CI", "scopes": READS, "expires_at": soon});
    let created = ann.post("/api/users/me/tokens/", body).await.expect(201);
    let token = world.anyone.with_token(created.json["token"].as_str().unwrap());
    void_everywhere(&token).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_token_is_told_and_fifty_are_enough() {
    let world = World::start().await;
    let ann = world.person().await;
    let bad = json!({"name": "", "scopes": ["all"], "expires_at": "2020-01-01T00:00:00Z", "role": "admin"});
    let refused = ann.post("/api/users/me/tokens/", bad).await.expect(422);
    let named: Vec<&String> = refused.json["errors"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["expires_at", "name", "role", "scopes"]);

    // Sent again with its key: the same token, and its secret is not told a second time.
    let keyed = ann.with_header("Idempotency-Key", "once");
    let body = json!({"name": "CI", "scopes": READS});
    let first = keyed.post("/api/users/me/tokens/", body.clone()).await.expect(201);
    let again = keyed.post("/api/users/me/tokens/", body.clone()).await.expect(201);
    assert_eq!((&first.json["id"], again.header("idempotency-replayed")), (&again.json["id"], "true"));
    assert!(first.json["token"].is_string() && again.json["token"].is_null());

    for _ in 1..50 {
        ann.post("/api/users/me/tokens/", body.clone()).await.expect(201);
    }
    ann.post("/api/users/me/tokens/", body).await.expect(409);
    let page = ann.get("/api/users/me/tokens/?limit=30").await.expect(200);
    let rest = ann.get(page.json["next"].as_str().unwrap()).await.expect(200);
    assert_eq!((page.results().len(), rest.results().len()), (30, 20));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_token_works_while_the_user_service_is_down() {
    let mut world = World::start().await;
    let admin = sign_in(&world.anyone, ADMIN).await;
    let (_, known) = create(&admin, &["tasks:read", "tasks:write"]).await;
    let (_, unknown) = create(&admin, &["tasks:read"]).await;
    known.get("/api/tasks/").await.expect(200);
    world.settled().await;
    world.system.stop_user_service().await;
    known.get("/api/tasks/").await.expect(200);
    known.post("/api/tasks/", json!({"title": "T"})).await.expect(201);
    // One that was never met cannot be told from a made-up one: come back later.
    let refused = unknown.get("/api/tasks/").await.expect(503);
    assert!(!refused.header("retry-after").is_empty());
    world.end().await;
}
