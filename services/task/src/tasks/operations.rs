//! Create, change, delete, restore: each decides, and writes the row, its history and its events by one statement. Nothing is
//! locked between the reading and the writing: what was decided of a task that somebody else has changed meanwhile is not
//! written, but decided anew.

use diesel::{Connection as _, PgConnection};
use directory::{Directory, Person};
use service_kit::auth::Account;
use uuid::Uuid;

use super::{
    changes::TaskChange,
    decisions::{self, Decision},
    model::Task,
    precondition::Precondition,
    queries,
    roster::Roster,
    store,
};
use crate::{clock, error::Error};

/// How often somebody else may have been faster; after that the task is locked.
const ATTEMPTS: u32 = 3;

/// Writes a new task; `task` says everything but who is to do it. If it is there already, it was written by the same call:
/// a connection broke before that was known.
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
    let decision = decisions::create(by, task, assignee, &roster)?;
    let created = decision.after.clone();
    store::put(conn, decision)?;
    Ok(created)
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
    let roster = Roster::read(conn, change.assignee.iter().flatten())?;
    write(conn, directory, id, |before| {
        decisions::change(by, before, change, precondition, &roster, clock::now())
    })
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
    let decide = |before: &Task| decisions::delete(by, before, precondition, clock::now()).map(Some);
    write(conn, directory, id, decide).map(drop)
}

/// Takes a task out of the trash.
///
/// # Errors
/// What [`decisions::restore`] says; the database's.
pub fn restore(
    conn: &mut PgConnection,
    directory: &Directory,
    by: &Account,
    id: Uuid,
    precondition: &Precondition,
) -> Result<Task, Error> {
    write(conn, directory, id, |before| decisions::restore(by, before, precondition, clock::now()).map(Some))
}

/// Writes what is decided of the task as it is; returns the task after it.
fn write(
    conn: &mut PgConnection,
    directory: &Directory,
    id: Uuid,
    decide: impl Fn(&Task) -> Result<Option<Decision>, Error>,
) -> Result<Task, Error> {
    // `None`: somebody else was faster.
    let attempt = |conn: &mut PgConnection, found: Option<Task>| -> Result<Option<Task>, Error> {
        let before = found.ok_or(Error::NoSuchTask)?.with_present_email(directory);
        match decide(&before)? {
            Some(decision) => Ok(store::put(conn, decision)?),
            None => Ok(Some(before)),
        }
    };
    for _ in 0..ATTEMPTS {
        let found = queries::find(conn, id)?;
        if let Some(task) = attempt(conn, found)? {
            return Ok(task);
        }
    }
    conn.transaction(|conn| {
        let found = store::lock(conn, id)?;
        attempt(conn, found)?.ok_or(Error::NoSuchTask)
    })
}
