//! Who is told of what: the contract's table, on both buses.

use chrono::{Duration, SecondsFormat, Utc};
use serde_json::json;

use crate::world::{World, path};

async fn who_is_told(world: World) {
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "Report", "assigned_to": ann.email})).await;
    assert_eq!(ann.told_eventually(1).await, ["assigned"]);

    // From one to another: the new one and the former one.
    world.admin.put(&path(&task), json!({"assigned_to": bob.email})).await.expect(200);
    assert_eq!(bob.told_eventually(1).await, ["re-assigned"]);
    assert_eq!(ann.told_eventually(2).await, ["assigned", "unassigned"]);

    // The assignee moves the status: the creator.
    bob.patch(&path(&task), json!({"status": "in_progress"})).await.expect(200);
    assert_eq!(world.admin.told_eventually(1).await, ["status_changed"]);

    // Removed: the former one.
    world.admin.patch(&path(&task), json!({"assigned_to": null})).await.expect(200);
    assert_eq!(bob.told_eventually(2).await, ["re-assigned", "unassigned"]);

    // Nothing changed, so nobody is told; nor of what they did themselves.
    world.admin.patch(&path(&task), json!({"assigned_to": null})).await.expect(200);
    world.admin.patch(&path(&task), json!({"assigned_to": world.admin.email})).await.expect(200);
    world.admin.patch(&path(&task), json!({"status": "completed"})).await.expect(200);
    world.settled().await;
    assert_eq!(ann.told().await.len(), 2);
    assert_eq!(bob.told().await.len(), 2);
    assert_eq!(world.admin.told().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_on_postgres() {
    who_is_told(World::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_on_rabbitmq() {
    if let Some(world) = World::on_rabbitmq().await {
        who_is_told(world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_says_what_happened_to_which_task_and_by_whom() {
    let world = World::start().await;
    let ann = world.person().await;
    let task = world.task(json!({"title": "Report", "assigned_to": ann.id})).await;
    ann.told_eventually(1).await;
    let told = ann.get("/api/notifications/").await.expect(200).results()[0].clone();
    assert_eq!(told["user"], ann.id.as_str());
    assert_eq!(told["task"], task["id"]);
    assert_eq!(told["task_title"], "Report");
    assert_eq!(told["actor"], world.admin.email.as_str());
    assert_eq!(told["is_read"], false);
    assert_eq!(told["read_at"], json!(null));
    assert!(told["message"].as_str().unwrap().contains("Report"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_come_by_the_clock_once_and_only_for_open_tasks() {
    let world = World::start().await;
    let ann = world.person().await;
    let at = |hours: i64| (Utc::now() + Duration::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true);
    for (title, hours, status) in [
        ("soon", 5, "todo"),
        ("late", -3, "in-progress"),
        ("soon but done", 5, "completed"),
        ("far", 48, "todo"),
        ("long past", -30, "todo"),
    ] {
        let body = json!({"title": title, "due_date": at(hours), "status": status, "assigned_to": ann.email});
        world.task(body).await;
    }
    world.task(json!({"title": "nobody's", "due_date": at(5)})).await;
    ann.told_eventually(7).await;
    world.settled().await;
    let answer = ann.get("/api/notifications/?type=task_due,task_overdue&limit=100").await.expect(200);
    let mut reminders: Vec<_> =
        answer.results().iter().map(|n| (n["type"].clone(), n["task_title"].clone())).collect();
    reminders.sort_by_key(|(kind, _)| kind.to_string());
    assert_eq!(reminders, [(json!("task_due"), json!("soon")), (json!("task_overdue"), json!("late"))]);
    world.end().await;
}
