//! What was in the trash for 30 days goes, and takes its history along; nothing else does.

use chrono::{TimeDelta, Utc};
use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Uuid as SqlUuid};
use task_service::{
    janitor::Janitor,
    tasks::{model::Task, queries},
};
use uuid::Uuid;

use crate::store::{Store, put, task};

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
}

#[tokio::test]
async fn the_trash_is_emptied_after_thirty_days() {
    let opened = Store::open().await;
    let mut conn = opened.connect();
    let deleted =
        |days: i64, number| Task { deleted_at: Some(Utc::now() - TimeDelta::days(days)), ..task(number) };
    let (old, young, live) = (deleted(31, 1), deleted(29, 2), task(3));
    for task in [&old, &young, &live] {
        put(&mut conn, None, task);
    }
    sql_query("INSERT INTO task_history (id, task_id, version, action, at) SELECT id, id, 1, 'created', now() FROM tasks")
        .execute(&mut conn)
        .unwrap();
    let janitor = Janitor::new(opened.db.clone());
    assert_eq!(janitor.step().await.unwrap(), 1);
    assert_eq!(janitor.step().await.unwrap(), 0);
    let mut exists = |task: &Task| queries::find(&mut conn, task.id).unwrap().is_some();
    assert_eq!([exists(&old), exists(&young), exists(&live)], [false, true, true]);
    for table in ["task_words", "task_history"] {
        let left: Vec<Left> =
            sql_query(format!("SELECT task_id FROM {table} ORDER BY task_id")).load(&mut conn).unwrap();
        let mut kept = [young.id, live.id];
        kept.sort_unstable();
        assert_eq!(left.iter().map(|row| row.task_id).collect::<Vec<_>>(), kept, "{table}");
    }
}
