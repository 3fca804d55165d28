//! The session cookie: the browser keeps what scripts must not read, and no other site can make use of that.

use serde_json::json;
use testkit::{Answer, Client};

use crate::world::{ADMIN, PASSWORD, World};

const LOGIN: &str = "/api/users/login/";
const REFRESH: &str = "/api/users/token/refresh/";
const LOGOUT: &str = "/api/users/logout/";

fn cookie(answer: &Answer) -> (String, String) {
    let whole = answer.header("set-cookie").to_owned();
    (whole.split(';').next().unwrap().to_owned(), whole)
}

/// As a browser asks on behalf of a page of ours that keeps this cookie.
fn page(client: &Client, cookie: &str) -> Client {
    client.with_header("Sec-Fetch-Site", "same-origin").with_header("Cookie", cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_keeps_the_refresh_token_and_hands_it_in() {
    let world = World::start().await;
    let body = json!({"email": ADMIN, "password": PASSWORD, "session": "cookie"});
    let ours = world.anyone.with_header("Sec-Fetch-Site", "same-origin");
    let signed_in = ours.post(LOGIN, body.clone()).await.expect(200);
    assert!(signed_in.json["refresh"].is_null() && signed_in.json["access"].is_string());
    let (first, whole) = cookie(&signed_in);
    assert!(first.starts_with("docket_session=") && first.len() > 40);
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(whole.contains(part), "{part} in {whole}");
    }
    let renewed = page(&world.anyone, &first).post(REFRESH, json!({})).await.expect(200);
    assert!(renewed.json["refresh"].is_null());
    let (second, _) = cookie(&renewed);
    assert_ne!(first, second);
    world.anyone.with_token(renewed.json["access"].as_str().unwrap()).get("/api/users/me/").await.expect(200);

    let out = page(&world.anyone, &second).post(LOGOUT, json!({})).await.expect(204);
    let (forgotten, whole) = cookie(&out);
    assert!(forgotten == "docket_session=" && whole.contains("Max-Age=0"), "{whole}");
    page(&world.anyone, &second).post(REFRESH, json!({})).await.expect(401);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_and_programs_cannot_use_it() {
    let world = World::start().await;
    let body = json!({"email": ADMIN, "password": PASSWORD, "session": "cookie"});
    world.anyone.post(LOGIN, body.clone()).await.expect(403);
    let ours = world.anyone.with_header("Sec-Fetch-Site", "same-origin");
    let (kept, _) = cookie(&ours.post(LOGIN, body).await.expect(200));
    let with_cookie = world.anyone.with_header("Cookie", &kept);
    for (name, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "none"),
        ("Origin", "https://evil.example.org"),
        ("Origin", "null"),
        ("X-Nothing", "at all"),
    ] {
        for path in [REFRESH, LOGOUT] {
            let refused = with_cookie.with_header(name, value).post(path, json!({})).await.expect(403);
            assert_eq!(refused.header("set-cookie"), "", "{name}: {value}");
        }
    }
    // An older browser says at least its origin. And the cookie opens nothing but these calls.
    let origin = format!("http://{}", world.system.address());
    let answer = with_cookie.with_header("Origin", &origin).post(REFRESH, json!({})).await.expect(200);
    let ours = page(&world.anyone, &cookie(&answer).0);
    for path in ["/api/users/me/", "/api/tasks/", "/api/notifications/", "/api/notifications/stream/"] {
        ours.get(path).await.expect(401);
    }
    // Without a cookie a token must be sent; a token that is sent counts, and is answered with one.
    world.anyone.post(REFRESH, json!({})).await.expect(422);
    let sent = ours.post(REFRESH, json!({"refresh": world.admin.refresh})).await.expect(200);
    assert!(sent.json["refresh"].is_string() && sent.header("set-cookie").is_empty());
    world
        .anyone
        .post(LOGIN, json!({"email": ADMIN, "password": PASSWORD, "session": "tea"}))
        .await
        .expect(422);
    world.end().await;
}
