//! What this service keeps of tasks: what reminders need, guarded by the task's version.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use events::TaskState;
use uuid::Uuid;

service_kit::statement! {
    /// A later state replaces an earlier one; an earlier one that comes late changes nothing.
    struct Upsert {
        ids: [Uuid] => Array<SqlUuid>,
        titles: [&'a str] => Array<Text>,
        assignee_ids: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        created_by: [Uuid] => Array<SqlUuid>,
        due_dates: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        statuses: [&'a str] => Array<Text>,
        deleted: [bool] => Array<Bool>,
        sequences: [i64] => Array<BigInt>,
    }
    -> SqlUuid;
    "INSERT INTO tasks AS t (id, title, assignee_id, created_by, due_date, status, deleted, sequence) \
     SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, \
     assignee_id = excluded.assignee_id, created_by = excluded.created_by, due_date = excluded.due_date, \
     status = excluded.status, deleted = excluded.deleted, sequence = excluded.sequence, \
     changed_at = clock_timestamp() WHERE t.sequence < excluded.sequence RETURNING t.id"
}

/// Takes in states of tasks; returns the tasks of which that is news.
///
/// # Errors
/// The database's.
pub fn apply<'a>(
    conn: &mut PgConnection,
    states: impl Iterator<Item = &'a TaskState>,
) -> QueryResult<Vec<Uuid>> {
    // Of each task the latest, in the order of the ids: two that meet do not deadlock.
    let mut latest: BTreeMap<Uuid, &TaskState> = BTreeMap::new();
    for task in states {
        let known = latest.entry(task.id).or_insert(task);
        if known.version < task.version {
            *known = task;
        }
    }
    let tasks: Vec<&TaskState> = latest.into_values().collect();
    Upsert {
        ids: &each(&tasks, |task| task.id),
        titles: &each(&tasks, |task| task.title.as_str()),
        assignee_ids: &each(&tasks, |task| task.assignee_id),
        created_by: &each(&tasks, |task| task.created_by),
        due_dates: &each(&tasks, |task| task.due_date),
        statuses: &each(&tasks, |task| task.status.as_str()),
        deleted: &each(&tasks, |task| task.deleted_at.is_some()),
        sequences: &each(&tasks, |task| task.version),
    }
    .load(conn)
}

fn each<'a, T>(tasks: &[&'a TaskState], of: impl Fn(&'a TaskState) -> T) -> Vec<T> {
    tasks.iter().map(|task| of(task)).collect()
}
