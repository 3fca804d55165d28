//! The inbox: archived, snoozed, by task, and many at once.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use testkit::Answer;

use crate::world::{Person, World, path};

async fn list(ann: &Person, query: &str) -> Answer {
    ann.get(&format!("/api/notifications/?{query}")).await.expect(200)
}

fn titles(answer: &Answer) -> Vec<&str> {
    answer.results().iter().map(|n| n["task_title"].as_str().unwrap()).collect()
}

fn of(notification: &Value) -> String {
    format!("/api/notifications/{}/", notification["id"].as_str().unwrap())
}

async fn unread(ann: &Person) -> Value {
    ann.get("/api/notifications/unread-count/").await.expect(200).json["unread"].clone()
}

fn in_hours(hours: i64) -> String {
    (Utc::now() + TimeDelta::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_and_snoozed_ones_are_in_their_own_lists_alone() {
    let world = World::start().await;
    let ann = world.person().await;
    for title in ["one", "two", "three"] {
        world.task(json!({"title": title, "assigned_to": ann.email})).await;
    }
    ann.told_eventually(3).await;
    let rows = list(&ann, "").await;
    let (three, two) = (of(&rows.results()[0]), of(&rows.results()[1]));

    let archived = ann.patch(&three, json!({"archived": true})).await.expect(200);
    assert_eq!((&archived.json["archived"], &archived.json["is_read"]), (&json!(true), &json!(false)));
    let until = in_hours(2);
    let snoozed = ann.patch(&two, json!({"snoozed_until": until})).await.expect(200);
    assert_eq!(snoozed.json["snoozed_until"], until.as_str());
    assert_eq!(unread(&ann).await, 1);
    for (state, expected) in [
        ("unread", vec!["one"]),
        ("all", vec!["one"]),
        ("read", vec![]),
        ("archived", vec!["three"]),
        ("snoozed", vec!["two"]),
    ] {
        let answer = list(&ann, &format!("state={state}&count=true")).await;
        assert_eq!(
            (titles(&answer), &answer.json["count"]),
            (expected.clone(), &json!(expected.len())),
            "{state}"
        );
    }

    ann.patch(&three, json!({"archived": false})).await.expect(200);
    ann.patch(&two, json!({"snoozed_until": null})).await.expect(200);
    assert_eq!(titles(&list(&ann, "").await), ["three", "two", "one"]);

    // What cannot be, and nothing of it is done.
    for (body, fields) in [
        (json!({"snoozed_until": in_hours(-1)}), vec!["snoozed_until"]),
        (json!({"snoozed_until": in_hours(24 * 400)}), vec!["snoozed_until"]),
        (json!({"snoozed_until": "tomorrow"}), vec!["snoozed_until"]),
        (
            json!({"snoozed_until": in_hours(1), "archived": true, "is_read": true}),
            vec!["archived", "is_read"],
        ),
        (
            json!({"archived": null, "is_read": "yes", "starred": true}),
            vec!["archived", "is_read", "starred"],
        ),
    ] {
        let answer = ann.patch(&two, body.clone()).await.expect(422);
        let named: Vec<_> = answer.json["errors"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, fields, "{body}");
    }
    assert_eq!(unread(&ann).await, 3);
    let tag = ann.get(&two).await.expect(200).header("etag").to_owned();
    ann.patch(&two, json!({"archived": true})).await.expect(200);
    let late = ann.with_header("If-Match", &tag).patch(&two, json!({"is_read": true})).await;
    assert_eq!(late.status, 412);
    ann.get("/api/notifications/?state=gone").await.expect(400);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_holds_all_that_was_told_about_a_task() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let busy = world.task(json!({"title": "busy", "assigned_to": ann.email})).await;
    for who in [&bob.email, &ann.email] {
        world.admin.patch(&path(&busy), json!({"assigned_to": who})).await.expect(200);
    }
    ann.told_eventually(3).await;
    let calm = world.task(json!({"title": "calm", "assigned_to": ann.email})).await;
    ann.told_eventually(4).await;

    let groups = ann.get("/api/notifications/groups/?count=true").await.expect(200);
    assert_eq!(groups.json["count"], 2);
    let (first, second) = (&groups.results()[0], &groups.results()[1]);
    assert_eq!((&first["task"], &first["total"], &first["unread"]), (&calm["id"], &json!(1), &json!(1)));
    assert_eq!((&second["task"], &second["total"], &second["unread"]), (&busy["id"], &json!(3), &json!(3)));
    assert_eq!(second["latest"]["type"], "re-assigned");

    // Page by page it is the same, there and back.
    let page = ann.get("/api/notifications/groups/?limit=1").await.expect(200);
    assert_eq!(&page.results()[0], first);
    let next = ann.get(page.json["next"].as_str().unwrap()).await.expect(200);
    assert_eq!((&next.results()[0], &next.json["next"]), (second, &json!(null)));
    let back = ann.get(next.json["previous"].as_str().unwrap()).await.expect(200);
    assert_eq!(&back.results()[0], first);

    let task = busy["id"].as_str().unwrap();
    let assigned = list(&ann, &format!("task={task}&type=assigned")).await;
    assert_eq!(assigned.results().len(), 1);
    let read =
        ann.post(&format!("/api/notifications/read-all/?task={task}&type=unassigned"), json!({})).await;
    assert_eq!(read.expect(200).json, json!({"updated": 1}));
    let groups = ann.get("/api/notifications/groups/?state=all").await.expect(200);
    assert_eq!((&groups.results()[1]["total"], &groups.results()[1]["unread"]), (&json!(3), &json!(2)));
    let archived = ann.post(&format!("/api/notifications/archive-all/?task={task}"), json!({})).await;
    assert_eq!(archived.expect(200).json, json!({"updated": 3}));
    assert_eq!(titles(&list(&ann, "state=all").await), ["calm"]);
    let done = ann.post("/api/notifications/archive-all/?state=read", json!({})).await.expect(200);
    assert_eq!(done.json, json!({"updated": 0}));
    ann.post("/api/notifications/archive-all/?state=snoozed", json!({})).await.expect(400);
    assert!(bob.get("/api/notifications/groups/").await.expect(200).results().len() == 1);
    world.end().await;
}
