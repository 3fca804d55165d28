//! Writes of the rows of tasks; each inside the operation's transaction. One task goes by [`lock`] and [`put`], a set of
//! them by [`lock_all`] and [`put_all`], at the cost of a few statements for any number.

mod sets;

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _, insert_into,
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

pub use sets::put_all;

use super::{model::Task, priority::Priority, status::Status};
use crate::schema::tasks;

service_kit::statement! {
    /// Names no column that another one is generated from, so that Postgres generates none anew.
    struct WriteProgress {
        status: Status => Text,
        completed_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        deleted_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        version: i64 => BigInt,
        updated_at: DateTime<Utc> => Timestamptz,
        id: Uuid => SqlUuid,
    }
    "UPDATE tasks SET status = ?, completed_at = ?, deleted_at = ?, version = ?, updated_at = ? WHERE id = ?"
}

service_kit::statement! {
    /// Everything that a write may touch.
    struct WriteTask {
        title: str => Text,
        description: str => Text,
        status: Status => Text,
        priority: Priority => SmallInt,
        due_date: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        assignee_id: Option<Uuid> => Nullable<SqlUuid>,
        assignee_email: Option<String> => Nullable<Text>,
        completed_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        deleted_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        version: i64 => BigInt,
        updated_at: DateTime<Utc> => Timestamptz,
        id: Uuid => SqlUuid,
    }
    "UPDATE tasks SET title = ?, description = ?, status = ?, priority = ?, due_date = ?, assignee_id = ?, \
     assignee_email = ?, completed_at = ?, deleted_at = ?, version = ?, updated_at = ? WHERE id = ?"
}

/// Locks the task, in the trash or not, until the end of the transaction.
///
/// # Errors
/// The database's.
pub fn lock(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Task>> {
    tasks::table.find(id).select(Task::as_select()).for_no_key_update().first(conn).optional()
}

/// Locks all of these that there are, in the order of their ids, so that two calls never wait for each other.
///
/// # Errors
/// The database's.
pub fn lock_all(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Task>> {
    tasks::table
        .filter(tasks::id.eq_any(ids))
        .order(tasks::id)
        .select(Task::as_select())
        .for_no_key_update()
        .load(conn)
}

/// Writes a new task, or what became of `before`; most are moves, by a cheaper statement.
///
/// # Errors
/// The database's.
pub fn put(conn: &mut PgConnection, before: Option<&Task>, after: &Task) -> QueryResult<()> {
    match before {
        None => insert_into(tasks::table).values(after).execute(conn).map(drop),
        Some(before) if is_progress(before, after) => progress(conn, after),
        Some(_) => whole(conn, after),
    }
}

/// Nothing differs but how far it is, and whether it is in the trash.
fn is_progress(before: &Task, after: &Task) -> bool {
    let moved = Task {
        status: after.status,
        completed_at: after.completed_at,
        deleted_at: after.deleted_at,
        version: after.version,
        updated_at: after.updated_at,
        ..before.clone()
    };
    moved == *after
}

fn progress(conn: &mut PgConnection, after: &Task) -> QueryResult<()> {
    WriteProgress {
        status: &after.status,
        completed_at: &after.completed_at,
        deleted_at: &after.deleted_at,
        version: &after.version,
        updated_at: &after.updated_at,
        id: &after.id,
    }
    .execute(conn)
    .map(drop)
}

fn whole(conn: &mut PgConnection, after: &Task) -> QueryResult<()> {
    WriteTask {
        title: &after.title,
        description: &after.description,
        status: &after.status,
        priority: &after.priority,
        due_date: &after.due_date,
        assignee_id: &after.assignee_id,
        assignee_email: &after.assignee_email,
        completed_at: &after.completed_at,
        deleted_at: &after.deleted_at,
        version: &after.version,
        updated_at: &after.updated_at,
        id: &after.id,
    }
    .execute(conn)
    .map(drop)
}
