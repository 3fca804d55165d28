//! Feeds: a calendar and news for programs that cannot sign in, each at a secret URL that its owner can void.

use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::world::{Person, World, path};

const FEEDS: &str = "/api/notifications/feeds/";

/// Makes a feed; answers with the path of its URL.
async fn made(person: &Person, kind: &str) -> (Value, String) {
    let feed = person.post(FEEDS, json!({"kind": kind})).await.expect(201).json;
    let url = reqwest::Url::parse(feed["url"].as_str().unwrap()).unwrap();
    (feed, url.path().to_owned())
}

async fn unfolded(client: &Client, path: &str) -> String {
    client.get(path).await.expect(200).text.replace("\r\n ", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn my_tasks_are_a_calendar_without_a_token() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    ann.patch("/api/users/me/", json!({"timezone": "Europe/Berlin"})).await.expect(200);
    let (feed, calendar) = made(&ann, "tasks").await;
    assert!(calendar.ends_with("/tasks.ics"), "{calendar}");
    let task = world
        .task(json!({"title": "Write; report", "assigned_to": ann.email, "due_date": "2030-07-01"}))
        .await;
    world.task(json!({"title": "not Ann's", "assigned_to": bob.email})).await;
    ann.told_eventually(1).await;
    world.settled().await;

    let first = world.anyone.get(&calendar).await.expect(200);
    assert_eq!(first.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(first.header("cache-control"), "private, max-age=300");
    let text = unfolded(&world.anyone, &calendar).await;
    for line in
        ["BEGIN:VTODO", "BEGIN:VEVENT", "SUMMARY:Write\\; report", "STATUS:NEEDS-ACTION", "SEQUENCE:1"]
    {
        assert!(text.lines().any(|known| known == line), "{line} in {text}");
    }
    assert!(text.contains(task["id"].as_str().unwrap()) && !text.contains("not Ann's"));
    let again = world.anyone.with_header("If-None-Match", first.header("etag")).get(&calendar).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));

    // The same to-do, changed; then gone.
    ann.patch(&path(&task), json!({"status": "completed"})).await.expect(200);
    testkit::eventually("the calendar to follow", async || {
        let text = unfolded(&world.anyone, &calendar).await;
        (text.contains("STATUS:COMPLETED") && text.contains("SEQUENCE:2") && !text.contains("VEVENT"))
            .then_some(())
    })
    .await;
    world.admin.delete(&path(&task)).await.expect(204);
    testkit::eventually("the task to leave the calendar", async || {
        (!unfolded(&world.anyone, &calendar).await.contains("VTODO")).then_some(())
    })
    .await;

    // Replaced, revoked, or of somebody who is disabled: there is nothing there.
    let (newer, new_calendar) = made(&ann, "tasks").await;
    assert_eq!(newer["id"], feed["id"]);
    world.anyone.get(&calendar).await.expect(404);
    world.anyone.get(&new_calendar).await.expect(200);
    let listed = ann.get(FEEDS).await.expect(200);
    assert_eq!(listed.results().len(), 1);
    assert_eq!((&listed.results()[0]["id"], listed.results()[0].get("url")), (&newer["id"], None));
    let one = format!("{FEEDS}{}/", newer["id"].as_str().unwrap());
    bob.delete(&one).await.expect(404);
    world.admin.patch(&ann.path(), json!({"is_active": false})).await.expect(200);
    gone(&world, &new_calendar).await;
    world.admin.patch(&ann.path(), json!({"is_active": true})).await.expect(200);
    testkit::eventually("the calendar to come back", async || {
        (world.anyone.get(&new_calendar).await.status == 200).then_some(())
    })
    .await;
    let ann = crate::world::sign_in(&world.anyone, &ann.email).await;
    ann.delete(&one).await.expect(204);
    world.anyone.get(&new_calendar).await.expect(404);
    world.end().await;
}

async fn gone(world: &World, path: &str) -> Answer {
    testkit::eventually("the feed to be gone", async || {
        let answer = world.anyone.get(path).await;
        (answer.status == 404).then_some(answer)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn my_notifications_are_news_without_a_token() {
    let world = World::start().await;
    let ann = world.person().await;
    let (_, news) = made(&ann, "notifications").await;
    let empty = world.anyone.get(&news).await.expect(200);
    assert_eq!(empty.header("content-type"), "application/atom+xml; charset=utf-8");
    for title in ["<first> & last", "second"] {
        world.task(json!({"title": title, "assigned_to": ann.email})).await;
    }
    ann.told_eventually(2).await;
    let text = world.anyone.get(&news).await.expect(200).text;
    let told = ann.get("/api/notifications/").await.expect(200);
    for one in told.results() {
        assert!(text.contains(&format!("urn:uuid:{}", one["id"].as_str().unwrap())), "{text}");
    }
    assert!(text.contains("&lt;first&gt; &amp; last") && !text.contains("<first>"));
    let second = text.find("second").unwrap();
    assert!(second < text.find("&lt;first&gt;").unwrap(), "the newest first: {text}");

    // A secret opens its own kind alone; what is none opens nothing.
    let elsewhere = news.replace("notifications.atom", "tasks.ics");
    world.anyone.get(&elsewhere).await.expect(404);
    for nothing in ["x".to_owned(), "A".repeat(43), "é".repeat(43)] {
        world.anyone.get(&format!("{FEEDS}{nothing}/notifications.atom")).await.expect(404);
    }
    world.anyone.get(FEEDS).await.expect(401);
    world.anyone.post(FEEDS, json!({"kind": "tasks"})).await.expect(401);
    let refused = ann.post(FEEDS, json!({"kind": "cats", "colour": "red"})).await.expect(422);
    assert!(refused.json["errors"]["kind"].is_array() && refused.json["errors"]["colour"].is_array());
    // Also while the news that its owner has registered is still on its way.
    world.settled().await;
    world.execute("DELETE FROM notification.directory_users");
    world.anyone.get(&news).await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_made_again_is_the_same_at_another_url() {
    let world = World::start().await;
    let ann = world.person().await;
    let ((first, former), (again, present)) = (made(&ann, "tasks").await, made(&ann, "tasks").await);
    assert_eq!(first["id"], again["id"]);
    world.anyone.get(&former).await.expect(404);
    world.anyone.get(&present).await.expect(200);
    ann.delete(&format!("{FEEDS}{}/", first["id"].as_str().unwrap())).await.expect(204);
    world.anyone.get(&present).await.expect(404);
    world.end().await;
}
