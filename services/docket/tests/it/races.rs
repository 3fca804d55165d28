//! What must have exactly one winner.

use diesel::connection::SimpleConnection as _;
use futures_util::future::join_all;
use serde_json::json;
use testkit::Answer;

use crate::world::{PASSWORD, World, path};

pub fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_registered_once() {
    let world = World::start().await;
    let body = json!({"email": "same@example.org", "password": PASSWORD});
    let answers = join_all((0..12).map(|_| world.anyone.post("/api/users/register/", body.clone()))).await;
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 11));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_makes_one_task_also_at_once() {
    let world = World::start().await;
    let once = world.admin.with_header("Idempotency-Key", "race");
    let answers = join_all((0..12).map(|_| once.post("/api/tasks/", json!({"title": "T"})))).await;
    assert_eq!(count(&answers, 201) + count(&answers, 409), 12);
    assert_eq!(world.admin.get("/api/tasks/").await.results().len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_on_one_task_follow_each_other() {
    let world = World::start().await;
    let (ann, bob) = (world.person().await, world.person().await);
    let task = world.task(json!({"title": "T", "assigned_to": ann.email})).await;
    let answers = join_all((0..20).map(|number| {
        let body = json!({"title": format!("T{number}"), "assigned_to": if number % 2 == 0 { &ann.email } else { &bob.email }});
        let (admin, path) = (world.admin.clone(), path(&task));
        async move { admin.patch(&path, body).await }
    }))
    .await;
    assert_eq!(count(&answers, 200), 20);
    assert_eq!(world.admin.get(&path(&task)).await.json["version"], 21);
    world.settled().await;
    // Every hand-over was told exactly once: as often re-assigned to as taken away from, but for the last.
    let told = [ann.told().await, bob.told().await].concat();
    let of = |kind: &str| told.iter().filter(|told| *told == kind).count();
    assert_eq!(of("re-assigned"), of("unassigned"));
    assert_eq!(of("assigned"), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_locked_task_holds_up_nobody() {
    let world = World::start().await;
    let locked = path(&world.task(json!({"title": "locked"})).await);
    let others = join_all((0..16).map(|number| world.task(json!({"title": format!("T{number}")})))).await;
    let mut somebody = world.database.connect("task");
    somebody.batch_execute("BEGIN; SELECT FROM tasks WHERE title = 'locked' FOR UPDATE").unwrap();
    let waiting: Vec<_> = (0..2)
        .map(|number| {
            let (admin, locked) = (world.admin.clone(), locked.clone());
            tokio::spawn(async move { admin.patch(&locked, json!({"title": format!("L{number}")})).await })
        })
        .collect();
    for title in ["A", "B", "C"] {
        let paths: Vec<_> = others.iter().map(path).collect();
        let answers =
            join_all(paths.iter().map(|path| world.admin.patch(path, json!({"title": title})))).await;
        assert_eq!(count(&answers, 200), 16);
    }
    assert!(waiting.iter().all(|waiting| !waiting.is_finished()));
    somebody.batch_execute("COMMIT").unwrap();
    for waiting in waiting {
        waiting.await.unwrap().expect(200);
    }
    assert_eq!(world.admin.get(&locked).await.json["version"], 3);
    world.end().await;
}
