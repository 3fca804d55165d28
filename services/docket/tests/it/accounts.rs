//! Accounts and sessions.

use serde_json::json;

use crate::world::{ADMIN, PASSWORD, World, login, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn register_login_me_refresh_logout() {
    let world = World::start().await;
    let body = json!({"email": "Ann@Example.org", "password": PASSWORD, "username": "Ann", "timezone": "Europe/Berlin"});
    let ann = world.anyone.post("/api/users/register/", body).await.expect(201);
    for (field, value) in [
        ("email", json!("Ann@Example.org")),
        ("username", json!("Ann")),
        ("role", json!("user")),
        ("is_active", json!(true)),
        ("timezone", json!("Europe/Berlin")),
    ] {
        assert_eq!(ann.json[field], value);
    }
    assert!(ann.json.get("password").is_none());

    let pair = login(&world.anyone, "ann@example.ORG", PASSWORD).await.expect(200).json;
    assert_eq!(
        (&pair["token_type"], &pair["expires_in"], &pair["role"]),
        (&json!("Bearer"), &json!(600), &json!("user"))
    );
    let me = world.anyone.with_token(pair["access"].as_str().unwrap()).get("/api/users/me").await.expect(200);
    assert_eq!(me.json["id"], ann.json["id"]);
    assert!(!me.header("etag").is_empty());

    let fresh = world
        .anyone
        .post("/api/users/token/refresh/", json!({"refresh": pair["refresh"]}))
        .await
        .expect(200)
        .json;
    assert_ne!(fresh["refresh"], pair["refresh"]);
    let client = world.anyone.with_token(fresh["access"].as_str().unwrap());
    client.post("/api/users/logout/", json!({"refresh": fresh["refresh"]})).await.expect(204);
    world.anyone.post("/api/users/token/refresh/", json!({"refresh": fresh["refresh"]})).await.expect(401);
    client.get("/api/users/me/").await.expect(401);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_tells_all_faults_at_once_and_makes_no_admin() {
    let world = World::start().await;
    let bad = json!({"email": "nonsense", "password": "short", "timezone": "Mars/Base", "colour": "red"});
    let answer = world.anyone.post("/api/users/register/", bad).await.expect(422);
    let named: Vec<&String> = answer.json["errors"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["colour", "email", "password", "timezone"]);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json["request_id"], answer.header("x-request-id"));

    let admin = json!({"email": "x@example.org", "password": PASSWORD, "role": "admin"});
    world.anyone.post("/api/users/register/", admin.clone()).await.expect(403);
    world.person().await.post("/api/users/register/", admin.clone()).await.expect(403);
    world.admin.post("/api/users/register/", admin).await.expect(201);

    let taken = json!({"email": ADMIN.to_uppercase(), "password": PASSWORD});
    let answer = world.anyone.post("/api/users/register/", taken).await.expect(409);
    assert!(answer.json["errors"]["email"].is_array());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_logins_look_alike() {
    let world = World::start().await;
    let ann = world.person().await;
    let gone = world.person().await;
    world.admin.patch(&gone.path(), json!({"is_active": false})).await.expect(200);
    let mut bodies = Vec::new();
    for (email, password) in [
        (ann.email.as_str(), "wrong password"),
        ("nobody@example.org", PASSWORD),
        (&gone.email, PASSWORD),
        (&ann.email, ""),
    ] {
        let answer = login(&world.anyone, email, password).await.expect(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        let mut body = answer.json;
        body["request_id"] = json!("");
        bodies.push(body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_demoted_or_signed_out_user_is_void_in_all_three_services() {
    let world = World::start().await;
    let (disabled, signed_out, demoted) =
        (world.person().await, world.person().await, world.another_admin().await);
    let paths = ["/api/users/me/", "/api/tasks/", "/api/notifications/"];
    for person in [&disabled, &signed_out, &demoted] {
        for path in paths {
            person.get(path).await.expect(200);
        }
    }
    world.admin.patch(&disabled.path(), json!({"is_active": false})).await.expect(200);
    world.admin.patch(&demoted.path(), json!({"role": "user"})).await.expect(200);
    signed_out.post("/api/users/logout/", json!({"refresh": signed_out.refresh})).await.expect(204);
    for person in [&disabled, &signed_out, &demoted] {
        for path in paths {
            testkit::eventually(&format!("401 for {} at {path}", person.email), async || {
                (person.get(path).await.status == 401).then_some(())
            })
            .await;
        }
    }
    sign_in(&world.anyone, &demoted.email).await.get("/api/tasks/").await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_other_session() {
    let world = World::start().await;
    let here = world.person().await;
    let there = sign_in(&world.anyone, &here.email).await;
    let new = json!({"current_password": PASSWORD, "new_password": "another good one 7"});
    here.post(
        "/api/users/me/password/",
        json!({"current_password": "no", "new_password": "another good one 7"}),
    )
    .await
    .expect(422);
    here.post("/api/users/me/password/", new).await.expect(204);
    here.get("/api/users/me/").await.expect(200);
    there.get("/api/users/me/").await.expect(401);
    login(&world.anyone, &here.email, PASSWORD).await.expect(401);
    login(&world.anyone, &here.email, "another good one 7").await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_managed_by_admins_alone_and_one_admin_stays() {
    let world = World::start().await;
    let ann = world.person().await;
    ann.get("/api/users/").await.expect(403);
    ann.get(&world.admin.path()).await.expect(403);
    let found = world.admin.get("/api/users/?q=person&role=user&is_active=true&count=true").await.expect(200);
    assert_eq!(found.json["count"], 1);
    for body in [json!({"role": "user"}), json!({"is_active": false})] {
        world.admin.patch(&world.admin.path(), body).await.expect(409);
    }
    world.admin.delete(&world.admin.path()).await.expect(409);
    world.admin.delete(&ann.path()).await.expect(204);
    world.admin.get(&ann.path()).await.expect(404);
    // The address is free again.
    world
        .anyone
        .post("/api/users/register/", json!({"email": ann.email, "password": PASSWORD}))
        .await
        .expect(201);
    world.end().await;
}
