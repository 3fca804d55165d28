//! Create, change, delete: each takes a connection inside a transaction, locks, asks the policy, and writes the row, its
//! history and its events together.

use diesel::PgConnection;
use directory::{Directory, Person};
use events::RoutingKey;
use service_kit::{auth::Account, http::IfMatch};
use uuid::Uuid;

use super::{
    changes::{TaskChange, differences},
    events as news,
    model::Task,
    policy, store,
};
use crate::{
    clock,
    error::Error,
    history::record::{self, Action},
};

/// Writes a new task; `task` says everything but who is to do it.
///
/// # Errors
/// [`Error::NoSuchAssignee`] when they were disabled meanwhile; the database's.
pub fn create(
    conn: &mut PgConnection,
    by: &Account,
    task: Task,
    assignee: Option<&Person>,
) -> Result<Task, Error> {
    if let Some(person) = assignee {
        require_active(conn, person)?;
    }
    let task = Task {
        assignee_id: assignee.map(|person| person.id),
        assignee_email: assignee.map(|person| person.email.clone()),
        ..task
    };
    store::insert(conn, &task)?;
    record::action(conn, Action::Created, &task, by)?;
    messaging::append(conn, &news::of_creation(&task, by)?)?;
    Ok(task)
}

/// Changes a task. A change that changes nothing writes nothing.
///
/// # Errors
/// What [`policy::change`] says; 412 by `if_match`; [`Error::NoSuchAssignee`]; the database's.
pub fn change(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    id: Uuid,
    change: &TaskChange,
    if_match: &IfMatch,
) -> Result<Task, Error> {
    let before = locked(conn, directory, id)?;
    policy::change(by, &before, change.intent())?;
    if_match.check(&before)?;
    let after = change.apply(&before, clock::now());
    let differences = differences(&before, &after);
    if differences.is_empty() {
        return Ok(before);
    }
    // Whoever has the task already keeps it, also when disabled.
    if let (Some(Some(person)), true) = (&change.assignee, after.assignee_id != before.assignee_id) {
        require_active(conn, person)?;
    }
    store::write(conn, &before, &after)?;
    record::changes(conn, &differences, &after, by)?;
    messaging::append(conn, &news::of_change(&before, &after, &differences, by)?)?;
    Ok(after)
}

/// Puts a task into the trash.
///
/// # Errors
/// What [`policy::delete`] says; 412 by `if_match`; the database's.
pub fn delete(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<(), Error> {
    let before = locked(conn, directory, id)?;
    policy::delete(by, &before)?;
    if_match.check(&before)?;
    let now = clock::now().max(before.updated_at);
    let after = Task { deleted_at: Some(now), updated_at: now, version: before.version + 1, ..before };
    store::write_trash(conn, &after)?;
    record::action(conn, Action::Deleted, &after, by)?;
    messaging::append(conn, &news::of_move(RoutingKey::TaskDeleted, &after, by)?)?;
    Ok(())
}

/// The task of that id, locked until the end of the transaction.
///
/// # Errors
/// [`Error::NoSuchTask`]; the database's.
pub fn locked(conn: &mut PgConnection, directory: &Directory, id: Uuid) -> Result<Task, Error> {
    let task = store::lock(conn, id)?.ok_or(Error::NoSuchTask)?;
    Ok(task.with_present_email(directory))
}

/// What was looked up before the transaction may be out of date; the directory's table, where it knows them, is not.
fn require_active(conn: &mut PgConnection, person: &Person) -> Result<(), Error> {
    let known = directory::find(conn, person.id)?;
    if known.as_ref().unwrap_or(person).is_active() { Ok(()) } else { Err(Error::NoSuchAssignee) }
}
