//! Writes of many tasks: one statement for all new ones, one for all that only moved, one for all others.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl as _,
    sql_types::{Array, BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{columns::Columns, is_progress};
use crate::tasks::{model::Task, priority::Priority, status::Status};

service_kit::statement! {
    struct InsertTasks {
        ids: [Uuid] => Array<SqlUuid>,
        titles: [String] => Array<Text>,
        descriptions: [String] => Array<Text>,
        statuses: [Status] => Array<Text>,
        priorities: [Priority] => Array<SmallInt>,
        due_dates: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        assignee_ids: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        assignee_emails: [Option<String>] => Array<Nullable<Text>>,
        created_bys: [Uuid] => Array<SqlUuid>,
        versions: [i64] => Array<BigInt>,
        created_ats: [DateTime<Utc>] => Array<Timestamptz>,
        updated_ats: [DateTime<Utc>] => Array<Timestamptz>,
        completed_ats: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        deleted_ats: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
    }
    "INSERT INTO tasks (id, title, description, status, priority, due_date, assignee_id, assignee_email, created_by, \
     version, created_at, updated_at, completed_at, deleted_at) \
     SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
}

service_kit::statement! {
    /// As of one task: no column that another one is generated from.
    struct WriteAllProgress {
        ids: [Uuid] => Array<SqlUuid>,
        statuses: [Status] => Array<Text>,
        completed_ats: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        deleted_ats: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        versions: [i64] => Array<BigInt>,
        updated_ats: [DateTime<Utc>] => Array<Timestamptz>,
    }
    "UPDATE tasks SET status = new.status, completed_at = new.completed_at, deleted_at = new.deleted_at, \
     version = new.version, updated_at = new.updated_at \
     FROM unnest(?, ?, ?, ?, ?, ?) AS new (id, status, completed_at, deleted_at, version, updated_at) \
     WHERE tasks.id = new.id"
}

service_kit::statement! {
    struct WriteTasks {
        ids: [Uuid] => Array<SqlUuid>,
        titles: [String] => Array<Text>,
        descriptions: [String] => Array<Text>,
        statuses: [Status] => Array<Text>,
        priorities: [Priority] => Array<SmallInt>,
        due_dates: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        assignee_ids: [Option<Uuid>] => Array<Nullable<SqlUuid>>,
        assignee_emails: [Option<String>] => Array<Nullable<Text>>,
        versions: [i64] => Array<BigInt>,
        updated_ats: [DateTime<Utc>] => Array<Timestamptz>,
        completed_ats: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        deleted_ats: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
    }
    "UPDATE tasks SET title = new.title, description = new.description, status = new.status, \
     priority = new.priority, due_date = new.due_date, assignee_id = new.assignee_id, \
     assignee_email = new.assignee_email, version = new.version, updated_at = new.updated_at, \
     completed_at = new.completed_at, deleted_at = new.deleted_at \
     FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS new (id, title, description, status, priority, due_date, \
     assignee_id, assignee_email, version, updated_at, completed_at, deleted_at) WHERE tasks.id = new.id"
}

/// Writes all of these, each a task and what it was before (`None` for a new one); no task stands there twice.
///
/// # Errors
/// The database's.
pub fn put_all(
    conn: &mut PgConnection,
    writes: impl IntoIterator<Item = (Option<Task>, Task)>,
) -> QueryResult<()> {
    let (mut new, mut moved, mut changed) = (Columns::default(), Columns::default(), Columns::default());
    for (before, after) in writes {
        match before {
            None => new.push(after),
            Some(before) if is_progress(&before, &after) => moved.push(after),
            Some(_) => changed.push(after),
        }
    }
    insert(conn, &new)?;
    progress(conn, &moved)?;
    write(conn, &changed)
}

fn insert(conn: &mut PgConnection, new: &Columns) -> QueryResult<()> {
    if new.ids.is_empty() {
        return Ok(());
    }
    InsertTasks {
        ids: &new.ids,
        titles: &new.titles,
        descriptions: &new.descriptions,
        statuses: &new.statuses,
        priorities: &new.priorities,
        due_dates: &new.due_dates,
        assignee_ids: &new.assignee_ids,
        assignee_emails: &new.assignee_emails,
        created_bys: &new.created_bys,
        versions: &new.versions,
        created_ats: &new.created_ats,
        updated_ats: &new.updated_ats,
        completed_ats: &new.completed_ats,
        deleted_ats: &new.deleted_ats,
    }
    .execute(conn)
    .map(drop)
}

fn progress(conn: &mut PgConnection, moved: &Columns) -> QueryResult<()> {
    if moved.ids.is_empty() {
        return Ok(());
    }
    WriteAllProgress {
        ids: &moved.ids,
        statuses: &moved.statuses,
        completed_ats: &moved.completed_ats,
        deleted_ats: &moved.deleted_ats,
        versions: &moved.versions,
        updated_ats: &moved.updated_ats,
    }
    .execute(conn)
    .map(drop)
}

fn write(conn: &mut PgConnection, changed: &Columns) -> QueryResult<()> {
    if changed.ids.is_empty() {
        return Ok(());
    }
    WriteTasks {
        ids: &changed.ids,
        titles: &changed.titles,
        descriptions: &changed.descriptions,
        statuses: &changed.statuses,
        priorities: &changed.priorities,
        due_dates: &changed.due_dates,
        assignee_ids: &changed.assignee_ids,
        assignee_emails: &changed.assignee_emails,
        versions: &changed.versions,
        updated_ats: &changed.updated_ats,
        completed_ats: &changed.completed_ats,
        deleted_ats: &changed.deleted_ats,
    }
    .execute(conn)
    .map(drop)
}
