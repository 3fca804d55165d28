//! Takes a task out of the trash.

use diesel::PgConnection;
use directory::Directory;
use service_kit::auth::Account;
use uuid::Uuid;

use crate::{
    clock,
    error::Error,
    tasks::{
        decisions,
        model::Task,
        operations::{locked, write},
        precondition::Precondition,
    },
};

/// Restores a task.
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
    let before = locked(conn, directory, id)?;
    write(conn, decisions::restore(by, &before, precondition, clock::now())?)
}
