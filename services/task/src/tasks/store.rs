//! Writes of the row of a task; each inside the operation's transaction.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, insert_into,
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
    update,
};
use uuid::Uuid;

use super::{model::Task, priority::Priority, status::Status};
use crate::schema::tasks;

service_kit::statement! {
    /// Names no column that another one is generated from, so that Postgres generates none anew.
    struct WriteStatus {
        status: Status => Text,
        completed_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        version: i64 => BigInt,
        updated_at: DateTime<Utc> => Timestamptz,
        id: Uuid => SqlUuid,
    }
    "UPDATE tasks SET status = ?, completed_at = ?, version = ?, updated_at = ? WHERE id = ?"
}

service_kit::statement! {
    /// Everything that a change may touch.
    struct WriteTask {
        title: str => Text,
        description: str => Text,
        status: Status => Text,
        priority: Priority => SmallInt,
        due_date: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        assignee_id: Option<Uuid> => Nullable<SqlUuid>,
        assignee_email: Option<String> => Nullable<Text>,
        completed_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        version: i64 => BigInt,
        updated_at: DateTime<Utc> => Timestamptz,
        id: Uuid => SqlUuid,
    }
    "UPDATE tasks SET title = ?, description = ?, status = ?, priority = ?, due_date = ?, assignee_id = ?, \
     assignee_email = ?, completed_at = ?, version = ?, updated_at = ? WHERE id = ?"
}

/// Locks the task, in the trash or not, until the end of the transaction.
///
/// # Errors
/// The database's.
pub fn lock(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Task>> {
    tasks::table.find(id).select(Task::as_select()).for_no_key_update().first(conn).optional()
}

/// Writes a new task.
///
/// # Errors
/// The database's.
pub fn insert(conn: &mut PgConnection, task: &Task) -> QueryResult<()> {
    insert_into(tasks::table).values(task).execute(conn).map(drop)
}

/// Writes what a change made of `before`; the moves of the status, which are most, by the cheaper statement.
///
/// # Errors
/// The database's.
pub fn write(conn: &mut PgConnection, before: &Task, after: &Task) -> QueryResult<()> {
    let moved = Task {
        status: after.status,
        completed_at: after.completed_at,
        version: after.version,
        updated_at: after.updated_at,
        ..before.clone()
    };
    if moved == *after {
        return WriteStatus {
            status: &after.status,
            completed_at: &after.completed_at,
            version: &after.version,
            updated_at: &after.updated_at,
            id: &after.id,
        }
        .execute(conn)
        .map(drop);
    }
    WriteTask {
        title: &after.title,
        description: &after.description,
        status: &after.status,
        priority: &after.priority,
        due_date: &after.due_date,
        assignee_id: &after.assignee_id,
        assignee_email: &after.assignee_email,
        completed_at: &after.completed_at,
        version: &after.version,
        updated_at: &after.updated_at,
        id: &after.id,
    }
    .execute(conn)
    .map(drop)
}

/// Writes that the task went to the trash, or came back.
///
/// # Errors
/// The database's.
pub fn write_trash(conn: &mut PgConnection, task: &Task) -> QueryResult<()> {
    update(tasks::table.find(task.id))
        .set((
            tasks::deleted_at.eq(task.deleted_at),
            tasks::version.eq(task.version),
            tasks::updated_at.eq(task.updated_at),
        ))
        .execute(conn)
        .map(drop)
}
