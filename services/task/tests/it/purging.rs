//! What was in the trash for 30 days goes, and takes its history along; nothing else does.

use chrono::{TimeDelta, Utc};
use task_service::{
    janitor::Janitor,
    tasks::{model::Task, queries, store},
};

use crate::store::{Store, task};

#[tokio::test]
async fn the_trash_is_emptied_after_thirty_days() {
    let opened = Store::open().await;
    let mut conn = opened.connect();
    let deleted =
        |days: i64, number| Task { deleted_at: Some(Utc::now() - TimeDelta::days(days)), ..task(number) };
    let (old, young, live) = (deleted(31, 1), deleted(29, 2), task(3));
    for task in [&old, &young, &live] {
        store::put(&mut conn, None, task).unwrap();
    }
    let janitor = Janitor::new(opened.db.clone());
    assert_eq!(janitor.step().await.unwrap(), 1);
    assert_eq!(janitor.step().await.unwrap(), 0);
    let mut exists = |task: &Task| queries::find(&mut conn, task.id).unwrap().is_some();
    assert_eq!([exists(&old), exists(&young), exists(&live)], [false, true, true]);
}
