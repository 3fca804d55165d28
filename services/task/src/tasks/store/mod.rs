//! Writes of the rows of tasks. One task goes by [`put`], a few of several requests by [`Group`], each in one statement with
//! history and events; any number by [`lock_all`] and [`put_all`], inside the operation's transaction, at the cost of a few
//! statements.

mod columns;
mod group;
mod one;
mod sets;

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, PgConnection, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
};
use uuid::Uuid;

pub use group::Group;
pub use one::put;
pub use sets::put_all;

use super::model::Task;
use crate::schema::tasks;

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
