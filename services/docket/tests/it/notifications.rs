//! Notifications: read, unread, deleted, streamed.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::timeout;

use crate::world::{Person, World, path};

async fn three(world: &World, ann: &Person) {
    for title in ["one", "two", "three"] {
        world.task(json!({"title": title, "assigned_to": ann.email})).await;
    }
    ann.told_eventually(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_newest_first_then_read_one_then_all() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    three(&world, &ann).await;
    let unread = ann.get("/api/notifications/").await.expect(200);
    let titles: Vec<_> =
        unread.results().iter().map(|n| n["task_title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles, ["three", "two", "one"]);
    assert_eq!(ann.get("/api/notifications/unread-count/").await.expect(200).json, json!({"unread": 3}));

    let first = format!("/api/notifications/{}/", unread.results()[0]["id"].as_str().unwrap());
    for answer in
        [bob.get(&first).await, bob.patch(&first, json!({"is_read": true})).await, bob.delete(&first).await]
    {
        assert_eq!(answer.status, 404);
    }
    let read = ann.patch(&first, json!({"is_read": true})).await.expect(200).json;
    assert!(read["read_at"].is_string());
    assert_eq!(ann.get("/api/notifications/?state=read").await.expect(200).results().len(), 1);
    ann.patch(&first, json!({"is_read": false})).await.expect(200);
    let all = ann.send(reqwest::Method::POST, "/api/notifications/read-all/", None).await.expect(200);
    assert_eq!(all.json, json!({"updated": 3}));
    assert!(ann.get("/api/notifications/").await.results().is_empty());
    assert_eq!(ann.get("/api/notifications/?state=all&type=assigned").await.results().len(), 3);
    ann.get("/api/notifications/?type=nonsense").await.expect(400);

    ann.delete(&first).await.expect(204);
    ann.get(&first).await.expect(404);
    ann.delete(&first).await.expect(404);
    assert_eq!(ann.get("/api/notifications/?state=all").await.results().len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_tells_each_new_one_and_the_count_and_resumes() {
    let world = World::start().await;
    let ann = world.person().await;
    let mut stream = ann.request(reqwest::Method::GET, "/api/notifications/stream/").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    world.task(json!({"title": "streamed", "assigned_to": ann.email})).await;
    let mut text = String::new();
    while !(text.contains("event: notification") && text.contains("{\"unread\": 1}")) {
        text += std::str::from_utf8(&stream.chunk().await.unwrap().expect("the stream goes on")).unwrap();
    }
    assert!(text.contains("streamed"));
    drop(stream);

    let known = ann.get("/api/notifications/").await.results()[0]["id"].as_str().unwrap().to_owned();
    world.task(json!({"title": "missed", "assigned_to": ann.email})).await;
    ann.told_eventually(2).await;
    let resumed = ann.with_header("Last-Event-ID", &known);
    let mut stream =
        resumed.request(reqwest::Method::GET, "/api/notifications/stream/").send().await.unwrap();
    let mut text = String::new();
    while !text.contains("missed") {
        text += std::str::from_utf8(&stream.chunk().await.unwrap().expect("the stream goes on")).unwrap();
    }
    assert!(!text.contains("streamed"));
    world.anyone.get("/api/notifications/stream/").await.expect(401);
    // An open stream does not hold up the end.
    let started = std::time::Instant::now();
    world.end().await;
    assert!(started.elapsed().as_secs() < 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_kept_and_followed() {
    let world = World::start().await;
    let ann = world.person().await;
    let mut wanted = ann.get("/api/notifications/preferences/").await.expect(200).json;
    assert_eq!(wanted["remind_before_minutes"], 1440);
    wanted["remind_before_minutes"] = json!(60);
    ann.put("/api/notifications/preferences/", wanted).await.expect(200);
    let soon = |minutes: i64| (chrono::Utc::now() + chrono::Duration::minutes(minutes)).to_rfc3339();
    world
        .task(json!({"title": "in an hour and a half", "due_date": soon(90), "assigned_to": ann.email}))
        .await;
    let task =
        world.task(json!({"title": "in half an hour", "due_date": soon(30), "assigned_to": ann.email})).await;
    ann.told_eventually(3).await;
    world.settled().await;
    let reminders = ann.get("/api/notifications/?type=task_due").await.expect(200);
    assert_eq!(reminders.results().len(), 1);
    assert_eq!(reminders.results()[0]["task"], task["id"]);
    ann.get(&path(&task)).await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_says_which_of_ones_tasks_changed() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "mine", "assigned_to": ann.email})).await;
    world.settled().await;
    let hint = format!("event: task\ndata: {{\"id\": {}}}", task["id"]);
    let open = async |person: &Person| {
        person.request(reqwest::Method::GET, "/api/notifications/stream/").send().await.unwrap()
    };
    let (mut anns, mut bobs, mut admins) = (open(&ann).await, open(&bob).await, open(&world.admin).await);
    // Nothing that a notification would tell of: a title, changed by whoever sees all.
    world.admin.patch(&path(&task), json!({"title": "still mine"})).await.expect(200);
    read_until(&mut anns, &hint).await;
    read_until(&mut admins, &hint).await;
    // Given away: both sides hear of it. What the stranger heard before is not about this task.
    world.admin.patch(&path(&task), json!({"assigned_to": bob.email})).await.expect(200);
    read_until(&mut anns, &hint).await;
    let heard = read_until(&mut bobs, &hint).await;
    assert_eq!(heard.matches(&hint).count(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_on_which_nothing_happens_is_heard_of_every_15_s() {
    let world = World::start().await;
    let ann = world.person().await;
    let mut stream = ann.request(reqwest::Method::GET, "/api/notifications/stream/").send().await.unwrap();
    read_until(&mut stream, "event: unread").await;
    let opened = Instant::now();
    let beat = timeout(testkit::PATIENCE, read_until(&mut stream, ": still here\n\n")).await;
    beat.expect("heard of in time");
    assert!(opened.elapsed() > Duration::from_millis(14_500), "{:?}", opened.elapsed());
    world.end().await;
}

/// What came until `words` did.
async fn read_until(stream: &mut reqwest::Response, words: &str) -> String {
    let mut text = String::new();
    while !text.contains(words) {
        text += std::str::from_utf8(&stream.chunk().await.unwrap().expect("the stream goes on")).unwrap();
    }
    text
}
