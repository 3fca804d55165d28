//! The audit log: who did what to which account, when, and from where.

use diesel::{RunQueryDsl as _, sql_query};
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::db::{Db, DbSettings};
use user_service::janitor::Janitor;

use crate::{
    totp::{enrol, login_with},
    world::{PASSWORD, Person, World, login, path, sign_in},
};

/// Actions of the entries that a query finds, oldest first.
async fn actions(world: &World, query: &str) -> Vec<String> {
    let answer = world.admin.get(&format!("/api/users/audit/?limit=100&{query}")).await.expect(200);
    answer.results().iter().rev().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

async fn done_to(world: &World, person: &Person) -> Vec<String> {
    actions(world, &format!("target={}", person.id)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_an_account_is_written_down_with_who_and_from_where() {
    let world = World::start().await;
    let ann = world.person().await;
    let known = world.anyone.with_header("User-Agent", "curl/8").with_header("X-Request-Id", "the-one");
    login(&known, &ann.email, "wrong password").await.expect(401);
    ann.patch("/api/users/me/", json!({"username": "Ann"})).await.expect(200);
    let new = json!({"current_password": PASSWORD, "new_password": "another good one 7"});
    ann.post(
        "/api/users/me/password/",
        json!({"current_password": "no", "new_password": "another good one 7"}),
    )
    .await
    .expect(422);
    ann.post("/api/users/me/password/", new).await.expect(204);
    world.admin.patch(&ann.path(), json!({"role": "admin"})).await.expect(200);
    world.admin.patch(&ann.path(), json!({"is_active": false})).await.expect(200);
    world.admin.delete(&ann.path()).await.expect(204);
    assert_eq!(
        done_to(&world, &ann).await,
        [
            "user.registered",
            "login.succeeded",
            "login.failed",
            "user.updated",
            "password.refused",
            "password.changed",
            "user.role_changed",
            "user.disabled",
            "session.ended",
            "user.deleted",
        ]
    );
    let failed = format!("/api/users/audit/?target={}&action=login.failed&count=true", ann.id);
    let failed = world.admin.get(&failed).await.expect(200);
    assert_eq!(failed.json["count"], 1);
    let entry = &failed.results()[0];
    assert_eq!(
        (&entry["client_address"], &entry["user_agent"], &entry["request_id"]),
        (&json!("127.0.0.1"), &json!("curl/8"), &json!("the-one"))
    );
    assert_eq!((&entry["actor"], &entry["target"]), (&Value::Null, &json!(ann.email)));
    assert_eq!(entry["details"], json!({"reason": "wrong password"}));
    let promoted = world.admin.get("/api/users/audit/?action=user.role_changed").await.expect(200);
    assert_eq!(promoted.results()[0]["actor"], world.admin.email);
    assert_eq!(promoted.results()[0]["details"], json!({"from": "user", "to": "admin"}));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_factors_and_refusals_are_written_down_and_no_secret_ever_is() {
    let world = World::start().await;
    let ann = world.person().await;
    let (mut app, codes) = enrol(&ann).await;
    login(&world.anyone, &ann.email, PASSWORD).await.expect(401);
    login_with(&world.anyone, &ann.email, "000000").await.expect(401);
    let code = app.code();
    login_with(&world.anyone, &ann.email, &code).await.expect(200);
    login_with(&world.anyone, &ann.email, &codes[0]).await.expect(200);
    // People type their password where the address belongs.
    login(&world.anyone, "hunter2hunter2", PASSWORD).await.expect(401);
    ann.send(
        Method::DELETE,
        "/api/users/me/totp/",
        Some(json!({"current_password": PASSWORD, "code": codes[1]})),
    )
    .await
    .expect(204);
    let token = json!({"name": "CI", "scopes": ["tasks:read"]});
    let token = ann.post("/api/users/me/tokens/", token).await.expect(201);
    ann.delete(&format!("/api/users/me/tokens/{}/", token.id())).await.expect(204);
    world.admin.patch(&world.admin.path(), json!({"role": "user"})).await.expect(409);

    let told = done_to(&world, &ann).await;
    assert_eq!(
        told[2..],
        [
            "totp.enabled",
            "login.code_asked",
            "login.failed",
            "login.succeeded",
            "login.succeeded",
            "totp.disabled",
            "token.created",
            "token.revoked"
        ]
    );
    assert!(!actions(&world, "").await.contains(&"user.role_changed".to_owned()), "it was refused");
    let all = world.admin.get("/api/users/audit/?limit=100").await.expect(200).text;
    for secret in [
        PASSWORD,
        "hunter2",
        &ann.refresh,
        &code,
        &codes[0],
        &codes[1],
        token.json["token"].as_str().unwrap(),
    ] {
        assert!(!all.contains(secret), "{secret}");
    }
    assert!(all.contains("unknown account") && all.contains("recovery code"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_alone_read_it_page_by_page_and_by_filters() {
    let world = World::start().await;
    let ann = world.person().await;
    for path in ["/api/users/audit/", "/api/users/audit/?limit=1"] {
        ann.get(path).await.expect(403);
        world.anyone.get(path).await.expect(401);
    }
    for bad in
        ["action=user.vanished", "actor=nobody", "since=yesterday", "limit=0", "colour=red", "cursor=x"]
    {
        world.admin.get(&format!("/api/users/audit/?{bad}")).await.expect(400);
    }
    for _ in 0..4 {
        sign_in(&world.anyone, &ann.email).await;
    }
    let all = actions(&world, "").await;
    let mut url = Some("/api/users/audit/?limit=2".to_owned());
    let mut paged = Vec::new();
    while let Some(next) = url {
        let page = world.admin.get(&next).await.expect(200);
        paged.extend(page.results().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()));
        url = page.json["next"].as_str().map(str::to_owned);
    }
    paged.reverse();
    assert_eq!(paged, all);

    let by_ann = actions(&world, &format!("actor={}", ann.email.to_uppercase())).await;
    assert_eq!(
        by_ann,
        [
            "user.registered",
            "login.succeeded",
            "login.succeeded",
            "login.succeeded",
            "login.succeeded",
            "login.succeeded"
        ]
    );
    assert!(actions(&world, "target=nobody@example.org").await.is_empty());
    let at =
        world.admin.get("/api/users/audit/?limit=1").await.results()[0]["at"].as_str().unwrap().to_owned();
    let (since, until) = (
        actions(&world, &format!("since={at}")).await.len(),
        actions(&world, &format!("until={at}")).await.len(),
    );
    assert_eq!(since + until, all.len());
    assert!(since >= 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tasks_history_tells_administrators_from_where_it_was_changed() {
    let world = World::start().await;
    let ann = world.person().await;
    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    let request = ann.client.with_header("X-Request-Id", "moved-it");
    request.patch(&path(&task), json!({"status": "completed"})).await.expect(200);
    let history = format!("{}history/", path(&task));
    let entry = world.admin.get(&history).await.expect(200).results()[0].clone();
    assert_eq!(
        (&entry["actor"], &entry["client_address"], &entry["request_id"]),
        (&json!(ann.email), &json!("127.0.0.1"), &json!("moved-it"))
    );
    let entry = ann.get(&history).await.expect(200).results()[0].clone();
    assert_eq!((&entry["client_address"], &entry["request_id"]), (&Value::Null, &Value::Null));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_the_settings_say_is_forgotten() {
    let world = World::start().await;
    let old = "INSERT INTO audit_entries (id, at, action, details) VALUES \
               ('01800000-0000-7000-8000-000000000000', '2022-04-09', 'user.registered', '{}')";
    let mut conn = world.database.connect("user");
    tokio::task::block_in_place(|| sql_query(old).execute(&mut conn)).unwrap();
    let before = actions(&world, "").await.len();
    let db = Db::new(&DbSettings {
        url: world.database.url().to_owned(),
        schema: "user".to_owned(),
        pool_size: 1,
        statement_timeout_ms: 5_000,
    });
    Janitor::new(db.unwrap(), 365).step().await.unwrap();
    assert_eq!(actions(&world, "").await.len(), before - 1);
    world.end().await;
}
