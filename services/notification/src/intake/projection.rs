//! What this service keeps of tasks: what reminders need, guarded by the task's version.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use events::TaskState;
use uuid::Uuid;

service_kit::statement! {
    /// A later state replaces an earlier one; an earlier one that comes late changes nothing.
    struct Upsert {
        id: Uuid => SqlUuid,
        title: String => Text,
        assignee_id: Option<Uuid> => Nullable<SqlUuid>,
        created_by: Uuid => SqlUuid,
        due_date: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        status: String => Text,
        deleted: bool => Bool,
        sequence: i64 => BigInt,
    }
    -> SqlUuid;
    "INSERT INTO tasks AS t (id, title, assignee_id, created_by, due_date, status, deleted, sequence) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, \
     assignee_id = excluded.assignee_id, created_by = excluded.created_by, due_date = excluded.due_date, \
     status = excluded.status, deleted = excluded.deleted, sequence = excluded.sequence, \
     changed_at = clock_timestamp() WHERE t.sequence < excluded.sequence"
}

/// Takes in a state of a task; true when it is news.
///
/// # Errors
/// The database's.
pub fn apply(conn: &mut PgConnection, task: &TaskState) -> QueryResult<bool> {
    let upsert = Upsert {
        id: &task.id,
        title: &task.title,
        assignee_id: &task.assignee_id,
        created_by: &task.created_by,
        due_date: &task.due_date,
        status: &task.status,
        deleted: &task.deleted_at.is_some(),
        sequence: &task.version,
    };
    Ok(upsert.execute(conn)? > 0)
}
