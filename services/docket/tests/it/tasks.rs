//! Tasks: who may do what, and what a write does.

use chrono::{Duration, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::world::{World, path};

#[tokio::test(flavor = "multi_thread")]
async fn create_answers_the_whole_task() {
    let world = World::start().await;
    let ann = world.person().await;
    let body = json!({"title": "  Report ", "status": "in_progress", "priority": "high", "due_date": "2030-05-01T12:00:00.7+02:00", "assigned_to": ann.email.to_uppercase()});
    let answer = world.admin.post("/api/tasks/", body).await.expect(201);
    assert!(answer.header("location").ends_with(&path(&answer.json)));
    for (field, value) in [
        ("title", json!("Report")),
        ("description", json!("")),
        ("status", json!("in-progress")),
        ("priority", json!("high")),
        ("due_date", json!("2030-05-01T10:00:00Z")),
        ("assigned_to", json!(ann.email)),
        ("assignee_id", json!(ann.id)),
        ("created_by", json!(world.admin.id)),
        ("version", json!(1)),
        ("completed_at", Value::Null),
    ] {
        assert_eq!(answer.json[field], value, "{field}");
    }
    let read = ann.get(&path(&answer.json)).await.expect(200);
    assert_eq!(read.json, answer.json);
    assert_eq!(read.header("etag"), answer.header("etag"));
    ann.with_header("If-None-Match", read.header("etag")).get(&path(&answer.json)).await.expect(304);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_date_is_the_end_of_that_day_where_the_caller_lives() {
    let world = World::start().await;
    world.admin.patch("/api/users/me/", json!({"timezone": "America/New_York"})).await.expect(200);
    let task = testkit::eventually("the time zone to be known to the task service", async || {
        let task = world.task(json!({"title": "T", "due_date": "2030-01-15"})).await;
        (task["due_date"] != "2030-01-15T23:59:59Z").then_some(task)
    })
    .await;
    assert_eq!(task["due_date"], "2030-01-16T04:59:59Z");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_values_are_named_all_at_once_and_nothing_is_written() {
    let world = World::start().await;
    let bad = json!({"title": " ", "status": "doing", "priority": 5, "due_date": "tomorrow", "assigned_to": "nobody@example.org", "owner": 1});
    let answer = world.admin.post("/api/tasks/", bad).await.expect(422);
    let named: Vec<&String> = answer.json["errors"].as_object().unwrap().keys().collect();
    assert!(
        ["due_date", "owner", "priority", "status", "title"]
            .iter()
            .all(|field| named.iter().any(|name| name == field)),
        "{named:?}"
    );
    let answer = world
        .admin
        .post("/api/tasks/", json!({"title": "T", "assigned_to": "nobody@example.org"}))
        .await
        .expect(422);
    assert!(answer.json["errors"]["assigned_to"].is_array());
    assert!(world.admin.get("/api/tasks/").await.expect(200).results().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assignee_moves_the_status_and_nothing_else_and_a_stranger_sees_nothing() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    ann.post("/api/tasks/", json!({"title": "mine"})).await.expect(403);
    ann.patch(&path(&task), json!({"status": "completed", "title": "U"})).await.expect(403);
    assert_eq!(ann.get(&path(&task)).await.expect(200).json["status"], "todo");
    let moved = ann.put(&path(&task), json!({"status": "completed"})).await.expect(200).json;
    assert!(moved["completed_at"].is_string());
    assert_eq!(moved["version"], 2);
    ann.delete(&path(&task)).await.expect(403);
    for answer in [
        bob.get(&path(&task)).await,
        bob.patch(&path(&task), json!({"status": "todo"})).await,
        bob.delete(&path(&task)).await,
        bob.get(&format!("{}history/", path(&task))).await,
    ] {
        assert_eq!(answer.status, 404);
    }
    world.anyone.get(&path(&task)).await.expect(401);
    assert_eq!(bob.get("/api/tasks/").await.expect(200).results().len(), 0);
    assert_eq!(ann.get("/api/tasks/").await.expect(200).results().len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn absent_is_unchanged_null_is_cleared_and_nothing_new_is_no_version() {
    let world = World::start().await;
    let ann = world.person().await;
    let task = world.task(json!({"title": "T", "description": "D", "due_date": "2030-01-01T00:00:00Z", "assigned_to": ann.email})).await;
    let same = world
        .admin
        .put(&path(&task), json!({"title": "T", "due_date": "2030-01-01T01:00:00+01:00"}))
        .await
        .expect(200)
        .json;
    assert_eq!(same, task);
    let cleared =
        world.admin.put(&path(&task), json!({"due_date": null, "assigned_to": null})).await.expect(200).json;
    assert_eq!(
        (&cleared["due_date"], &cleared["assigned_to"], &cleared["description"], &cleared["version"]),
        (&Value::Null, &Value::Null, &json!("D"), &json!(2))
    );
    world.admin.patch(&path(&task), json!({"title": null})).await.expect(422);
    let history = world.admin.get(&format!("{}history/", path(&task))).await.expect(200);
    assert!(history.results().len() >= 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_change_a_field_is_told_so_and_not_what_is_wrong_with_its_value() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    for body in [
        json!({"status": "completed", "title": 5}),
        json!({"title": " "}),
        json!({"due_date": "tomorrow"}),
        json!({"assigned_to": "nobody@example.org"}),
        json!({"status": "doing", "version": 7}),
    ] {
        ann.patch(&path(&task), body.clone()).await.expect(403);
        ann.put(&path(&task), body.clone()).await.expect(403);
        bob.patch(&path(&task), body).await.expect(404);
    }
    ann.patch(&path(&task), json!({"status": "doing"})).await.expect(422);
    world.admin.patch(&path(&task), json!({"title": 5})).await.expect(422);
    assert_eq!(ann.get(&path(&task)).await.expect(200).json, task);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_description_fits_however_it_is_written() {
    let world = World::start().await;
    let longest = "\u{1F4CB}".repeat(20_000);
    let task = world.task(json!({"title": "T", "description": longest})).await;
    assert_eq!(task["description"], longest);
    let escaped = format!(r#"{{"title":"T","description":"{}"}}"#, r"\ud83d\udccb".repeat(20_000));
    let answer = world
        .admin
        .request(reqwest::Method::PATCH, &path(&task))
        .header("content-type", "application/json")
        .body(escaped)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    world
        .admin
        .post("/api/tasks/", json!({"title": "T", "description": "x".repeat(20_001)}))
        .await
        .expect(422);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn if_match_holds_back_a_write_on_an_old_state() {
    let world = World::start().await;
    let task = world.task(json!({"title": "T"})).await;
    let old = world.admin.get(&path(&task)).await.header("etag").to_owned();
    let careful = world.admin.with_header("If-Match", &old);
    careful.patch(&path(&task), json!({"title": "U"})).await.expect(200);
    careful.patch(&path(&task), json!({"title": "V"})).await.expect(412);
    careful.delete(&path(&task)).await.expect(412);
    assert_eq!(world.admin.get(&path(&task)).await.json["title"], "U");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_makes_one_task() {
    let world = World::start().await;
    let once = world.admin.with_header("Idempotency-Key", "k-1");
    let first = once.post("/api/tasks/", json!({"title": "T"})).await.expect(201);
    let second = once.post("/api/tasks/", json!({"title": "T"})).await.expect(201);
    assert_eq!(first.json, second.json);
    assert_eq!(second.header("idempotency-replayed"), "true");
    once.post("/api/tasks/", json!({"title": "other"})).await.expect(422);
    assert_eq!(world.admin.get("/api/tasks/").await.results().len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_tasks_go_to_the_trash_and_come_back() {
    let world = World::start().await;
    let ann = world.person().await;
    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    world.admin.delete(&path(&task)).await.expect(204);
    world.admin.delete(&path(&task)).await.expect(404);
    world.admin.get(&path(&task)).await.expect(404);
    ann.get(&path(&task)).await.expect(404);
    assert_eq!(world.admin.get("/api/tasks/?deleted=true").await.expect(200).results().len(), 1);
    let restored =
        world.admin.send(reqwest::Method::POST, &format!("{}restore/", path(&task)), None).await.expect(200);
    assert_eq!(restored.json["title"], "T");
    ann.get(&path(&task)).await.expect(200);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered() {
    let world = World::start().await;
    let ann = world.person().await;
    let at = |hours: i64| (Utc::now() + Duration::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true);
    world.task(json!({"title": "Paint the red fence", "assigned_to": ann.email, "due_date": at(-5), "priority": "high"})).await;
    world.task(json!({"title": "Blue door", "description": "not red at all", "assigned_to": ann.email, "due_date": at(50)})).await;
    world.task(json!({"title": "Done thing", "status": "completed", "due_date": at(-5)})).await;
    for (query, count) in [
        ("status=todo", 2),
        ("status=todo,completed", 3),
        ("status=in_progress", 0),
        ("priority=high", 1),
        (&format!("assigned_to={}", ann.email), 2),
        (&format!("assigned_to={}", ann.id), 2),
        ("assigned_to=none", 1),
        ("assigned_to=me", 0),
        (&format!("created_by={}", world.admin.id), 3),
        ("overdue=true", 1),
        ("q=red", 2),
        ("q=red+fence", 1),
        ("q=red%26%21fence", 1),
        ("q=%27%3A*%28", 3),
        (&format!("due_before={}", at(0)), 2),
        (&format!("due_after={}", at(0)), 1),
    ] {
        let answer = world.admin.get(&format!("/api/tasks/?{query}")).await.expect(200);
        assert_eq!(answer.results().len(), count, "{query}");
    }
    for bad in [
        "status=doing",
        "ordering=colour",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=abc",
        "nope=1",
        "assigned_to=x",
        "due_before=y",
    ] {
        world.admin.get(&format!("/api/tasks/?{bad}")).await.expect(400);
    }
    world.end().await;
}
