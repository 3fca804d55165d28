//! What is revoked is void in all three services within two seconds, also what a service only remembers.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use testkit::Client;

use crate::{
    latencies::Latencies,
    world::{PASSWORD, World, login},
};

const PATHS: [&str; 3] = ["/api/users/me/", "/api/tasks/", "/api/notifications/"];
const BAR: Duration = Duration::from_secs(2);
/// Ended at the same moment.
const AT_ONCE: usize = 10;
const ROUNDS: usize = 10;

/// Asks until the answer is 401, and tells how long after `start` the last other answer was asked for.
async fn void_after(client: &Client, path: &str, start: Instant) -> Duration {
    let mut accepted = Duration::ZERO;
    loop {
        let asked = start.elapsed();
        if client.get(path).await.status == 401 {
            return accepted;
        }
        accepted = asked;
        assert!(asked < Duration::from_secs(20), "{path} goes on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn void_everywhere(revoked: &[Client], start: Instant) -> Vec<Duration> {
    let asked = revoked.iter().flat_map(|client| PATHS.map(|path| void_after(client, path, start)));
    join_all(asked).await
}

/// The bar: `cargo test --release -p docket --test it -- --ignored --nocapture revocation`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures: run it on a machine that has nothing else to do"]
async fn ten_sessions_and_ten_tokens_ended_at_once_are_void_within_two_seconds() {
    let world = World::start().await;
    let (mut sessions, mut tokens) = (Latencies::default(), Latencies::default());
    for _ in 0..ROUNDS {
        let people = join_all((0..AT_ONCE).map(|_| world.person())).await;
        let clients: Vec<Client> = people.iter().map(|person| person.client.clone()).collect();
        let mut made = Vec::new();
        for person in &people {
            let scopes = ["profile:read", "tasks:read", "notifications:read"];
            let body = json!({"name": "CI", "scopes": scopes});
            let answer = person.post("/api/users/me/tokens/", body).await.expect(201);
            let token = world.anyone.with_token(answer.json["token"].as_str().unwrap());
            for path in PATHS {
                person.get(path).await.expect(200);
                token.get(path).await.expect(200);
            }
            made.push((answer.header("location").to_owned(), token));
        }
        let start = Instant::now();
        let revoke = |(person, (path, _)): (&crate::world::Person, &(String, Client))| {
            let (client, path) = (person.client.clone(), path.clone());
            async move { client.delete(&path).await.expect(204) }
        };
        join_all(people.iter().zip(&made).map(revoke)).await;
        let revoked: Vec<Client> = made.into_iter().map(|(_, token)| token).collect();
        void_everywhere(&revoked, start).await.into_iter().for_each(|took| tokens.push(took));

        let start = Instant::now();
        let end = |person: &crate::world::Person| {
            let body = json!({"refresh": person.refresh});
            let client = world.anyone.clone();
            async move { client.post("/api/users/logout/", body).await.expect(204) }
        };
        join_all(people.iter().map(end)).await;
        void_everywhere(&clients, start).await.into_iter().for_each(|took| sessions.push(took));
    }
    for (name, took) in [("sessions", &sessions), ("personal access tokens", &tokens)] {
        let (median, p99) = (took.percentile(50), took.percentile(99));
        println!("{name}: {} revocations seen, median {median:?}, p99 {p99:?}", took.len());
        assert!(p99 <= BAR, "{name}: p99 {p99:?}");
    }
    world.end().await;
}

/// The news of a promotion travels for a moment; whoever signs in meanwhile has a token that is newer than what the other
/// services know. Here the news never comes.
#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_before_the_news_of_their_promotion_is_around_is_let_in_and_a_demoted_one_is_not() {
    let world = World::start().await;
    let ann = world.person().await;
    ann.get("/api/tasks/").await.expect(200);
    world.execute(&format!(r#"UPDATE "user".users SET role = 'admin' WHERE email_key = '{}'"#, ann.email));

    let answer = login(&world.anyone, &ann.email, PASSWORD).await.expect(200);
    let promoted = world.anyone.with_token(answer.json["access"].as_str().unwrap());
    promoted.get("/api/tasks/").await.expect(200);
    promoted.post("/api/tasks/", json!({"title": "The first of an administrator"})).await.expect(201);
    promoted.get("/api/notifications/").await.expect(200);
    ann.get("/api/tasks/").await.expect(200); // they have not heard of anything that voids it

    // What the user service takes back is not believed again because it is asked.
    world.execute(&format!(r#"UPDATE "user".users SET role = 'user' WHERE email_key = '{}'"#, ann.email));
    promoted.post("/api/tasks/", json!({"title": "One more"})).await.expect(401);
    promoted.get("/api/notifications/").await.expect(401);
    world.end().await;
}
