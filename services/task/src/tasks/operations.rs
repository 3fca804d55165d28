//! Create, change, delete: each takes a connection inside a transaction, locks, decides, and writes the row, its history
//! and its events together.

use diesel::PgConnection;
use directory::{Directory, Person};
use service_kit::auth::Account;
use uuid::Uuid;

use super::{
    changes::TaskChange,
    decisions::{self, Decision},
    model::Task,
    precondition::Precondition,
    roster::Roster,
    store,
};
use crate::{clock, error::Error, history::record};

/// Writes a new task; `task` says everything but who is to do it.
///
/// # Errors
/// What [`decisions::create`] says; the database's.
pub fn create(
    conn: &mut PgConnection,
    by: &Account,
    task: Task,
    assignee: Option<&Person>,
) -> Result<Task, Error> {
    let roster = Roster::read(conn, assignee)?;
    write(conn, decisions::create(by, task, assignee, &roster)?)
}

/// Changes a task. A change that changes nothing writes nothing.
///
/// # Errors
/// What [`decisions::change`] says; the database's.
pub fn change(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    id: Uuid,
    change: &TaskChange,
    precondition: &Precondition,
) -> Result<Task, Error> {
    let before = locked(conn, directory, id)?;
    let roster = Roster::read(conn, change.assignee.iter().flatten())?;
    match decisions::change(by, &before, change, precondition, &roster, clock::now())? {
        Some(decision) => write(conn, decision),
        None => Ok(before),
    }
}

/// Puts a task into the trash.
///
/// # Errors
/// What [`decisions::delete`] says; the database's.
pub fn delete(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    id: Uuid,
    precondition: &Precondition,
) -> Result<(), Error> {
    let before = locked(conn, directory, id)?;
    write(conn, decisions::delete(by, &before, precondition, clock::now())?).map(drop)
}

/// The task of that id, locked until the end of the transaction.
///
/// # Errors
/// [`Error::NoSuchTask`]; the database's.
pub fn locked(conn: &mut PgConnection, directory: &Directory, id: Uuid) -> Result<Task, Error> {
    let task = store::lock(conn, id)?.ok_or(Error::NoSuchTask)?;
    Ok(task.with_present_email(directory))
}

/// Writes what was decided; returns the task after it.
///
/// # Errors
/// The database's.
pub fn write(conn: &mut PgConnection, decision: Decision) -> Result<Task, Error> {
    let Decision { before, after, history, events } = decision;
    store::put(conn, before.as_ref(), &after)?;
    record::write(conn, history)?;
    messaging::append(conn, &events)?;
    Ok(after)
}
