//! The dashboard: one call that asks the other two services over HTTP, and answers without them.

mod partial;

use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::json;

use crate::world::{World, path};

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_my_tasks_my_notifications_and_the_counts() {
    let world = World::start().await;
    let ann = world.person().await;
    let at = |hours: i64| (Utc::now() + chrono::Duration::hours(hours)).to_rfc3339();
    world.task(json!({"title": "soon", "due_date": at(5), "assigned_to": ann.email})).await;
    world
        .task(json!({"title": "late", "due_date": at(-5), "assigned_to": ann.email, "status": "in-progress"}))
        .await;
    world.task(json!({"title": "far", "due_date": at(90), "assigned_to": ann.email})).await;
    world
        .task(json!({"title": "done", "due_date": at(5), "assigned_to": ann.email, "status": "completed"}))
        .await;
    world.task(json!({"title": "somebody else's"})).await;
    ann.told_eventually(6).await;
    let board = ann.get("/api/users/dashboard/").await.expect(200).json;
    assert_eq!(board["user"]["email"], ann.email.as_str());
    let tasks: Vec<_> = board["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["title"].clone(), t["task_due"].clone()))
        .collect();
    assert_eq!(
        tasks,
        [(json!("late"), json!(false)), (json!("soon"), json!(true)), (json!("far"), json!(false))]
    );
    assert_eq!(board["tasks_due_soon_count"], 1);
    assert_eq!(board["tasks_overdue_count"], 1);
    assert_eq!(board["tasks_by_status"], json!({"todo": 2, "in-progress": 1, "completed": 1}));
    assert_eq!(board["unread_notifications_count"], 6);
    assert_eq!(board["notifications"].as_array().unwrap().len(), 6);
    assert_eq!(board["sections"], json!({"user": "ok", "tasks": "ok", "notifications": "ok"}));
    world.anyone.get("/api/users/dashboard/").await.expect(401);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_without_the_task_service() {
    let mut world = World::start().await;
    let ann = world.person().await;
    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    ann.told_eventually(1).await;
    ann.get(&path(&task)).await.expect(200);
    world.system.stop_task_service().await;
    for _ in 0..8 {
        let started = Instant::now();
        let board = ann.get("/api/users/dashboard/").await.expect(200).json;
        assert!(started.elapsed() < Duration::from_millis(2_200));
        assert_eq!(board["sections"], json!({"user": "ok", "tasks": "unavailable", "notifications": "ok"}));
        assert_eq!((&board["tasks"], &board["tasks_due_soon_count"]), (&json!(null), &json!(null)));
        assert_eq!(board["unread_notifications_count"], 1);
    }
    assert_eq!(ann.get("/api/tasks/").await.status, 503);
}
